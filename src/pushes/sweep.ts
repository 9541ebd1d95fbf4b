/**
 * The cron's net beneath the gates' alarms: rings every company that has something due, through one partial index.
 */
import { and, inArray, lte } from "drizzle-orm";
import { listConnections } from "../connections/store.ts";
import type { Env } from "../env.ts";
import { invoices } from "../invoices/schema.ts";
import { openDb } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { ringCompany } from "./enqueue.ts";

/** Rings the companies with due rows, and those whose subscription has lapsed. */
export async function sweep(env: Env, now: Date): Promise<void> {
  const db = openDb(env.DB);
  const rows = await db
    .selectDistinct({ connectionId: invoices.connectionId })
    .from(invoices)
    .where(and(inArray(invoices.state, ["queued", "sending", "unknown"]), lte(invoices.dueAt, now.toISOString())));
  const lapsed = (await listConnections(db)).filter((connection) => connection.subscriptionLapsedAt !== null);
  const due = new Set([...rows.flatMap((row) => row.connectionId ?? []), ...lapsed.map((connection) => connection.id)]);
  for (const connectionId of due) await ringCompany(env, connectionId);
  log("cron.sweep", { companies: due.size });
}
