/**
 * Real orders become invoices with equal totals: as many of the data set as a test run has time for;
 * test/proof/all-orders.test.ts takes all 830.
 */
import { expect, test } from "vitest";
import { setUpCompany } from "../harness/app.ts";
import { distinctIn, pushDataSet } from "../harness/data-set.ts";

const ORDERS = 80;

test("real orders become invoices with equal totals, customers and items once each; repeated deliveries change nothing", async () => {
  const company = await setUpCompany();
  const { customers, items } = await pushDataSet(company, ORDERS);
  expect({ customers, items }).toEqual(distinctIn(ORDERS));
});
