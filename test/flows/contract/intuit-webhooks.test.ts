/**
 * docs/contract.md, section 7: what people do to our invoices in QuickBooks shows on them, whatever the order in which
 * Intuit tells of it, and also when QuickBooks can't be read at that moment. Both forms of Intuit's body are used.
 */
import { describe, expect, test } from "vitest";
import { type InvoiceView, reaches, setUpCompany, type TestCompany } from "../../harness/app.ts";
import { cloudEvent, deliverAsIntuit, type Entity, olderBody } from "../../harness/intuit-events.ts";
import { push, type QboInvoice } from "../../harness/push.ts";

/** QuickBooks counts in seconds: what comes in the same second as our own write counts as its echo. */
const A_SECOND_MS = 1_100;
const SHOWN_LIMIT = { timeout: 60_000, interval: 500 };
const PAID_ON = "2026-04-15";

async function sentInvoice(company: TestCompany): Promise<{ invoice: InvoiceView; qbo: QboInvoice; qboId: string }> {
  const { invoice, qbo } = await push(company, {});
  await new Promise((resolve) => setTimeout(resolve, A_SECOND_MS));
  return { invoice, qbo, qboId: qbo.Id };
}

async function pay(company: TestCompany, qbo: QboInvoice): Promise<{ payment: Entity; invoice: Entity }> {
  const Line = [{ Amount: qbo.TotalAmt, LinkedTxn: [{ TxnId: qbo.Id, TxnType: "Invoice" }] }];
  const body = { CustomerRef: qbo.CustomerRef, TotalAmt: qbo.TotalAmt, TxnDate: PAID_ON, Line };
  const made = await company.emulator.create(company.realmId, "payment", body);
  const paid = await company.emulator.find<QboInvoice>(company.realmId, "Invoice", qbo.Id);
  return {
    payment: { name: "Payment", id: made.Id, operation: "Create", lastUpdated: changedAt(made) },
    invoice: { name: "Invoice", id: qbo.Id, operation: "Update", lastUpdated: changedAt(paid) },
  };
}

function changedAt(entity: Record<string, unknown>): string {
  return (entity["MetaData"] as { LastUpdatedTime: string }).LastUpdatedTime;
}

async function textOfPage(company: TestCompany, id: string): Promise<string> {
  return (await company.visitor.get(`/invoices/${id}`)).html.replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

describe("a payment", () => {
  test("shows its own date, also where Intuit tells of the invoice before it tells of the payment", async () => {
    const company = await setUpCompany();
    const { invoice, qbo } = await sentInvoice(company);
    const told = await pay(company, qbo);
    expect(await deliverAsIntuit(olderBody(company.realmId, [told.invoice]))).toBe(200);
    await expect.poll(() => textOfPage(company, invoice.id), SHOWN_LIMIT).toContain("Paid on");
    expect(await deliverAsIntuit(olderBody(company.realmId, [told.payment]))).toBe(200);
    await expect.poll(() => textOfPage(company, invoice.id), SHOWN_LIMIT).toContain("Paid on 15 Apr 2026");
    expect(await textOfPage(company, invoice.id)).toContain("Open balance $0.00");
    const shown = await company.api.call<InvoiceView>("GET", `/invoices/${invoice.id}`);
    expect([shown.push_status, shown.warnings]).toEqual(["sent", []]);
  });
});

describe("a void in QuickBooks", () => {
  test("shows once QuickBooks can be read again, without another word from Intuit", async () => {
    const company = await setUpCompany();
    const { invoice, qboId } = await sentInvoice(company);
    await company.emulator.voidInvoice(company.realmId, qboId);
    await company.emulator.bend({
      scenario: "unavailable_before",
      realm_id: company.realmId,
      kinds: ["read"],
      times: 2,
    });
    expect(await deliverAsIntuit([cloudEvent(company.realmId, "qbo.invoice.voided.v1", qboId)])).toBe(200);
    const shown = await reaches(company, invoice.id, ["voided"]);
    expect(shown.warnings.map(({ code }) => code)).toEqual(["voided_in_quickbooks"]);
  });
});
