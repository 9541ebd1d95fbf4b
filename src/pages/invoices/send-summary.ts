/**
 * The result of sending, in a sentence or two for the person who clicked the button.
 */
import { agree, plural } from "../../platform/words.ts";
import type { SendResult } from "../../invoicing/by-hand/send-invoices.ts";
import type { Flash } from "../parts/flash.ts";

/** The notice for a list of results; `held` is how many of them wait for their connection. */
export function sendSummary(results: readonly SendResult[], held: number): Flash {
  const count = (status: SendResult["status"]) => results.filter((result) => result.status === status).length;
  const refused = results.filter((result) => result.status === "refused");
  const parts = [
    sentence(count("queued") - held, "is on its way to QuickBooks", "are on their way to QuickBooks"),
    sentence(held, "is held until its connection works again", "are held until their connection works again"),
    sentence(count("already_sent"), "was in QuickBooks already", "were in QuickBooks already"),
    sentence(refused.length, "was not sent", "were not sent", reasonOf(refused)),
    sentence(count("not_found"), "was not found", "were not found"),
  ];
  const isBad = refused.length > 0 || count("not_found") > 0;
  return { tone: isBad ? "bad" : held > 0 ? "note" : "good", text: parts.filter((part) => part !== "").join(" ") };
}

function sentence(count: number, one: string, many: string, reason?: string): string {
  if (count <= 0) return "";
  const what = `${plural(count, "invoice")} ${agree(count, one, many)}`;
  return reason ? `${what}: ${reason.replace(/\.$/, "")}.` : `${what}.`;
}

function reasonOf(refused: readonly SendResult[]): string | undefined {
  const error = refused[0]?.error;
  return error ? `${error.message} ${error.remedy}` : undefined;
}
