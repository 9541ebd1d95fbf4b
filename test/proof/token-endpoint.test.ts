/**
 * Proof: Intuit's token endpoint answers 503 for two minutes while the access token has run out. That is no disconnect:
 * the connection stays connected, the backlog stays Queued and says why, and goes on by itself afterwards.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { listInvoices, setUpCompany } from "../harness/app.ts";
import { figure, seconds } from "./figures.ts";
import { deliveriesOf, numbersOf } from "./orders.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";
import { numbersInBooks, untilCount } from "./watch.ts";

const PROOF = "token endpoint 503 for two minutes";
const ORDERS = 20;
const OUTAGE_MS = 120_000;
const LOOK_EVERY_MS = 5_000;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it("no disconnect, nothing failed, all sent afterwards", { timeout: 600_000 }, async () => {
  const company = await setUpCompany({}, stack.facts);
  const numbers = numbersOf("T", ORDERS);
  await company.orders.sendAll(deliveriesOf(numbers.slice(0, 5)));
  await untilCount(company.emulator, company.realmId, 5, 60_000);

  const mend = await company.emulator.bend({ scenario: "token_endpoint_unavailable", times: 1_000_000 });
  await company.emulator.expireAccess(company.realmId);
  await company.orders.sendAll(deliveriesOf(numbers.slice(5)));
  const startedAt = Date.now();
  const states = new Set<string>();
  const statuses = new Set<string>();
  const errors = new Set<string>();
  while (Date.now() < startedAt + OUTAGE_MS) {
    states.add((await findConnection(company.api, company.realmId)).state);
    for (const invoice of await listInvoices(company)) {
      statuses.add(invoice.push_status);
      if (invoice.error) errors.add(`${invoice.error.category}: ${invoice.error.message}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  figure(PROOF, "states of the connection during the outage", [...states].join(", "), "connected");
  figure(PROOF, "push statuses during the outage", [...statuses].toSorted().join(", "), "none failed or held");
  figure(PROOF, "what waiting invoices say", [...errors].join(" / "));
  expect([...states]).toEqual(["connected"]);
  expect([...statuses].filter((status) => !["queued", "sending", "sent"].includes(status))).toEqual([]);
  expect([...errors].every((error) => error.startsWith("unavailable: "))).toBe(true);
  expect(errors.size).toBeGreaterThan(0);
  expect((await numbersInBooks(company.emulator, company.realmId)).length).toBe(5);

  await mend();
  const mendedAt = Date.now();
  await untilCount(company.emulator, company.realmId, ORDERS, 200_000);
  figure(PROOF, "all in the books after the endpoint answers again", seconds(Date.now() - mendedAt));
  expect(await numbersInBooks(company.emulator, company.realmId)).toEqual(numbers);
});
