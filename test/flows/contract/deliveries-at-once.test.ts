/**
 * docs/contract.md, section 5: however many deliveries come at the same moment, each is accepted, and one invoice is
 * one invoice. A 503 is for storage that is away, never for a sender who is quick.
 */
import { expect, test } from "vitest";
import { listInvoices, setUpCompany, settled } from "../../harness/app.ts";
import { invoiceEvent } from "../../harness/make-order.ts";
import { newDeliveryId } from "../../harness/order-system.ts";

const AT_ONCE = 50;

test("fifty deliveries of one ID at once: all accepted, one of them the first, one invoice in QuickBooks", async () => {
  const company = await setUpCompany();
  const event = invoiceEvent();
  const id = newDeliveryId();
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => company.orders.send(event, id)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 202));
  expect(answers.filter(({ body }) => isFirst(body))).toHaveLength(1);
  await settled(company, 1);
  expect(await company.emulator.list(company.realmId, "invoice")).toHaveLength(1);
});

test("fifty tellings of one invoice under fifty IDs at once: all accepted, one invoice, the newest word in QuickBooks", async () => {
  const company = await setUpCompany();
  const first = invoiceEvent();
  const start = Date.parse(first.timestamp);
  const order = first.data["order"] as Record<string, unknown>;
  const tellings = Array.from({ length: AT_ONCE }, (_, i) => ({
    ...first,
    timestamp: new Date(start + i * 1_000).toISOString(),
    data: { ...first.data, order: { ...order, memo: `Telling ${i}` } },
  }));
  const answers = await Promise.all(tellings.map((event) => company.orders.send(event)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: AT_ONCE }, () => 202));
  expect(answers.every(({ body }) => isFirst(body))).toBe(true);

  await expect
    .poll(
      async () =>
        (await company.emulator.list(company.realmId, "invoice")).map(({ PrivateNote }) => String(PrivateNote)),
      { timeout: 60_000 },
    )
    .toEqual([expect.stringContaining(`Telling ${AT_ONCE - 1}`)]);
  const invoices = await listInvoices(company);
  expect(invoices.map(({ external_id }) => external_id)).toEqual([first.data["id"]]);
});

function isFirst(body: unknown): boolean {
  return typeof body === "object" && body !== null && "duplicate" in body && body.duplicate === false;
}
