/**
 * When to try again. Pure.
 */
import { REQUEST_TIMEOUT_MS } from "../quickbooks/client.ts";

/** Waits before the second, third … try of a push that may succeed later without anybody's help. */
const RETRY_WAITS_MS = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000];
/** Spreads retries, so pushes that failed together are not retried together. */
const MAX_SPREAD_MS = 5_000;
/**
 * From the freeze to the first byte; a push that has not left by then is frozen again (docs/architecture.md, section 3,
 * rule 2).
 */
export const MAX_FREEZE_TO_SEND_MS = 10_000;
/** First look-ups of an unanswered push; the last one comes `RESEND_AFTER_MS` after the send. */
const LOOK_UP_WAITS_MS = [5_000, 20_000, 45_000];
/** QuickBooks gives up after 120 s; a push that is not found may be sent again only after this time. */
export const RESEND_AFTER_MS = 150_000;
/** Clocks differ: the document that our send created may carry a different time. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** Between look-ups that failed. */
const LOOK_UP_RETRY_MS = 30_000;

/** Time of the next try after `retries` failed tries; `seed` spreads retries that would coincide. */
export function retryAt(now: Date, retries: number, seed: string): string {
  const waitMs = RETRY_WAITS_MS[Math.min(retries, RETRY_WAITS_MS.length - 1)] ?? LOOK_UP_RETRY_MS;
  return new Date(now.getTime() + waitMs + spreadOf(seed)).toISOString();
}

/**
 * The latest time at which the first byte of a request may have left, known once we no longer wait for its answer. A
 * request that ended soon after its freeze also left soon after it. A later end says nothing about the start: the request
 * may have waited for a connection, but no longer than until the call was cut off.
 */
export function latestDeparture(sentAt: string, endedAt: Date): string {
  const sentMs = Date.parse(sentAt);
  const latestMs = Math.min(endedAt.getTime() - MAX_FREEZE_TO_SEND_MS, sentMs + REQUEST_TIMEOUT_MS);
  return new Date(Math.max(sentMs, latestMs)).toISOString();
}

/** Time of the next look-up of an unanswered push that has not been found yet. */
export function nextLookAt(now: Date, sentAt: string): string {
  const sentMs = Date.parse(sentAt);
  const steps = [...LOOK_UP_WAITS_MS, RESEND_AFTER_MS].map((wait) => sentMs + wait);
  return new Date(steps.find((at) => at > now.getTime()) ?? now.getTime()).toISOString();
}

/** Whether a push that a look-up did not find may be sent again. `askedAt`: when the look-up was sent, not answered. */
export function mayResend(askedAt: Date, sentAt: string): boolean {
  return askedAt.getTime() >= Date.parse(sentAt) + RESEND_AFTER_MS;
}

/**
 * When a request may have created its document, by QuickBooks' clock. `sentAt` may be up to 120 s too late (see
 * `latestDeparture`), and QuickBooks works on a request for 120 s; the call itself lasted `durationMs`.
 */
function timeOfCreate(sentAt: string, durationMs: number): { from: Date; to: Date } {
  const sentMs = Date.parse(sentAt);
  return {
    from: new Date(sentMs - REQUEST_TIMEOUT_MS - CLOCK_SKEW_MS),
    to: new Date(sentMs + durationMs + MAX_FREEZE_TO_SEND_MS + REQUEST_TIMEOUT_MS + CLOCK_SKEW_MS),
  };
}

/** The times in which any of these sends may have created its document, in order; overlapping ones are one. */
export function timesOfCreates(
  sends: readonly { startedAt: string; durationMs: number }[],
): { from: Date; to: Date }[] {
  const times = sends
    .map(({ startedAt, durationMs }) => timeOfCreate(startedAt, durationMs))
    .toSorted((a, b) => a.from.getTime() - b.from.getTime());
  const merged: { from: Date; to: Date }[] = [];
  for (const { from, to } of times) {
    const last = merged.at(-1);
    if (last && from <= last.to) last.to = to > last.to ? to : last.to;
    else merged.push({ from, to });
  }
  return merged;
}

/** Time of the next look-up after one that failed; not before `closedUntil` (epoch ms). */
export function lookAgainAt(now: Date, closedUntil = 0): string {
  return new Date(Math.max(now.getTime() + LOOK_UP_RETRY_MS, closedUntil)).toISOString();
}

function spreadOf(seed: string): number {
  let hash = 0;
  for (let i = 0; i < seed.length; i += 1) hash = (hash * 31 + seed.charCodeAt(i)) % 1_000_003;
  return hash % MAX_SPREAD_MS;
}
