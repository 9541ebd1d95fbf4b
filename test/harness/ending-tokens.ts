/**
 * A company whose access tokens end every few seconds, and what the emulator recorded of it: how many calls were refused
 * after each end, and whether any was begun after that was known. Used by a flow and, for longer, by a proof.
 */
import { invoiceEvent } from "./make-order.ts";
import { type TestCompany, pause } from "./app.ts";

/** On its way when the refusal of another call was noted: how long such a one may take to the emulator. */
const ON_ITS_WAY_MS = 150;
const BUYER = { id: "B-1", name: "Steady Buyer" };

export interface EndingTokens {
  ends: number;
  /** Calls answered 401 after one end, at most. */
  mostRefusedOfAnEnd: number;
  refusedInAll: number;
  /** Calls answered 401 that reached QuickBooks when the renewal that followed the first refusal was asked for already. */
  refusedThoughKnown: number;
  /** Renewals after one end, at most. */
  mostRefreshesOfAnEnd: number;
  /** Times between two ends in which any call was made, and those in which one was answered well. */
  intervalsWithCalls: number;
  intervalsWithSuccess: number;
}

/** Delivers `count` orders, some at once and the others one after the other, while every access token ends after `everyMs`. */
export async function deliverWhileTokensEnd(
  company: TestCompany,
  given: { count: number; everyMs: number; forMs: number },
): Promise<EndingTokens> {
  const events = Array.from({ length: given.count }, () => ({ event: invoiceEvent({ customer: BUYER }) }));
  const half = Math.ceil(given.count / 2);
  const startedAt = Date.now();
  const delivering = (async () => {
    await company.orders.sendAll(events.slice(0, half));
    const rest = events.slice(half);
    for (const [index, one] of rest.entries()) {
      await pause(Math.max(0, startedAt + (given.forMs * index) / rest.length - Date.now()));
      await company.orders.sendAll([one]);
    }
  })();
  const ends: number[] = [];
  while (Date.now() < startedAt + given.forMs) {
    await pause(given.everyMs);
    ends.push(Date.now());
    await company.emulator.expireAccess(company.realmId);
  }
  await delivering;
  return { ends: ends.length, ...(await figuresOf(company, ends)) };
}

async function figuresOf(company: TestCompany, ends: readonly number[]): Promise<Omit<EndingTokens, "ends">> {
  const { emulator, realmId } = company;
  const calls = (await emulator.record(realmId)).filter(({ kind }) => kind !== "token" && kind !== "revoke");
  const refreshes = await emulator.record(realmId, "token");
  const found = {
    mostRefusedOfAnEnd: 0,
    refusedInAll: 0,
    refusedThoughKnown: 0,
    mostRefreshesOfAnEnd: 0,
    intervalsWithCalls: 0,
    intervalsWithSuccess: 0,
  };
  for (const [index, endedAt] of ends.entries()) {
    const isOfThisEnd = ({ at_ms }: { at_ms: number }) => at_ms >= endedAt && at_ms < (ends[index + 1] ?? Infinity);
    const ofThisEnd = calls.filter(isOfThisEnd);
    const refused = ofThisEnd.filter(({ status }) => status === 401);
    const renewals = refreshes.filter(isOfThisEnd);
    const knownAt = (renewals[0]?.at_ms ?? Infinity) + ON_ITS_WAY_MS;
    found.mostRefusedOfAnEnd = Math.max(found.mostRefusedOfAnEnd, refused.length);
    found.refusedInAll += refused.length;
    found.refusedThoughKnown += refused.filter(({ at_ms }) => at_ms > knownAt).length;
    found.mostRefreshesOfAnEnd = Math.max(found.mostRefreshesOfAnEnd, renewals.length);
    if (ofThisEnd.length > 0) found.intervalsWithCalls += 1;
    if (ofThisEnd.some(({ status }) => status === 200)) found.intervalsWithSuccess += 1;
  }
  return found;
}
