/**
 * Proof: with QuickBooks' limits on, 600 invoices of one company go out close to the pace that we allow ourselves, without
 * running into its throttle; another company's invoices don't wait for them. And a 429 that comes all the same costs its
 * minute, and nothing else.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { listInvoices, setUpCompany, settled, type TestCompany } from "../harness/app.ts";
import { figure, seconds } from "./figures.ts";
import { deliveriesOf, numbersOf } from "./orders.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";
import { committedAt, numbersInBooks, untilCount } from "./watch.ts";

const PROOF = "pace, 600 orders, limits on";
const ORDERS = 600;
const OTHERS = 10;
const OWN_PACE_PER_MINUTE = 480;
/** A machine that does other things too is slower; less than this is no backlog going out. */
const LEAST_PER_MINUTE = 240;
const MOST_REFUSED = 0.001;
const OTHERS_LIMIT_MS = 60_000;
const MINUTE_MS = 60_000;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("600 invoices at our pace, another company's 10 meanwhile", { timeout: 900_000 }, async () => {
  const company = await setUpCompany({ autoInvoice: false }, stack.facts);
  const other = await setUpCompany({}, stack.facts);
  const numbers = numbersOf("P", ORDERS);
  await company.orders.sendAll(deliveriesOf(numbers));
  const ids = (await listInvoices(company)).map((invoice) => invoice.id);
  expect(ids).toHaveLength(ORDERS);
  const before = (await company.emulator.record(company.realmId)).at(-1)?.seq ?? 0;
  await company.api.call("POST", "/invoices/send", { invoice_ids: ids });

  await untilCount(company.emulator, company.realmId, 100, 120_000);
  const othersAt = Date.now();
  await other.orders.sendAll(deliveriesOf(numbersOf("Q", OTHERS)));
  await untilCount(other.emulator, other.realmId, OTHERS, OTHERS_LIMIT_MS);
  const ahead = (await numbersInBooks(company.emulator, company.realmId)).length;
  figure(
    PROOF,
    "another company's 10 invoices, delivered meanwhile, are in the books after",
    seconds(Date.now() - othersAt),
    "60 s",
  );
  figure(PROOF, "the first company still has waiting at that time", ORDERS - ahead);
  expect(ahead).toBeLessThan(ORDERS);

  await untilCount(company.emulator, company.realmId, ORDERS, 600_000);
  const calls = (await company.emulator.record(company.realmId)).filter((call) => call.seq > before);
  const times = calls.map((call) => call.at_ms);
  const tookMs = Math.max(...times) - Math.min(...times);
  const perMinute = (calls.length / tookMs) * MINUTE_MS;
  const refused = calls.filter((call) => call.status === 429).length;
  figure(PROOF, "calls / answered with 429", `${calls.length} / ${refused}`, "429 on at most 0.1 %");
  figure(PROOF, "600 invoices took", seconds(tookMs));
  figure(PROOF, "realised calls a minute", perMinute.toFixed(0), OWN_PACE_PER_MINUTE);
  figure(PROOF, "most calls within one second", mostWithin(times, 1_000), "10");
  figure(PROOF, "most calls within one minute", mostWithin(times, MINUTE_MS), "500");
  expect(refused / calls.length).toBeLessThanOrEqual(MOST_REFUSED);
  expect(perMinute).toBeGreaterThan(LEAST_PER_MINUTE);
  await settled(company, ORDERS);
  expect(await numbersInBooks(company.emulator, company.realmId)).toEqual(numbers);
});

it("a 429 in the middle: a minute without a call, then all the rest, once", { timeout: 300_000 }, async () => {
  const company = await setUpCompany({}, stack.facts);
  const numbers = numbersOf("R", 40);
  await sendFirst(company, numbers.slice(0, 10));
  await company.emulator.bend({
    scenario: "throttled",
    realm_id: company.realmId,
    kinds: ["create_invoice"],
    times: 1,
  });
  await company.orders.sendAll(deliveriesOf(numbers.slice(10)));
  await untilCount(company.emulator, company.realmId, numbers.length, 200_000);
  const calls = await company.emulator.record(company.realmId);
  const refused = calls.filter((call) => call.status === 429);
  const refusedAt = refused[0]?.at_ms ?? 0;
  const times = calls.map((call) => call.at_ms);
  // Calls that were on their way when the 429 came are answered within seconds.
  const next = Math.min(...times.filter((at) => at > refusedAt + 5_000));
  figure(PROOF, "after a 429 the next call came after", seconds(next - refusedAt), "60 s");
  const created = await committedAt(company.emulator, company.realmId);
  figure(
    PROOF,
    "after a 429 the last of 30 was in the books after",
    seconds(Math.max(...created.values()) - refusedAt),
  );
  expect(next - refusedAt).toBeGreaterThanOrEqual(59_000);
  expect(refused).toHaveLength(1);
  expect(await numbersInBooks(company.emulator, company.realmId)).toEqual(numbers);
});

async function sendFirst(company: TestCompany, numbers: readonly string[]): Promise<void> {
  await company.orders.sendAll(deliveriesOf(numbers));
  await untilCount(company.emulator, company.realmId, numbers.length, 60_000);
}

/** The largest number of times that lie within any one window. */
function mostWithin(times: readonly number[], windowMs: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [index, at] of sorted.entries()) {
    while ((sorted[first] ?? at) <= at - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
