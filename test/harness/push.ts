/**
 * Sends one invoice through the webhook and looks at both ends: what Bookbridge says of it, what the emulator's company
 * holds, and the very request that brought it there.
 */
import type { OrderEvent } from "../../scripts/demo/northwind.ts";
import { type InvoiceView, lookAgain, type TestCompany } from "./app.ts";
import type { QboEntity } from "./emulator.ts";
import { invoiceEvent, type OrderParts } from "./make-order.ts";

export interface QboLine {
  Amount?: number;
  Description?: string;
  DetailType: string;
  SalesItemLineDetail?: {
    ItemRef: { value: string; name?: string };
    Qty?: number;
    UnitPrice?: number;
    TaxCodeRef?: { value: string };
  };
}

/** An invoice as QuickBooks shows it. */
export interface QboInvoice extends QboEntity {
  DocNumber: string;
  TxnDate: string;
  TotalAmt: number;
  Balance: number;
  PrivateNote?: string;
  CustomerRef: { value: string; name: string };
  CurrencyRef?: { value: string };
  Line: QboLine[];
  TxnTaxDetail?: { TotalTax?: number };
  BillAddr?: Record<string, string>;
  ShipAddr?: Record<string, string>;
}

export interface Pushed {
  invoice: InvoiceView;
  qbo: QboInvoice;
  /** The body of the request that created it. */
  request: string;
}

const RESTING = new Set(["sent", "failed", "held", "voided", "not_sent"]);
const PUSH_LIMIT_MS = 90_000;

/** Sends an `invoice.created` and waits until the invoice rests, whatever became of it. */
export async function sendAndSettle(company: TestCompany, event: OrderEvent): Promise<InvoiceView> {
  const answer = await company.orders.send(event);
  if (answer.status !== 202) throw new Error(`The webhook answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  const externalId = String(event.data["id"]);
  const number = String(event.data["number"]);
  const until = Date.now() + PUSH_LIMIT_MS;
  for (;;) {
    const found = (await lookAgain(company)).find((invoice) => invoice.external_id === externalId);
    if (found !== undefined && RESTING.has(found.push_status)) return company.api.call("GET", `/invoices/${found.id}`);
    if (Date.now() > until)
      throw new Error(
        `${number} is ${found?.push_status ?? "not there"} after ${PUSH_LIMIT_MS} ms: ${JSON.stringify(found)}`,
      );
  }
}

/** Sends an order's invoice that has to arrive; throws with the error where it does not. */
export async function push(
  company: TestCompany,
  parts: OrderParts,
  invoice: Record<string, unknown> = {},
): Promise<Pushed> {
  return pushEvent(company, invoiceEvent(parts, invoice));
}

/** The same for an event that is made already. */
export async function pushEvent(company: TestCompany, event: OrderEvent): Promise<Pushed> {
  const invoice = await sendAndSettle(company, event);
  if (invoice.push_status !== "sent" || invoice.qbo_invoice_id === null) {
    throw new Error(`${invoice.number} is ${invoice.push_status}: ${JSON.stringify(invoice.error)}`);
  }
  const qbo = await company.emulator.find<QboInvoice>(company.realmId, "Invoice", invoice.qbo_invoice_id);
  const calls = await company.emulator.record(company.realmId, "create_invoice");
  const call = calls.find((candidate) => candidate.entity_id === invoice.qbo_invoice_id);
  if (call === undefined) throw new Error(`The emulator's record has no create of ${invoice.number}.`);
  return { invoice, qbo, request: call.request_body };
}

/** The lines of goods, without subtotal, discount and QuickBooks' own shipping line. */
export function goodsLines(qbo: QboInvoice): QboLine[] {
  return qbo.Line.filter(
    (line) =>
      line.DetailType === "SalesItemLineDetail" && line.SalesItemLineDetail?.ItemRef.value !== "SHIPPING_ITEM_ID",
  );
}

/** An amount of QuickBooks as decimal text with cents. */
export function cents(amount: number | undefined): string {
  return (amount ?? Number.NaN).toFixed(2);
}

/** The codes of the warnings on an invoice. */
export function warningCodes(invoice: InvoiceView): string[] {
  return invoice.warnings.map(({ code }) => code);
}
