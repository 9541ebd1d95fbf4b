/**
 * One stored delivery: its body, the faults that the sender was told, and how long the body is kept. list-deliveries.ts
 * lists them; refusals.ts records the refused ones.
 */
import { eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "../platform/db.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import type { FieldError } from "../platform/problem.ts";
import { HAS_BODY, orderEvents } from "./schema.ts";

/** How many bodies one run of the cron deletes: 360,000 a day, so even a database of years is done within days. */
const MAX_BODIES_PER_RUN = 250;
const DAY_MS = 24 * 3_600_000;

const faultList = z.array(z.object({ path: z.string(), message: z.string() }));

/** A delivery with its body. */
export type StoredDelivery = typeof orderEvents.$inferSelect;

/** The delivery with its body, or null. */
export async function findDelivery(db: Db, id: string): Promise<StoredDelivery | null> {
  const [row] = await db.select().from(orderEvents).where(eq(orderEvents.id, id)).limit(1);
  return row ?? null;
}

/** The faults that the response to a rejected delivery listed. */
export function faultsOf(row: Pick<StoredDelivery, "errors">): FieldError[] {
  return row.errors === null ? [] : faultList.parse(JSON.parse(row.errors));
}

/**
 * Whether the body of a delivery is still kept. This depends on its age alone, not on whether the cron has got to it,
 * so that a replay doesn't depend on the cron.
 */
export function isBodyKept(row: Pick<StoredDelivery, "receivedAt">, now: Date): boolean {
  return row.receivedAt >= bodiesKeptSince(now);
}

/**
 * Deletes bodies that are no longer kept, a limited number per call, and returns how many. The rows stay: an accepted
 * `webhook-id` is remembered for good. Rows are replaced rather than updated: SQLite leaves a row that became shorter
 * in its page, which then stays nearly empty; replaced rows are packed together, and their old pages are freed.
 */
export async function forgetOldBodies(db: Db, now: Date): Promise<number> {
  const names = Object.values(getTableColumns(orderEvents)).map((column) => column.name);
  const columns = sql.raw(names.join(", "));
  const values = sql.raw(names.map((name) => (name === orderEvents.body.name ? "''" : name)).join(", "));
  const emptied = await db.all(sql`
    INSERT OR REPLACE INTO order_events (${columns})
    SELECT ${values} FROM order_events INDEXED BY order_events_with_body
    WHERE ${HAS_BODY} AND received_at < ${bodiesKeptSince(now)} ORDER BY received_at LIMIT ${MAX_BODIES_PER_RUN}
    RETURNING id`);
  return emptied.length;
}

function bodiesKeptSince(now: Date): string {
  return new Date(now.getTime() - HISTORY_KEPT_DAYS * DAY_MS).toISOString();
}
