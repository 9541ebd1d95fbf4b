/**
 * Proof: a bookkeeper enters 70 payments while 20 invoices are due. Each payment and each invoice of them is read once,
 * although Intuit tells of each twice and many runs of the company overlap, and all 20 are Sent within 30 s.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { setUpCompany } from "../harness/app.ts";
import { payAtOnce } from "../harness/pay-at-once.ts";
import { figure, seconds } from "./figures.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";

const PROOF = "70 payments at once while 20 invoices are due";
const PAID = 70;
const DUE = 20;
const SENT_LIMIT_MS = 30_000;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("one read each, and the invoices go out meanwhile", { timeout: 600_000 }, async () => {
  const company = await setUpCompany({}, stack.facts);
  const end = await payAtOnce(company, stack.facts, { paid: PAID, due: DUE });
  const readsOf = (kind: string) => [...end.readsOf].filter(([path]) => path.startsWith(`${kind}/`));
  const sum = (list: [string, number][]) => list.reduce((total, [, count]) => total + count, 0);
  figure(PROOF, "reads of payments", sum(readsOf("payment")), PAID);
  figure(PROOF, "reads of invoices", sum(readsOf("invoice")), PAID);
  figure(PROOF, "most reads of one", Math.max(...end.readsOf.values()), 1);
  figure(PROOF, "all 20 are in the books after", seconds(end.allSentMs), "30 s");
  figure(PROOF, "everything is read after", seconds(end.allReadMs));
  figure(PROOF, "invoices that show their payment", end.shownPaid, PAID);
  expect([readsOf("payment").length, readsOf("invoice").length]).toEqual([PAID, PAID]);
  expect(Math.max(...end.readsOf.values())).toBe(1);
  expect(end.shownPaid).toBe(PAID);
  expect(end.allSentMs).toBeLessThanOrEqual(SENT_LIMIT_MS);
});
