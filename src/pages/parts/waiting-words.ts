/**
 * What changing a switch, a setting or a connection meant for invoices that wait.
 */
import { agree, plural } from "../../platform/words.ts";

/** E.g. `3 held invoices resume.`; empty if nothing moved. */
export function waitingWords({ held, resumed }: { held: number; resumed: number }): string {
  const parts = [
    held > 0 ? `${plural(held, "invoice")} ${agree(held, "is", "are")} held.` : "",
    resumed > 0 ? `${plural(resumed, "held invoice")} ${agree(resumed, "resumes", "resume")}.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}
