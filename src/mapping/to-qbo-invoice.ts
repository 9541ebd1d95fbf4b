/**
 * Builds the QuickBooks payload of an invoice, the only place that does: push, preview and API show the same bytes.
 * Pure; amounts are exact decimals throughout (docs/contract.md, section 8; docs/qbo-api.md, sections 5.6 and 5.8).
 * Everything that had to be changed to fit gets a warning; nothing is dropped silently.
 */
import type { CompanyFacts } from "../connections/connection.ts";
import type { InvoiceContent } from "../invoices/invoice.ts";
import { type Order, shippingDay } from "../orders/order.ts";
import {
  MAX_CUSTOMER_MEMO_CHARS,
  MAX_DOC_NUMBER_CHARS,
  MAX_PRIVATE_NOTE_CHARS,
  MAX_SHIP_METHOD_CHARS,
  MAX_TRACKING_NUMBER_CHARS,
} from "../quickbooks/limits.ts";
import type { Letters } from "../quickbooks/letters.ts";
import type { Warning } from "../failures/warning.ts";
import { FittedTexts } from "./fitted-texts.ts";
import { markOf } from "./mark.ts";
import { addressOf, emailOf } from "./to-qbo-address.ts";
import type { PlannedTax } from "./tax/plan-order.ts";
import { linesOf, taxOf } from "./to-qbo-lines.ts";

/** The QuickBooks IDs for the names on the invoice; resolve-links makes them. */
export interface ResolvedLinks {
  customerId: string;
  /** Whether QuickBooks charges the customer tax, as last read; null: never read. */
  isCustomerTaxable: boolean | null;
  /** One per order line, in order. */
  itemIds: readonly string[];
  /** The item 'Shipping' if the company has QuickBooks' shipping line turned off and the order has shipping. */
  shippingItemId: string | null;
  /** The item 'Discount' if the order has a discount and the company no line for it; see `hasDiscountLine`. */
  discountItemId: string | null;
  /** Warnings that belong to the links, e.g. a customer whose name was taken. */
  warnings: readonly Warning[];
}

export interface MappingInput {
  invoiceId: string;
  /** The revision that the payload will be frozen under; part of our mark. */
  revision: number;
  content: InvoiceContent;
  /** Another number that a person chose, because the invoice's own is taken in QuickBooks. */
  docNumber: string | null;
  company: CompanyFacts;
  /** The company's; its calendar days are the invoice's. */
  timeZone: string;
  /** What the company keeps. */
  letters: Letters;
  customerMode: "single" | "per_buyer";
  links: ResolvedLinks;
  tax: PlannedTax;
  /** For an update: what it replaces. */
  existing: { qboInvoiceId: string; syncToken: string } | null;
}

export interface MappedInvoice {
  /** The exact bytes that QuickBooks gets. */
  json: string;
  warnings: Warning[];
}

type Json = Record<string, unknown>;

/** The payload of a create, or of a full-content sparse update if `existing` is given. */
export function toQboInvoice(input: MappingInput): MappedInvoice {
  const { content, company, links } = input;
  const { order } = content;
  const texts = new FittedTexts(input.letters);
  if (input.tax.plan.areAllTaxable) {
    texts.warn(
      "all_lines_taxable",
      `The order has ${order.tax} ${order.currency} of tax but no taxable line, so all its lines were sent as taxable.`,
    );
  }
  if (input.docNumber !== null) {
    texts.warn(
      "number_changed",
      `The invoice's number ${content.number} is already used in QuickBooks, so the invoice appears there as ${input.docNumber}.`,
    );
  }

  // First, since the private note has the whole number where this one is shortened.
  const docNumber = docNumberOf(input.docNumber ?? content.number, texts);
  const payload: Json = {
    ...(input.existing ? { Id: input.existing.qboInvoiceId, SyncToken: input.existing.syncToken, sparse: true } : {}),
    DocNumber: docNumber,
    TxnDate: content.date,
    ...(content.dueDate ? { DueDate: content.dueDate } : {}),
    CustomerRef: { value: links.customerId },
    ...(company.multicurrency ? { CurrencyRef: { value: order.currency } } : {}),
    Line: linesOf(input, texts),
    ...taxOf(input.tax),
    PrivateNote: privateNoteOf(input, texts),
    ...customerMemo(order, texts),
    ...emailOf(order, texts),
    ...addressOf("BillAddr", order, input.customerMode, texts),
    ...addressOf("ShipAddr", order, input.customerMode, texts),
    ...(company.allowShipping ? shipmentOf(order, input.timeZone, texts) : {}),
  };
  // Several items may have the same to say, for instance of their account.
  const warnings = new Map([...links.warnings, ...texts.warnings].map((warning) => [warning.message, warning]));
  return { json: JSON.stringify(payload), warnings: [...warnings.values()] };
}

const NUMBER_SHORTENED = "number_shortened";

/** The number as QuickBooks gets it: the last 21 characters of a longer one. */
export function docNumberOf(number: string, texts: FittedTexts): string {
  const clean = texts.fit(number, Number.MAX_SAFE_INTEGER, "The invoice number", { isLine: true });
  if (clean.length <= MAX_DOC_NUMBER_CHARS) return clean;
  // Not from within a character.
  const docNumber = clean.slice(-MAX_DOC_NUMBER_CHARS).replace(/^(?:[\udc00-\udfff]|\p{M})+/u, "");
  texts.warn(
    NUMBER_SHORTENED,
    `The invoice number ${number} is longer than the ${MAX_DOC_NUMBER_CHARS} characters that QuickBooks allows; it appears there as ${docNumber}, with the full number in the private note.`,
  );
  return docNumber;
}

/** The mark comes first, so that it is never cut off; then what a bookkeeper may search for. */
function privateNoteOf(input: MappingInput, texts: FittedTexts): string {
  const { content } = input;
  const isShortened = texts.warnings.some(({ code }) => code === NUMBER_SHORTENED);
  const parts = [
    markOf(input.invoiceId, input.revision),
    `Order ${content.order.number}`,
    ...(isShortened || input.docNumber !== null ? [`Invoice ${content.number}`] : []),
    ...(content.order.memo ? [content.order.memo] : []),
  ];
  return texts.fit(parts.join(" | "), MAX_PRIVATE_NOTE_CHARS, "The memo");
}

function customerMemo(order: Order, texts: FittedTexts): Json {
  if (!order.poNumber) return {};
  return {
    CustomerMemo: { value: texts.fit(`PO number: ${order.poNumber}`, MAX_CUSTOMER_MEMO_CHARS, "The PO number") },
  };
}

function shipmentOf(order: Order, timeZone: string, texts: FittedTexts): Json {
  const shippedOn = shippingDay(order, timeZone);
  const method = order.shippingMethod
    ? texts.fit(order.shippingMethod, MAX_SHIP_METHOD_CHARS, "The shipping method")
    : "";
  const tracking = order.trackingNumber
    ? texts.fit(order.trackingNumber, MAX_TRACKING_NUMBER_CHARS, "The tracking number")
    : "";
  return {
    ...(shippedOn ? { ShipDate: shippedOn } : {}),
    ...(method ? { ShipMethodRef: { value: method, name: method } } : {}),
    ...(tracking ? { TrackingNum: tracking } : {}),
  };
}
