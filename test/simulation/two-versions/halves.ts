/**
 * What each version of the Worker reads of a delivery: the present one in `pushes`, the former one in `invoices`. They must
 * never differ, or a claim, a fence or a payload of the one would be unknown to the other.
 */
import { getTableColumns, sql } from "drizzle-orm";
import { pushes } from "../../../src/pushes/schema.ts";
import type { World } from "../world.ts";
import { demand } from "../verdict.ts";

/** Columns that have another name in `invoices`. */
export const FORMER_NAMES: Readonly<Record<string, string>> = { qbo_id: "qbo_invoice_id", document_date: "date" };
/** Columns that the former version does not have. */
const OF_THE_PUSH_ALONE = new Set(["kind", "document_id", "sort_number", "error_before_link"]);

/** In SQL: the two halves of an invoice say different things. */
export const differs = Object.values(getTableColumns(pushes))
  .filter(({ name }) => !OF_THE_PUSH_ALONE.has(name))
  .map(({ name }) => `invoices.${FORMER_NAMES[name] ?? name} IS NOT pushes.${name}`)
  .join(" OR ");

/** Every invoice has its push, every push its invoice, and both say the same. */
export async function checkHalves(world: World): Promise<void> {
  const rows = await world.db.all<{ id: string }>(
    sql.raw(`SELECT coalesce(invoices.id, pushes.document_id) AS id FROM invoices
      FULL JOIN pushes ON pushes.kind = 'invoice' AND pushes.document_id = invoices.id
      WHERE invoices.id IS NULL OR pushes.document_id IS NULL OR ${differs}`),
  );
  demand(rows.length === 0, `The versions read different things of ${rows.map(({ id }) => id).join()}`);
}
