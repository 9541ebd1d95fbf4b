/**
 * When to try again. Pure.
 */
import { REQUEST_TIMEOUT_MS } from "../quickbooks/client.ts";

/** Waits before the second, third … try of something that may work by itself later. */
const RETRY_WAITS_MS = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000];
/** Spread, so that what failed together does not come back together. */
const MAX_SPREAD_MS = 5_000;
/**
 * From the freeze to the first byte; a push that is not out by then is frozen anew (docs/architecture.md, section 3,
 * rule 2).
 */
export const MAX_FREEZE_TO_SEND_MS = 10_000;
/** First looks for an unanswered push; the last one comes `RESEND_AFTER_MS` past the send. */
const LOOK_UP_WAITS_MS = [5_000, 20_000, 45_000];
/** QuickBooks gives up after 120 s; only past this may a push that is not there be sent again. */
export const RESEND_AFTER_MS = 150_000;
/** Clocks differ: an invoice made by our send may carry another time. */
const CLOCK_SKEW_MS = 2 * 60_000;
/** Between looks that failed themselves. */
const LOOK_UP_RETRY_MS = 30_000;

/** Time of the next try after `retries` tries that failed; `seed` spreads equal ones. */
export function retryAt(now: Date, retries: number, seed: string): string {
  const waitMs = RETRY_WAITS_MS[Math.min(retries, RETRY_WAITS_MS.length - 1)] ?? LOOK_UP_RETRY_MS;
  return new Date(now.getTime() + waitMs + spreadOf(seed)).toISOString();
}

/**
 * When the first byte of a request may have left at the latest, as far as is known once nobody waits for its answer any
 * more. One that ends soon after its freeze left soon after it. A later end says nothing of the beginning: the request may
 * have waited for a connection, but not longer than until the call was cut off.
 */
export function latestDeparture(sentAt: string, endedAt: Date): string {
  const sentMs = Date.parse(sentAt);
  const latestMs = Math.min(endedAt.getTime() - MAX_FREEZE_TO_SEND_MS, sentMs + REQUEST_TIMEOUT_MS);
  return new Date(Math.max(sentMs, latestMs)).toISOString();
}

/** Time of the next look for an unanswered push that has not been found yet. */
export function nextLookAt(now: Date, sentAt: string): string {
  const sentMs = Date.parse(sentAt);
  const steps = [...LOOK_UP_WAITS_MS, RESEND_AFTER_MS].map((wait) => sentMs + wait);
  return new Date(steps.find((at) => at > now.getTime()) ?? now.getTime()).toISOString();
}

/** Whether a push may be sent again that a look did not find. `askedAt` is when the look was asked, not answered. */
export function mayResend(askedAt: Date, sentAt: string): boolean {
  return askedAt.getTime() >= Date.parse(sentAt) + RESEND_AFTER_MS;
}

/**
 * When an invoice was made that a request brought to QuickBooks, by its clock. `sentAt` may be up to 120 s too late (see
 * `latestDeparture`), and QuickBooks works on a request for 120 s; the call itself lasted `durationMs`.
 */
export function timeOfCreate(sentAt: string, durationMs: number): { from: Date; to: Date } {
  const sentMs = Date.parse(sentAt);
  return {
    from: new Date(sentMs - REQUEST_TIMEOUT_MS - CLOCK_SKEW_MS),
    to: new Date(sentMs + durationMs + MAX_FREEZE_TO_SEND_MS + REQUEST_TIMEOUT_MS + CLOCK_SKEW_MS),
  };
}

/** Time of the next look after one that failed; not before `closedUntil` (epoch ms). */
export function lookAgainAt(now: Date, closedUntil = 0): string {
  return new Date(Math.max(now.getTime() + LOOK_UP_RETRY_MS, closedUntil)).toISOString();
}

function spreadOf(seed: string): number {
  let hash = 0;
  for (let i = 0; i < seed.length; i += 1) hash = (hash * 31 + seed.charCodeAt(i)) % 1_000_003;
  return hash % MAX_SPREAD_MS;
}
