/**
 * Proof: all 830 orders of the data set become 830 invoices with equal totals, with QuickBooks' limits on; the repeated
 * deliveries change nothing.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { setUpCompany } from "../harness/app.ts";
import { pushDataSet } from "../harness/data-set.ts";
import { figure, seconds } from "./figures.ts";
import { type ProofStack, startProofStack } from "./proof-stack.ts";

const PROOF = "all 830 orders, limits on";
const ORDERS = 830;
const CUSTOMERS = 89;
const ITEMS = 77;

let stack: ProofStack;

beforeAll(async () => {
  stack = await startProofStack();
});
afterAll(() => stack.stop());

it(
  "830 orders become 830 invoices with equal totals; repeated deliveries change nothing",
  { timeout: 1_200_000 },
  async () => {
    const company = await setUpCompany({}, stack.facts);
    const { acceptedMs, pushedMs, customers, items, reads, writes, throttled } = await pushDataSet(company, ORDERS);
    figure(PROOF, "accepted after", seconds(acceptedMs));
    figure(PROOF, "all in QuickBooks after", seconds(pushedMs));
    figure(PROOF, "reads / writes per invoice", `${reads.toFixed(2)} / ${writes.toFixed(2)}`);
    figure(PROOF, "customers / items created", `${customers} / ${items}`, `${CUSTOMERS} / ${ITEMS}`);
    figure(PROOF, "answered with 429", throttled, 0);
    expect({ customers, items, throttled }).toEqual({ customers: CUSTOMERS, items: ITEMS, throttled: 0 });
  },
);
