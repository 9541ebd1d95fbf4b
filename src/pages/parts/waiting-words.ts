/**
 * What a change of a switch, a setting or a connection has meant for invoices that wait.
 */

/** E.g. `3 invoices go on.`; empty where nothing moved. */
export function waitingWords({ held, resumed }: { held: number; resumed: number }): string {
  const parts = [
    held === 1 ? "1 invoice is held." : held > 1 ? `${held.toLocaleString("en-US")} invoices are held.` : "",
    resumed === 1
      ? "1 invoice that was held goes on."
      : resumed > 1
        ? `${resumed.toLocaleString("en-US")} invoices that were held go on.`
        : "",
  ];
  return parts.filter(Boolean).join(" ");
}
