/**
 * Proof: 100 orders while one call in five is lost, half of them before QuickBooks did the work and half after, with
 * requestid honoured and again not honoured. Exactly 100 invoices, all Sent. What was lost before has to wait 150 s
 * before it may be sent again, and three lost answers in a row pause the company for a minute: this takes minutes.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setUpCompany, settled } from "../harness/app.ts";
import { figure, seconds } from "./figures.ts";
import { deliveriesOf, numbersOf } from "./orders.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";
import { documentNumberOf, numbersInBooks } from "./watch.ts";

const ORDERS = 100;
const LIMIT_MS = 1_500_000;
/** No create may go out again sooner after one that was not answered. */
const RESEND_AFTER_MS = 150_000;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

describe.concurrent("answers lost before and after the work was done", () => {
  for (const honoured of [true, false]) {
    it(
      `requestid ${honoured ? "honoured" : "not honoured"}: 100 orders, 100 invoices`,
      { timeout: LIMIT_MS },
      async () => {
        const proof = `lost answers, requestid ${honoured ? "honoured" : "not honoured"}`;
        const company = await setUpCompany({ company: { honour_requestid: honoured } }, stack.facts);
        const lose = { realm_id: company.realmId, kinds: ["create_invoice"], probability: 0.1 };
        await company.emulator.bend({ ...lose, scenario: "dropped_before", seed: 11 });
        await company.emulator.bend({ ...lose, scenario: "dropped_after", seed: 12 });
        const numbers = numbersOf(honoured ? "H" : "N", ORDERS);
        const startedAt = Date.now();
        await company.orders.sendAll(deliveriesOf(numbers));
        const invoices = await settled(company, ORDERS, LIMIT_MS - 60_000);
        figure(proof, "100 orders settled after", seconds(Date.now() - startedAt));
        expect(invoices.filter((invoice) => invoice.push_status !== "sent")).toEqual([]);

        const creates = await company.emulator.record(company.realmId, "create_invoice");
        const lost = (scenario: string) => creates.filter((call) => call.scenario === scenario).length;
        figure(
          proof,
          "creates sent / lost before / lost after",
          `${creates.length} / ${lost("dropped_before")} / ${lost("dropped_after")}`,
        );
        expect(lost("dropped_before")).toBeGreaterThan(3);
        expect(lost("dropped_after")).toBeGreaterThan(3);
        const pauses = resendPauses(creates.map((call) => ({ number: documentNumberOf(call), at: call.at_ms })));
        figure(
          proof,
          "sent again / soonest after",
          `${pauses.length} / ${seconds(Math.min(...pauses))}`,
          "150 s at the soonest",
        );
        expect(Math.min(...pauses)).toBeGreaterThanOrEqual(RESEND_AFTER_MS);
        const held = await numbersInBooks(company.emulator, company.realmId);
        figure(proof, "invoices in QuickBooks", held.length, ORDERS);
        expect(held).toEqual(numbers);
      },
    );
  }
});

/** For each create that went out again: how long after the one before. */
function resendPauses(creates: readonly { number: string; at: number }[]): number[] {
  const last = new Map<string, number>();
  const pauses: number[] = [];
  for (const { number, at } of creates) {
    const before = last.get(number);
    if (before !== undefined) pauses.push(at - before);
    last.set(number, at);
  }
  return pauses;
}
