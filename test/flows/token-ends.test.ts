/**
 * Access tokens that end every 2.5 s while invoices are due: each end costs the calls that are under way and one renewal,
 * pushing goes on in between, and nobody has to reconnect. Five minutes of it are in test/proof/token-ends.test.ts.
 */
import { expect, test } from "vitest";
import { setUpCompany, settled } from "../harness/app.ts";
import { deliverWhileTokensEnd } from "../harness/ending-tokens.ts";

const INVOICES = 40;
const END_EVERY_MS = 2_500;
const FOR_MS = 20_000;
const CALLS_AT_ONCE = 6;

test("tokens that end every 2.5 s: at most six refused calls and one renewal each, and every invoice arrives", async () => {
  const company = await setUpCompany();
  const seen = await deliverWhileTokensEnd(company, { count: INVOICES, everyMs: END_EVERY_MS, forMs: FOR_MS });
  const invoices = await settled(company, INVOICES);
  expect(invoices.filter(({ push_status }) => push_status !== "sent")).toEqual([]);
  expect(await company.emulator.list(company.realmId, "invoice")).toHaveLength(INVOICES);

  expect(seen.refusedInAll).toBeGreaterThan(0);
  expect(seen.mostRefusedOfAnEnd).toBeLessThanOrEqual(CALLS_AT_ONCE);
  expect(seen.refusedThoughKnown).toBe(0);
  expect(seen.mostRefreshesOfAnEnd).toBe(1);
  // On a busy machine a second or two go by before a company is rung for again.
  expect(seen.intervalsWithSuccess).toBeGreaterThan(seen.intervalsWithCalls / 2);
  const connection = await company.api.call<{ state: string }>("GET", `/connections/${company.connectionId}`);
  expect(connection.state).toBe("connected");
});
