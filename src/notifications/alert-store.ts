/**
 * Turns alerts on and off together with the notice that tells of it: one batch that depends on the alert's version, so
 * that of two evaluations at once one tells and the other does nothing. Decides nothing.
 */
import { type SQL, eq, sql } from "drizzle-orm";
import { type BatchItem, type Db, runBatch } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { ALERTS_ENDPOINT, type AlertKind } from "./event.ts";
import { type Alert, alerts, notices } from "./schema.ts";
import { newNotice } from "./store.ts";

export interface Change {
  key: string;
  kind: AlertKind;
  isOn: boolean;
  /** What names it; kept for the notice that it is over. */
  about: Record<string, unknown>;
  /** The type and the whole data of the notice. */
  type: string;
  data: Record<string, unknown>;
  /** Statements that go with it, made with the condition that this change takes place. */
  more?: (isMine: SQL) => BatchItem[];
}

/** Every alert that was ever told, on or over. There are few: a handful for each connection. */
export async function listAlerts(db: Db): Promise<Alert[]> {
  return db.select().from(alerts);
}

/** The alerts that are on, the oldest first. */
export async function listAlertsOn(db: Db): Promise<Alert[]> {
  return db.select().from(alerts).where(eq(alerts.isOn, true)).orderBy(alerts.beganAt);
}

/**
 * Tells a change once. `before` is the alert as it was read, undefined where there was none.
 */
export async function tellChange(db: Db, before: Alert | undefined, change: Change, now: Date): Promise<void> {
  const version = before?.version ?? 0;
  const isMine = sql`coalesce((SELECT version FROM alerts WHERE key = ${change.key}), 0) = ${version}`;
  const at = now.toISOString();
  const notice = newNotice(
    { endpointId: ALERTS_ENDPOINT, type: change.type, source: `${change.key}:${version + 1}`, data: change.data },
    now,
  );
  const about = JSON.stringify(change.about);
  const beganAt = before?.isOn ? before.beganAt : at;
  await runBatch(db, [
    insertWhere(db, notices, notice, isMine),
    ...(change.more?.(isMine) ?? []),
    db
      .insert(alerts)
      .select(
        sql`SELECT ${change.key}, ${change.kind}, ${change.isOn ? 1 : 0}, ${about}, ${beganAt}, ${at}, ${version + 1} WHERE ${isMine}`,
      )
      .onConflictDoUpdate({
        target: alerts.key,
        set: { isOn: change.isOn, about, beganAt, toldAt: at, version: version + 1 },
      }),
  ]);
}
