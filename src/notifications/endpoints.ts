/**
 * Reads and writes the receivers, and the lease that keeps two workers from serving the same one. It also decides what
 * a changed address means for alerts that are on, so that a new receiver learns of them.
 */
import { and, eq, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, runBatch } from "../platform/db.ts";
import type { KeyRing } from "../platform/keys.ts";
import { ALERTS_ENDPOINT } from "./event.ts";
import { type Endpoint, alerts, freshFailures, notificationEndpoints, notifications } from "./schema.ts";
import { sealNewSecret } from "./secrets.ts";

/** Longer than a worker stays with one receiver. */
const LEASE_MS = 60_000;

export interface EndpointSettings {
  /** Null: nothing is sent. */
  url: string | null;
  events: readonly string[];
}

/** The receiver, or null if it was never set up. */
export async function findEndpoint(db: Db, id: string): Promise<Endpoint | null> {
  const [row] = await db.select().from(notificationEndpoints).where(eq(notificationEndpoints.id, id)).limit(1);
  return row ?? null;
}

/** The events it is notified of. */
export function eventsOf(endpoint: Pick<Endpoint, "events">): string[] {
  return z.array(z.string()).parse(JSON.parse(endpoint.events));
}

/**
 * Sets address and events, and the first time makes the secret. Waiting notifications go to the new address; without an
 * address they are given up. For alerts: a new address is notified again of those that are on, and alerts that are no
 * longer wanted are forgotten.
 */
export async function saveEndpoint(
  db: Db,
  ring: KeyRing,
  { id, ...settings }: EndpointSettings & { id: string },
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const before = await findEndpoint(db, id);
  const events = JSON.stringify(settings.events);
  const row = {
    id,
    url: settings.url,
    events,
    sealedSecret: await sealNewSecret(ring, id),
    createdAt: at,
    updatedAt: at,
  };
  const statements = [
    db
      .insert(notificationEndpoints)
      .values(row)
      .onConflictDoUpdate({ target: notificationEndpoints.id, set: { url: row.url, events, updatedAt: at } }),
    ...(settings.url === null ? [giveUpWaiting(db, id)] : []),
  ];
  if (id !== ALERTS_ENDPOINT) return void (await runBatch(db, statements));
  const isForgotten = before?.url === settings.url ? sql`kind NOT IN (SELECT value FROM json_each(${events}))` : sql`1`;
  await runBatch(db, [
    ...statements,
    db
      .update(alerts)
      .set({ isOn: false, version: sql`version + 1` })
      .where(and(eq(alerts.isOn, true), isForgotten)),
    ...(settings.events.includes("invoices.failed") && settings.url !== null ? [] : [db.delete(freshFailures)]),
  ]);
}

function giveUpWaiting(db: Db, endpointId: string) {
  return db
    .update(notifications)
    .set({ state: "gave_up", dueAt: null, lastOutcome: "no_address" })
    .where(and(eq(notifications.endpointId, endpointId), eq(notifications.state, "waiting")));
}

/** Leases the receiver to one worker; null if another has it, or if it pauses after a failed try. */
export async function leaseEndpoint(db: Db, id: string, now: Date): Promise<Endpoint | null> {
  const [row] = await db
    .update(notificationEndpoints)
    .set({ freeAt: new Date(now.getTime() + LEASE_MS).toISOString() })
    .where(and(eq(notificationEndpoints.id, id), lte(notificationEndpoints.freeAt, now.toISOString())))
    .returning();
  return row ?? null;
}

/** Releases it, free from `freeAt` on. Only the given lease: a later one, of another worker, stays. */
export async function releaseEndpoint(db: Db, leased: Endpoint, freeAt: Date): Promise<void> {
  await db
    .update(notificationEndpoints)
    .set({ freeAt: freeAt.toISOString() })
    .where(and(eq(notificationEndpoints.id, leased.id), eq(notificationEndpoints.freeAt, leased.freeAt)));
}
