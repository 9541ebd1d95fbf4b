/**
 * How big the database is, how fast it grows, and when it will be full. D1 reports its size with the result of every
 * statement; one measurement a day is kept to calculate the growth. At the limit every write fails, so people have to
 * know long before.
 */
import { calendarDate } from "./calendar-date.ts";
import { lt } from "drizzle-orm";
import { type Db, runBatch } from "./db.ts";
import { databaseSizes } from "./schema.ts";

/** The largest database of D1, not extendable (Cloudflare, "D1 limits"). */
export const DATABASE_LIMIT_BYTES = 10_000_000_000;

const DAY_MS = 24 * 3_600_000;
/** The growth is measured over this many days: long enough to even out a week, short enough to follow a change. */
const PACE_DAYS = 30;
/** Less than a day says nothing: the first orders of a morning are not a trend. */
const MIN_PACE_DAYS = 1;
const SIZES_KEPT_DAYS = 400;
/** A date further away than this is not worth showing. */
const MAX_AHEAD_DAYS = 100 * 365;

export interface DatabaseSize {
  bytes: number;
  /** Over the last 30 days, 0 if it does not grow; null until the first measurement is a day old. */
  bytesPerDay: number | null;
  /** Calendar date (UTC) on which it will be full at that rate; null if it does not grow, or not within 100 years. */
  fullOn: string | null;
}

/** Stores today's size, on the first call of a day, and deletes old measurements. */
export async function measureDatabase(db: Db, now: Date): Promise<void> {
  const day = dayOf(now, 0);
  const today = await db.$client.prepare("SELECT day FROM database_sizes WHERE day = ?").bind(day).all();
  const bytes = sizeAfter(today);
  if (today.results.length > 0 || bytes === null) return;
  await runBatch(db, [
    db.insert(databaseSizes).values({ day, bytes, measuredAt: now.toISOString() }).onConflictDoNothing(),
    db.delete(databaseSizes).where(lt(databaseSizes.day, dayOf(now, -SIZES_KEPT_DAYS))),
  ]);
}

interface Measured {
  bytes: number;
  measuredAt: string;
}

/** The current size and growth; null if the database does not report its size. */
export async function readDatabaseSize(db: Db, now: Date): Promise<DatabaseSize | null> {
  const oldest = await db.$client
    .prepare("SELECT bytes, measured_at AS measuredAt FROM database_sizes WHERE day >= ? ORDER BY day LIMIT 1")
    .bind(dayOf(now, -PACE_DAYS))
    .all<Measured>();
  const bytes = sizeAfter(oldest);
  return bytes === null ? null : forecast(bytes, oldest.results[0] ?? null, now);
}

/** Calculates the day on which it will be full, from an earlier measurement and the size now. Pure. */
export function forecast(bytes: number, before: Measured | null, now: Date): DatabaseSize {
  if (bytes >= DATABASE_LIMIT_BYTES) return { bytes, bytesPerDay: null, fullOn: dayOf(now, 0) };
  const days = before ? (now.getTime() - Date.parse(before.measuredAt)) / DAY_MS : 0;
  if (!before || days < MIN_PACE_DAYS) return { bytes, bytesPerDay: null, fullOn: null };
  const bytesPerDay = Math.max(0, Math.round((bytes - before.bytes) / days));
  const ahead = (DATABASE_LIMIT_BYTES - bytes) / bytesPerDay;
  return { bytes, bytesPerDay, fullOn: ahead <= MAX_AHEAD_DAYS ? dayOf(now, ahead) : null };
}

/** D1 reports it with every result (`meta.size_after`, not counting free pages); a test double may not. */
function sizeAfter(answer: D1Result): number | null {
  const size: unknown = answer.meta.size_after;
  return typeof size === "number" ? size : null;
}

function dayOf(now: Date, daysAhead: number): string {
  return calendarDate(new Date(now.getTime() + daysAhead * DAY_MS));
}
