/**
 * What creating invoices led to, in a sentence.
 */
import type { CreateResult } from "../../actions/create-invoices.ts";
import { agree, plural } from "../../platform/words.ts";

/** E.g. `3 invoices were created: 2 on the way to QuickBooks, 1 not sent, as Auto invoice is off.` */
export function createdWords(results: CreateResult[]): string {
  const made = results.filter((result) => result.status === "created");
  if (made.length === 0) return "";
  const count = (status: string) => made.filter((result) => result.push_status === status).length;
  const parts = [
    count("queued") > 0 && `${count("queued")} on the way to QuickBooks`,
    count("held") > 0 && `${count("held")} held until the connection works again`,
    count("not_sent") > 0 && `${count("not_sent")} not sent, as Auto invoice is off`,
  ].filter(Boolean);
  const what = `${plural(made.length, "invoice")} ${agree(made.length, "was", "were")} created`;
  return parts.length > 0 ? `${what}: ${parts.join(", ")}.` : `${what}.`;
}
