/** The access token ends while 50 invoices are being pushed. One refresh, no failure. */
import { expect, test } from "vitest";
import { listInvoices, pause, setUpCompany, settled } from "../harness/app.ts";
import { invoiceEvent } from "../harness/make-order.ts";

const INVOICES = 50;
const UNDER_WAY = 10;
const LOOK_EVERY_MS = 100;
const BUYER = { id: "B-1", name: "Steady Buyer" };

test("an access token that ends under load is refreshed once, and every invoice arrives", async () => {
  const company = await setUpCompany();
  const refreshesBefore = (await company.emulator.record(company.realmId, "token")).length;
  await company.orders.sendAll(Array.from({ length: INVOICES }, () => ({ event: invoiceEvent({ customer: BUYER }) })));
  while ((await listInvoices(company, "&push_status=sent")).length < UNDER_WAY) await pause(LOOK_EVERY_MS);
  await company.emulator.expireAccess(company.realmId);
  const sentAtExpiry = (await listInvoices(company, "&push_status=sent")).length;
  expect(sentAtExpiry).toBeLessThan(INVOICES);

  const invoices = await settled(company, INVOICES);
  expect(invoices.filter(({ push_status }) => push_status !== "sent")).toEqual([]);
  expect(await company.emulator.list(company.realmId, "invoice")).toHaveLength(INVOICES);
  const calls = await company.emulator.record(company.realmId);
  const refused = calls.filter(({ status }) => status === 401);
  expect(refused.length).toBeGreaterThan(0);
  const refreshes = (await company.emulator.record(company.realmId, "token")).slice(refreshesBefore);
  expect(refreshes.map(({ status }) => status)).toEqual([200]);
  const connection = await company.api.call<{ state: string }>("GET", `/connections/${company.connectionId}`);
  expect(connection.state).toBe("connected");
});
