/**
 * Counts of invoices that pages name in sentences. Each goes over an index; none decides anything.
 */
import { and, count, eq, sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { invoices } from "./schema.ts";

/**
 * How many nobody has asked to send yet: turning a switch never sends them, so the page says how many there are
 * (contract, section 4).
 */
export async function countNotSent(db: Db, scope: { connectionId: string } | { instanceId: string }): Promise<number> {
  const within = "connectionId" in scope ? eq(invoices.connectionId, scope.connectionId) : eq(invoices.instanceId, scope.instanceId);
  const [row] = await db
    .select({ n: count() })
    .from(invoices)
    .where(and(eq(invoices.pushStatus, "not_sent"), within));
  return row?.n ?? 0;
}

/** How many of these are held. Any number of IDs. */
export async function countHeld(db: Db, ids: readonly string[]): Promise<number> {
  const [row] = await db
    .select({ n: count() })
    .from(invoices)
    .where(and(eq(invoices.state, "held"), sql`${invoices.id} in (select value from json_each(${JSON.stringify(ids)}))`));
  return row?.n ?? 0;
}
