/**
 * Counts of invoices that pages show. Nothing is decided by them, and none may read the history of years: for the statuses
 * in which invoices stay, triggers maintain the counts (migrations/0005_invoice_counts.sql).
 */
import { and, count, eq, sql } from "drizzle-orm";
import type { Db } from "../../platform/db.ts";
import type { DocumentState } from "../../documents/status.ts";
import { isPushOfAny } from "../../pushes/document-row.ts";
import { pushes } from "../../pushes/schema.ts";

/** How many invoices have each push status; 0 for a status without invoices. */
export async function countByStatus(db: Db): Promise<Record<DocumentState, number>> {
  const rows = await db.all<{ status: DocumentState; n: number }>(sql`
    SELECT push_status AS status, sum(n) AS n FROM invoice_counts GROUP BY push_status
    UNION ALL SELECT push_status, count(*) FROM pushes INDEXED BY pushes_by_status
    WHERE kind = 'invoice' AND push_status IN ('queued', 'sending', 'failed', 'held', 'unknown') GROUP BY push_status`);
  const counts: Record<DocumentState, number> = {
    not_sent: 0,
    queued: 0,
    sending: 0,
    sent: 0,
    failed: 0,
    held: 0,
    unknown: 0,
    voided: 0,
  };
  for (const { status, n } of rows) counts[status] = n;
  return counts;
}

/**
 * How many invoices nobody has sent yet: changing a switch never sends them, so the page shows the number
 * (docs/contract.md, section 4).
 */
export async function countNotSent(db: Db, scope: { connectionId: string } | { instanceId: string }): Promise<number> {
  const within =
    "connectionId" in scope ? eq(pushes.connectionId, scope.connectionId) : eq(pushes.instanceId, scope.instanceId);
  const [row] = await db
    .select({ n: count() })
    .from(pushes)
    .where(and(eq(pushes.kind, "invoice"), eq(pushes.pushStatus, "not_sent"), within));
  return row?.n ?? 0;
}

/** How many of these are held. Any number of IDs. */
export async function countHeld(db: Db, ids: readonly string[]): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(pushes)
    .where(and(eq(pushes.state, "held"), isPushOfAny("invoice", ids)));
  return row?.n ?? 0;
}
