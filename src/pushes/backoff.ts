/**
 * When to try again. Pure.
 */

/** Waits before the second, third … try of something that may work by itself later. */
const RETRY_WAITS_MS = [10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000];
/** Spread, so that what failed together does not come back together. */
const MAX_SPREAD_MS = 5_000;
/** First looks for an unanswered push; the last one comes `RESEND_AFTER_MS` past the send. */
const LOOK_UP_WAITS_MS = [5_000, 20_000, 45_000];
/** QuickBooks gives up after 120 s; only past this may a push that is not there be sent again. */
export const RESEND_AFTER_MS = 150_000;
/** Between looks that failed themselves. */
const LOOK_UP_RETRY_MS = 30_000;

/** Time of the next try after `retries` tries that failed; `seed` spreads equal ones. */
export function retryAt(now: Date, retries: number, seed: string): string {
  const waitMs = RETRY_WAITS_MS[Math.min(retries, RETRY_WAITS_MS.length - 1)] ?? LOOK_UP_RETRY_MS;
  return new Date(now.getTime() + waitMs + spreadOf(seed)).toISOString();
}

/** Time of the next look for an unanswered push that has not been found yet. */
export function nextLookAt(now: Date, sentAt: string): string {
  const sentMs = Date.parse(sentAt);
  const steps = [...LOOK_UP_WAITS_MS, RESEND_AFTER_MS].map((wait) => sentMs + wait);
  return new Date(steps.find((at) => at > now.getTime()) ?? now.getTime()).toISOString();
}

/** Whether a push that is not found may be sent again. */
export function mayResend(now: Date, sentAt: string): boolean {
  return now.getTime() >= Date.parse(sentAt) + RESEND_AFTER_MS;
}

/** Time of the next look after one that failed. */
export function lookAgainAt(now: Date): string {
  return new Date(now.getTime() + LOOK_UP_RETRY_MS).toISOString();
}

function spreadOf(seed: string): number {
  let hash = 0;
  for (let i = 0; i < seed.length; i += 1) hash = (hash * 31 + seed.charCodeAt(i)) % 1_000_003;
  return hash % MAX_SPREAD_MS;
}
