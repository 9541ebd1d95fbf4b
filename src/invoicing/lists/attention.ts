/**
 * Invoices that need attention, by cause: company, what happened, QuickBooks' code, and the setting, account, item or
 * customer that it is about. One fix serves all of a cause. Reads only those that need attention.
 */
import { sql } from "drizzle-orm";
import { attentionKindSql } from "../../documents/attention.ts";
import { invoices } from "../../invoices/schema.ts";
import type { Db } from "../../platform/db.ts";
import { NEEDS_ATTENTION, pushes } from "../../pushes/schema.ts";
import { IS_ITS_INVOICE } from "../invoice-row.ts";
import { type AttentionCause, walkOf } from "./filter.ts";
import { pageOf } from "./order.ts";

/** Causes that a page shows; only the smallest groups are left out. */
const MAX_CAUSES = 50;

export interface CauseGroup extends AttentionCause {
  count: number;
  /** What they come to in each currency, e.g. `{"USD": 1250}` in minor units, as JSON. */
  sums: string;
  /** The newest invoice in the group. */
  sampleId: string;
  /** JSON of the error and of the warnings of that invoice. */
  sample: string | null;
  sampleWarnings: string;
}

/** The groups, the largest first. */
export async function listCauses(db: Db): Promise<CauseGroup[]> {
  const kind = sql.raw(attentionKindSql("pushes."));
  const ofError = (name: string) =>
    sql`iif(pushes.state = 'failed', json_extract(pushes.error, ${sql.raw(`'$.${name}'`)}), null)`;
  return db.all<CauseGroup>(sql`
    select connectionId, kind, category, code, concerns, sum(n) as count, json_group_object(currency, minor) as sums,
      sampleId, sample, sampleWarnings, max(newest) as newest
    from (
      select pushes.connection_id as connectionId, ${kind} as kind, ${ofError("category")} as category,
        ${ofError("code")} as code, ${ofError("concerns")} as concerns, ${invoices.currency} as currency, count(*) as n,
        sum(${invoices.totalMinor}) as minor, pushes.document_id as sampleId, pushes.error as sample,
        pushes.warnings as sampleWarnings, max(pushes.document_date) as newest
      from ${pushes} indexed by pushes_attention cross join ${invoices} on ${IS_ITS_INVOICE}
      where (${NEEDS_ATTENTION}) and pushes.kind = 'invoice' group by 1, 2, 3, 4, 5, 6)
    group by 1, 2, 3, 4, 5 order by count desc limit ${MAX_CAUSES}`);
}

/** The newest invoices of each cause, up to `limit`, in the order of the causes. A query for each, all at the same time. */
export async function listOfCauses(
  db: Db,
  causes: readonly AttentionCause[],
  limit: number,
): Promise<{ id: string; number: string }[][]> {
  const lists = causes.map(async (cause) => {
    const { from, where } = walkOf({ status: "needs_attention", cause }, null, WITH_INVOICE);
    return db.all<{ id: string; number: string }>(sql`
      select ${pushes.documentId} as id, ${invoices.number} as number from ${from} where ${where}
      order by ${pageOf({ limit }, "-date").orderBy} limit ${limit}`);
  });
  return Promise.all(lists);
}

const WITH_INVOICE = { by: "date", few: true, needsInvoice: true } as const;

/** How many invoices need attention. */
export async function countAttention(db: Db): Promise<number> {
  const [row] = await db.all<{ n: number }>(sql`
    select count(*) as n from ${pushes} indexed by pushes_attention where (${NEEDS_ATTENTION}) and pushes.kind = 'invoice'`);
  return row?.n ?? 0;
}

/** What became of the invoices that were asked to be sent at that time. */
export interface Progress {
  requestedAt: string;
  total: number;
  sent: number;
  failed: number;
  held: number;
  /** On their way, or being looked up. */
  open: number;
  other: number;
}

/** Where they stand now. */
export async function readProgress(db: Db, requestedAt: string): Promise<Progress> {
  const rows = await db.all<{ state: string; n: number }>(sql`
    select state, count(*) as n from ${pushes} indexed by pushes_requested
    where pushes.requested_at = ${requestedAt} and pushes.kind = 'invoice' group by 1`);
  const count = (...states: string[]): number =>
    rows.filter(({ state }) => states.includes(state)).reduce((sum, { n }) => sum + n, 0);
  const total = rows.reduce((sum, { n }) => sum + n, 0);
  const [sent, failed, held] = [count("sent"), count("failed"), count("held")];
  const open = count("queued", "sending", "unknown");
  return { requestedAt, total, sent, failed, held, open, other: total - sent - failed - held - open };
}
