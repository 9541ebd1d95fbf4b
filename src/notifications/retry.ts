/**
 * When to retry a notification that was not acknowledged. Pure. The intervals grow, since a receiver that has been down
 * for an hour is not helped by a try every minute; the last try is at 24 hours, and then a person decides.
 */
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** Waits after the first, second, … try; the last one repeats. */
const WAITS_MS = [10 * SECOND_MS, MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 6 * HOUR_MS];
const GIVE_UP_AFTER_MS = 24 * HOUR_MS;

/** The time of the next try after `tryCount` tries since `since`; null: it is given up. */
export function nextTryAt(tryCount: number, since: string, now: Date): string | null {
  const endMs = Date.parse(since) + GIVE_UP_AFTER_MS;
  if (now.getTime() >= endMs) return null;
  const wait = WAITS_MS[Math.min(Math.max(tryCount, 1), WAITS_MS.length) - 1] ?? HOUR_MS;
  return new Date(Math.min(now.getTime() + wait, endMs)).toISOString();
}
