/**
 * How many invoices nobody has asked to send yet: the pages name the count beside a button that asks, since turning a
 * switch never sends them (contract, section 4).
 */
import { and, count, eq } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { invoices } from "./schema.ts";

/** Counts through the index by status. */
export async function countNotSent(db: Db, scope: { connectionId: string } | { instanceId: string }): Promise<number> {
  const within = "connectionId" in scope ? eq(invoices.connectionId, scope.connectionId) : eq(invoices.instanceId, scope.instanceId);
  const [row] = await db
    .select({ n: count() })
    .from(invoices)
    .where(and(eq(invoices.pushStatus, "not_sent"), within));
  return row?.n ?? 0;
}
