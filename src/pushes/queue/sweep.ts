/**
 * The cron's safety net behind the gates' alarms: wakes the consumer for every company that has something due. It must
 * not read the backlog: one lookup in a partial index per company and state shows whether there is anything.
 */
import { sql } from "drizzle-orm";
import { listConnections } from "../../connections/store.ts";
import type { Env } from "../../env.ts";
import { IS_UNDER_WAY } from "../schema.ts";
import { type Db, openDb } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { wakeCompany } from "./enqueue.ts";

/** Wakes the consumer for companies with due rows, and for those whose subscription has lapsed. */
export async function sweep(env: Env, now: Date): Promise<void> {
  const db = openDb(env.DB);
  const lapsed = (await listConnections(db)).filter((connection) => connection.subscriptionLapsedAt !== null);
  const due = new Set([...(await listCompaniesWithDue(db, now)), ...lapsed.map((connection) => connection.id)]);
  for (const connectionId of due) await wakeCompany(env, connectionId);
  log("cron.sweep", { companies: due.size });
}

async function listCompaniesWithDue(db: Db, now: Date): Promise<string[]> {
  const rows = await db.all<{ id: string }>(sql`
    SELECT id FROM connections WHERE EXISTS (
      SELECT 1 FROM json_each('["queued","sending","unknown"]') AS step CROSS JOIN pushes
      WHERE connection_id = connections.id AND ${IS_UNDER_WAY} AND pushes.state = step.value AND due_at <= ${now.toISOString()})
    OR (state = 'connected' AND EXISTS (
      SELECT 1 FROM intuit_events WHERE realm_id = connections.realm_id AND done_at IS NULL
        AND ((is_parked = 0 AND due_at <= ${now.toISOString()}) OR (is_parked = 1 AND NOT EXISTS (
          SELECT 1 FROM json_each('["sending","unknown"]') AS step CROSS JOIN pushes
          WHERE connection_id = connections.id AND ${IS_UNDER_WAY} AND pushes.state = step.value)))))`);
  return rows.map((row) => row.id);
}
