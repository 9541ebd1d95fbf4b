/**
 * Turns alerts on and off together with the notification about it: one batch that depends on the alert's version, so
 * that of two evaluations at the same time one notifies and the other does nothing. Decides nothing.
 */
import { type SQL, eq, sql } from "drizzle-orm";
import { type BatchItem, type Db, runBatch } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { ALERTS_ENDPOINT, type AlertKind } from "./event.ts";
import { type Alert, alerts, notifications } from "./schema.ts";
import { newNotification } from "./store.ts";

export interface Change {
  key: string;
  kind: AlertKind;
  isOn: boolean;
  /** What identifies it; kept for the notification that it is resolved. */
  about: Record<string, unknown>;
  /** The type and the complete data of the notification. */
  type: string;
  data: Record<string, unknown>;
  /** Further statements for the batch, given the condition that this change applies. */
  more?: (isMine: SQL) => BatchItem[];
}

/** Every alert that was ever sent, on or resolved. There are few: a handful per connection. */
export async function listAlerts(db: Db): Promise<Alert[]> {
  return db.select().from(alerts);
}

/** The alerts that are on, the oldest first. */
export async function listAlertsOn(db: Db): Promise<Alert[]> {
  return db.select().from(alerts).where(eq(alerts.isOn, true)).orderBy(alerts.beganAt);
}

/** Notifies of a change once. `before` is the alert as it was read, undefined if there was none. */
export async function notifyChange(db: Db, before: Alert | undefined, change: Change, now: Date): Promise<void> {
  const version = before?.version ?? 0;
  const isMine = sql`coalesce((SELECT version FROM alerts WHERE key = ${change.key}), 0) = ${version}`;
  const at = now.toISOString();
  const notification = newNotification(
    { endpointId: ALERTS_ENDPOINT, type: change.type, source: `${change.key}:${version + 1}`, data: change.data },
    now,
  );
  const about = JSON.stringify(change.about);
  const beganAt = before?.isOn ? before.beganAt : at;
  await runBatch(db, [
    insertWhere(db, notifications, notification, isMine),
    ...(change.more?.(isMine) ?? []),
    db
      .insert(alerts)
      .select(
        sql`SELECT ${change.key}, ${change.kind}, ${change.isOn ? 1 : 0}, ${about}, ${beganAt}, ${at}, ${version + 1} WHERE ${isMine}`,
      )
      .onConflictDoUpdate({
        target: alerts.key,
        set: { isOn: change.isOn, about, beganAt, notifiedAt: at, version: version + 1 },
      }),
  ]);
}
