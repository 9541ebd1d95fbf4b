/**
 * docs/contract.md, section 4: an invoice goes to the connection that its instance has when its payload is frozen. So
 * whatever waits, or is being prepared, follows its instance to another connection, at once and by itself.
 */
import { expect, test } from "vitest";
import { type InvoiceView, listInvoices, reaches, setUpCompany, type TestCompany } from "../../harness/app.ts";
import { invoiceEvent } from "../../harness/make-order.ts";
import { push } from "../../harness/push.ts";

/** Well below the pause of a minute that the first company has after a 429. */
const FOLLOW_LIMIT_MS = 45_000;
const POLL = { timeout: 20_000, interval: 200 };

async function associate(company: TestCompany, connectionId: string | null): Promise<void> {
  await company.api.call("PATCH", `/instances/${company.instanceId}`, { connection_id: connectionId });
}

async function deliverOne(company: TestCompany): Promise<InvoiceView> {
  const event = invoiceEvent();
  expect((await company.orders.send(event)).status).toBe(202);
  const found = (await listInvoices(company)).find(({ external_id }) => external_id === event.data["id"]);
  if (found === undefined) throw new Error("The invoice is not listed.");
  return found;
}

async function counts(...companies: TestCompany[]): Promise<number[]> {
  return Promise.all(companies.map(async ({ emulator, realmId }) => (await emulator.list(realmId, "invoice")).length));
}

test("what waits for a throttled company does not wait for it any more", async () => {
  const [from, to] = [await setUpCompany(), await setUpCompany()];
  await push(from, {});
  await from.emulator.bend({ scenario: "throttled", realm_id: from.realmId, times: 1 });
  const waiting = [await deliverOne(from), await deliverOne(from)];
  await expect
    .poll(async () => (await listInvoices(from, "&push_status=queued")).map(({ error }) => error?.category), POLL)
    .toContain("rate_limited");
  await associate(from, to.connectionId);
  for (const { id } of waiting) await reaches(from, id, ["sent"], FOLLOW_LIMIT_MS);
  expect(await counts(from, to)).toEqual([1, 2]);
});

test("what is being prepared for one company is sent to the other", async () => {
  const [from, to] = [await setUpCompany(), await setUpCompany()];
  await push(from, {});
  await from.emulator.bend({
    scenario: "hang",
    realm_id: from.realmId,
    kinds: ["query"],
    times: 1,
    options: { seconds: 5 },
  });
  const invoice = await deliverOne(from);
  await reaches(from, invoice.id, ["sending"]);
  await associate(from, to.connectionId);
  await reaches(from, invoice.id, ["sent"], FOLLOW_LIMIT_MS);
  expect(await counts(from, to)).toEqual([1, 1]);
});

test("what is being prepared while the association is taken away is held, and goes on with the next one", async () => {
  const company = await setUpCompany();
  await push(company, {});
  await company.emulator.bend({
    scenario: "hang",
    realm_id: company.realmId,
    kinds: ["query"],
    times: 1,
    options: { seconds: 5 },
  });
  const invoice = await deliverOne(company);
  await reaches(company, invoice.id, ["sending"]);
  await associate(company, null);
  const held = await reaches(company, invoice.id, ["held"], FOLLOW_LIMIT_MS);
  expect(held.error?.category).toBe("missing_configuration");
  await associate(company, company.connectionId);
  await reaches(company, invoice.id, ["sent"], FOLLOW_LIMIT_MS);
  expect(await counts(company)).toEqual([2]);
});
