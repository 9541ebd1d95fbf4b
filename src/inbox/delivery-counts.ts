/**
 * How many deliveries of an instance were accepted, and how many had a wrong signature, by hour (UTC). Accepted ones are
 * counted in the batch that stores them, so the count is exact.
 */
import { type SQL, sql } from "drizzle-orm";
import { calendarDate } from "../platform/calendar-date.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import { HISTORY_KEPT_DAYS } from "../platform/limits.ts";
import { deliveryCounts } from "./schema.ts";

/** How many deliveries of an instance are accepted on one day (UTC; docs/contract.md, section 5). */
export const MAX_ACCEPTED_PER_DAY = 100_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Statement that counts an accepted delivery if `condition` holds. */
export function countAccepted(db: Db, instanceId: string, condition: SQL, now: Date): BatchItem {
  return db
    .insert(deliveryCounts)
    .select(sql`select ${instanceId}, ${hourOf(now.toISOString())}, 1, 0, null where ${condition}`)
    .onConflictDoUpdate({
      target: [deliveryCounts.instanceId, deliveryCounts.hour],
      set: { accepted: sql`${deliveryCounts.accepted} + 1` },
    });
}

/** How many deliveries of the instance were accepted today (UTC), as a query for a batch. */
export function acceptedToday(db: Db, instanceId: string, now: Date) {
  return db
    .select({ count: sql<number>`coalesce(sum(${deliveryCounts.accepted}), 0)` })
    .from(deliveryCounts)
    .where(sql`${deliveryCounts.instanceId} = ${instanceId} and ${deliveryCounts.hour} >= ${calendarDate(now)}`);
}

/** The seconds until the quota of the next day. */
export function secondsToNextDay(now: Date): number {
  return Math.ceil((DAY_MS - (now.getTime() % DAY_MS)) / 1_000);
}

/** Adds deliveries with a wrong signature to the hour of the last one. */
export async function countWrongSignatures(
  db: Db,
  { instanceId, count, lastAt }: { instanceId: string; count: number; lastAt: string },
): Promise<void> {
  await db
    .insert(deliveryCounts)
    .values({ instanceId, hour: hourOf(lastAt), wrongSignatures: count, lastWrongAt: lastAt })
    .onConflictDoUpdate({
      target: [deliveryCounts.instanceId, deliveryCounts.hour],
      set: { wrongSignatures: sql`${deliveryCounts.wrongSignatures} + ${count}`, lastWrongAt: lastAt },
    });
}

export interface WrongSignatureHour {
  instanceId: string;
  /** The begin of the hour, ISO text. */
  hourAt: string;
  count: number;
  lastAt: string;
}

/** The hours of the last days in which deliveries had a wrong signature, the newest first. */
export async function listWrongSignatures(
  db: Db,
  { days, limit }: { days: number; limit: number },
  now: Date,
): Promise<WrongSignatureHour[]> {
  const rows = await db.all<{ instanceId: string; hour: string; count: number; lastAt: string }>(sql`
    SELECT instance_id AS instanceId, hour, wrong_signatures AS count, last_wrong_at AS lastAt
    FROM delivery_counts INDEXED BY delivery_counts_wrong
    WHERE hour >= ${hourOf(daysBefore(now, days))} AND wrong_signatures > 0 ORDER BY hour DESC, instance_id LIMIT ${limit}`);
  return rows.map(({ hour, ...row }) => ({ ...row, hourAt: `${hour}:00:00.000Z` }));
}

/** How many deliveries had a wrong signature, and when the last one came. */
export interface WrongSignatureSum {
  count: number;
  lastAt: string;
}

/** The wrong signatures of the last days by instance; an instance without any is left out. */
export async function sumWrongSignatures(db: Db, days: number, now: Date): Promise<Map<string, WrongSignatureSum>> {
  const rows = await db.all<WrongSignatureSum & { instanceId: string }>(sql`
    SELECT instance_id AS instanceId, sum(wrong_signatures) AS count, max(last_wrong_at) AS lastAt
    FROM delivery_counts INDEXED BY delivery_counts_wrong
    WHERE hour >= ${hourOf(daysBefore(now, days))} AND wrong_signatures > 0 GROUP BY instance_id`);
  return new Map(rows.map(({ instanceId, ...sum }) => [instanceId, sum]));
}

/** Statement that deletes the counts of hours that are as old as the history that is kept. */
export function forgetOldCounts(db: Db, now: Date): BatchItem {
  return db.delete(deliveryCounts).where(sql`${deliveryCounts.hour} < ${hourOf(daysBefore(now, HISTORY_KEPT_DAYS))}`);
}

function daysBefore(now: Date, days: number): string {
  return new Date(now.getTime() - days * DAY_MS).toISOString();
}

/** `2026-11-20T10:04:…` → `2026-11-20T10`. */
function hourOf(at: string): string {
  return at.slice(0, "2026-11-20T10".length);
}
