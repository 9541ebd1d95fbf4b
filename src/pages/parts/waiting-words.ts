/**
 * What changing a switch, a setting or a connection meant for invoices that wait.
 */
import { agree, plural } from "../../platform/words.ts";

/** E.g. `3 invoices go on.`; empty if nothing moved. */
export function waitingWords({ held, resumed }: { held: number; resumed: number }): string {
  const parts = [
    held > 0 ? `${plural(held, "invoice")} ${agree(held, "is", "are")} held.` : "",
    resumed > 0 ? `${plural(resumed, "invoice")} that ${agree(resumed, "was held goes", "were held go")} on.` : "",
  ];
  return parts.filter(Boolean).join(" ");
}
