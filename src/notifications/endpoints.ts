/**
 * Reads and writes the receivers, and the lease that keeps two workers from one of them. What a changed address means for
 * alerts that are on is decided here too, so that a new receiver hears of them.
 */
import { and, eq, lte, sql } from "drizzle-orm";
import { z } from "zod";
import { type Db, runBatch } from "../platform/db.ts";
import type { KeyRing } from "../platform/keys.ts";
import { ALERTS_ENDPOINT } from "./event.ts";
import { type Endpoint, alerts, freshFailures, noticeEndpoints, notices } from "./schema.ts";
import { sealNewSecret } from "./secrets.ts";

/** Longer than a worker stays with one receiver. */
const LEASE_MS = 60_000;

export interface EndpointSettings {
  /** Null: nothing is told. */
  url: string | null;
  events: readonly string[];
}

/** The receiver, or null where none was ever set. */
export async function findEndpoint(db: Db, id: string): Promise<Endpoint | null> {
  const [row] = await db.select().from(noticeEndpoints).where(eq(noticeEndpoints.id, id)).limit(1);
  return row ?? null;
}

/** What it is told of. */
export function eventsOf(endpoint: Pick<Endpoint, "events">): string[] {
  return z.array(z.string()).parse(JSON.parse(endpoint.events));
}

/**
 * Sets address and events; the first time it makes the secret. What waits goes to the new address; without one it is
 * given up. Of the alerts, a new address hears anew of those that are on, and those no longer wanted are forgotten.
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
      .insert(noticeEndpoints)
      .values(row)
      .onConflictDoUpdate({ target: noticeEndpoints.id, set: { url: row.url, events, updatedAt: at } }),
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
    .update(notices)
    .set({ state: "gave_up", dueAt: null, lastOutcome: "no_address" })
    .where(and(eq(notices.endpointId, endpointId), eq(notices.state, "waiting")));
}

/** Takes the receiver for one worker; null where another has it, or where it pauses after a failed try. */
export async function leaseEndpoint(db: Db, id: string, now: Date): Promise<Endpoint | null> {
  const [row] = await db
    .update(noticeEndpoints)
    .set({ freeAt: new Date(now.getTime() + LEASE_MS).toISOString() })
    .where(and(eq(noticeEndpoints.id, id), lte(noticeEndpoints.freeAt, now.toISOString())))
    .returning();
  return row ?? null;
}

/** Gives it back, free from `freeAt` on. Only the lease that was taken: a later one, of another worker, stays. */
export async function releaseEndpoint(db: Db, leased: Endpoint, freeAt: Date): Promise<void> {
  await db
    .update(noticeEndpoints)
    .set({ freeAt: freeAt.toISOString() })
    .where(and(eq(noticeEndpoints.id, leased.id), eq(noticeEndpoints.freeAt, leased.freeAt)));
}
