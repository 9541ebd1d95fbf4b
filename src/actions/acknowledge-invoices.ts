/**
 * A person has seen what happened to invoices in QuickBooks or in the order system, and leaves them as they are: the
 * warning that asked for attention goes. Nothing is changed in QuickBooks.
 */
import type { ActionContext } from "../app-context.ts";
import { readWarnings, withoutWarnings } from "../failures/warning.ts";
import { listInvoicesById } from "../invoicing/invoice-row.ts";
import { recordActivity } from "../people/activity.ts";
import { runBatch, tookHold } from "../platform/db.ts";
import { plural } from "../platform/words.ts";
import { moveRow } from "../pushes/ledger.ts";
import { pushes } from "../pushes/schema.ts";
import { conflict, type Result } from "./result.ts";

/** Statements of one batch. */
const AT_ONCE = 100;

/** Takes the warning of that code away. `count`: how many had it and have not changed meanwhile. */
export async function acknowledgeInvoices(
  { db, now, actor }: ActionContext,
  ids: string[],
  code: string,
): Promise<Result<{ count: number }>> {
  const rows = (await listInvoicesById(db, ids)).filter(({ warnings }) =>
    readWarnings(warnings).some((warning) => warning.code === code),
  );
  let count = 0;
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const moves = rows.slice(start, start + AT_ONCE).map((row) =>
      moveRow(db, { ...row, kind: "invoice" }, { warnings: withoutWarnings(row.warnings, [code]) }, { now }).returning({
        id: pushes.documentId,
      }),
    );
    count += (await runBatch(db, moves)).filter(tookHold).length;
  }
  if (count === 0) return conflict("There is nothing to acknowledge any more.");
  const [only] = rows;
  await recordActivity(db, now, actor, {
    action: "invoice.acknowledged",
    subject: {
      kind: "invoice",
      id: rows.length === 1 && only ? only.id : "",
      name: rows.length === 1 && only ? only.number : plural(count, "invoice"),
    },
  });
  return { ok: true, count };
}
