/**
 * Proof: QuickBooks takes one invoice and then says nothing for two minutes. Nobody else waits for that: neither the
 * company's other invoices nor another company's. The one is in the books once, and found.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { reaches, setUpCompany, type TestCompany } from "../harness/app.ts";
import { figure, seconds } from "./figures.ts";
import { deliveriesOf, numbersOf } from "./orders.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";
import { numbersInBooks, untilCount } from "./watch.ts";

const PROOF = "QuickBooks hangs for two minutes";
/** Longer than the 120 s after which a call is given up. */
const SILENCE_S = 125;
const OTHERS = 10;
const OTHERS_LIMIT_MS = 60_000;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("the one that hangs keeps nobody waiting, and is sent once", { timeout: 600_000 }, async () => {
  const company = await known("A");
  const other = await known("B");
  const { emulator, realmId } = company;
  await emulator.bend({
    scenario: "hang",
    realm_id: realmId,
    kinds: ["create_invoice"],
    times: 1,
    options: { seconds: SILENCE_S },
  });
  const startedAt = Date.now();
  await company.orders.sendAll(deliveriesOf(["H-1"]));
  await expect.poll(() => emulator.record(realmId, "create_invoice"), { timeout: 30_000 }).toHaveLength(2);
  const hangingAt = Date.now();
  await company.orders.sendAll(deliveriesOf(numbersOf("A2", OTHERS)));
  await other.orders.sendAll(deliveriesOf(numbersOf("B2", OTHERS)));
  const took = async (of: TestCompany, count: number) => {
    await untilCount(of.emulator, of.realmId, count, 4 * OTHERS_LIMIT_MS);
    return Date.now() - hangingAt;
  };
  // The one that hangs is in the books as well: QuickBooks did the work before it fell silent.
  const [own, others] = await Promise.all([took(company, 2 + OTHERS), took(other, 1 + OTHERS)]);
  figure(PROOF, "the company's 10 other invoices are in the books after", seconds(own), "60 s");
  figure(PROOF, "another company's 10 invoices are in the books after", seconds(others), "60 s");
  expect(own).toBeLessThanOrEqual(OTHERS_LIMIT_MS);
  expect(others).toBeLessThanOrEqual(OTHERS_LIMIT_MS);

  const { data } = await company.api.call<{ data: { id: string }[] }>("GET", "/invoices?q=H-1");
  const hung = await reaches(company, data[0]?.id ?? "", ["sent"], 300_000);
  figure(PROOF, "the one that hung is Sent after", seconds(Date.now() - startedAt));
  expect(hung.attempts?.map((attempt) => attempt.outcome)).toEqual(["found", "unanswered"]);
  expect(await numbersInBooks(emulator, realmId)).toEqual(["A-1", "H-1", ...numbersOf("A2", OTHERS)].toSorted());
});

/** A company whose customers and items for these orders are known. */
async function known(prefix: string): Promise<TestCompany> {
  const company = await setUpCompany({}, stack.facts);
  await company.orders.sendAll(deliveriesOf([`${prefix}-1`]));
  await untilCount(company.emulator, company.realmId, 1, 60_000);
  return company;
}
