/**
 * Proof: the access token ends every 2.5 s for five minutes while 200 invoices are due. All are Sent, each end costs the
 * calls under way and one renewal, pushing goes on between two ends, and the connection stays connected.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { setUpCompany, settled } from "../harness/app.ts";
import { deliverWhileTokensEnd } from "../harness/ending-tokens.ts";
import { figure, seconds } from "./figures.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";

const PROOF = "tokens that end every 2.5 s";
const INVOICES = 200;
const END_EVERY_MS = 2_500;
const FOR_MS = 5 * 60_000;
const CALLS_AT_ONCE = 6;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("all sent, nearly no refused call, no Reconnect", { timeout: 900_000 }, async () => {
  const company = await setUpCompany({}, stack.facts);
  const startedAt = Date.now();
  const seen = await deliverWhileTokensEnd(company, { count: INVOICES, everyMs: END_EVERY_MS, forMs: FOR_MS });
  const invoices = await settled(company, INVOICES, 300_000);
  const sent = invoices.filter(({ push_status }) => push_status === "sent").length;
  figure(PROOF, `of ${INVOICES} invoices are Sent`, sent, INVOICES);
  figure(PROOF, "all rest after", seconds(Date.now() - startedAt));
  figure(PROOF, "tokens ended", seen.ends);
  figure(PROOF, "calls answered 401 in all", seen.refusedInAll);
  figure(PROOF, "calls answered 401 after one end, at most", seen.mostRefusedOfAnEnd, `at most ${CALLS_AT_ONCE}`);
  figure(PROOF, "of them begun after the first refusal was recorded", seen.refusedThoughKnown, 0);
  figure(PROOF, "renewals after one end, at most", seen.mostRefreshesOfAnEnd, 1);
  figure(
    PROOF,
    "times between two ends with calls / with one that was answered well",
    `${seen.intervalsWithCalls} / ${seen.intervalsWithSuccess}`,
  );
  const { state } = await findConnection(company.api, company.realmId);
  figure(PROOF, "the connection afterwards", state, "connected");
  expect(sent).toBe(INVOICES);
  expect(await company.emulator.list(company.realmId, "invoice")).toHaveLength(INVOICES);
  expect(seen.mostRefusedOfAnEnd).toBeLessThanOrEqual(CALLS_AT_ONCE);
  expect([seen.refusedThoughKnown, seen.mostRefreshesOfAnEnd]).toEqual([0, 1]);
  expect(state).toBe("connected");
});
