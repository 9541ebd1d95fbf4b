/**
 * Years of a company's invoices and orders, the same at every run: Northwind's real orders over and over, spread over
 * dates, instances, customers and statuses as a wholesaler's would be. Only rows; it loads nothing. Their content is made
 * by the app's own code, so that rows are as long as real ones.
 */
import { readNorthwindOrders, shiftToYesterday } from "../scripts/demo/northwind.ts";
import type { CompanyFacts } from "../src/connections/connection.ts";
import { newInvoiceRow } from "../src/invoicing/new-invoice.ts";
import type { InvoiceContent } from "../src/invoices/invoice.ts";
import type { DocumentState } from "../src/documents/status.ts";
import type { NewInvoiceRow } from "../src/invoicing/invoice-row.ts";
import { type Order, parseOrder } from "../src/orders/order.ts";
import type { orders } from "../src/orders/schema.ts";
import { parseExactJson } from "../src/platform/exact-json.ts";
import type { PublicError } from "../src/failures/push-error.ts";
import type { pushAttempts } from "../src/pushes/schema.ts";
import { planOrder } from "../src/mapping/tax/plan-order.ts";
import { type MappingInput, toQboInvoice } from "../src/mapping/to-qbo-invoice.ts";

const INVOICES = 50_000;
/** Shipped orders without an invoice: what Fulfillment shows. */
const OPEN_ORDERS = 600;
const DAYS = 3 * 365;
const DAY_MS = 86_400_000;
const CUSTOMERS = 2_000;
/** Everything is dated back from here, so that runs are alike. */
export const NOW = new Date("2026-11-20T10:00:00.000Z");
/** What waits is due long after any run: nothing may be pushed while times are taken. */
const DUE_AT = "2099-01-01T00:00:00.000Z";

export const RARE_CUSTOMER = "Zyx Quarry Works";
export const RARE_INSTANCE = "instance-4";
/** Share of invoices that each instance has. */
const INSTANCE_SHARES: readonly (readonly [string, number])[] = [
  ["instance-1", 0.6],
  ["instance-2", 0.25],
  ["instance-3", 0.14],
  [RARE_INSTANCE, 0.01],
];
/** Shares of those that are not simply sent. */
const STATE_SHARES: readonly (readonly [DocumentState, number])[] = [
  ["voided", 0.015],
  ["not_sent", 0.01],
  ["failed", 0.008],
  ["held", 0.006],
  ["queued", 0.005],
  ["unknown", 0.0004],
  ["sending", 0.0002],
];

export type OrderRow = typeof orders.$inferInsert;
export type AttemptRow = typeof pushAttempts.$inferInsert;
export interface Entry {
  order: OrderRow;
  /** Null for an order that waits on Fulfillment. */
  invoice: NewInvoiceRow | null;
  attempt: AttemptRow | null;
}

export const COMPANY: CompanyFacts = {
  country: "US",
  homeCurrency: "USD",
  multicurrency: false,
  customTxnNumbers: true,
  allowShipping: true,
  allowDiscount: true,
  usingSalesTax: true,
  automatedSalesTax: true,
  automatedTaxSetUp: true,
  quantityOnHand: true,
  offeringSku: "QuickBooks Online Plus",
  subscriptionStatus: "PAID",
  region: "NV",
  taxCodes: [],
};

export const CONNECTION_IDS = ["connection-1", "connection-2"] as const;
export const INSTANCE_IDS = INSTANCE_SHARES.map(([id]) => id);

/** The connection that an instance belongs to. */
export function connectionOf(instanceId: string): string {
  return instanceId === "instance-3" ? CONNECTION_IDS[1] : CONNECTION_IDS[0];
}

/** All entries, the oldest first: so many invoices, and the orders that wait for one. */
export function* companyHistory(invoices = INVOICES): Generator<Entry> {
  const random = seeded(20261120);
  const told = readOrders();
  const total = invoices + OPEN_ORDERS;
  for (let place = 0; place < total; place += 1) {
    const day = Math.floor((place / total) * DAYS);
    const at = new Date(NOW.getTime() - (DAYS - day) * DAY_MS + Math.floor(random() * DAY_MS));
    const isOpen = place >= invoices;
    const order = { ...pick(told, random), id: `order-${place}`, number: `ORD-${100_000 + place}` };
    order.customer = customerOf(order, place, random);
    yield entryOf({
      order,
      place,
      at,
      instanceId: chosen(INSTANCE_SHARES, random(), "instance-1"),
      state: isOpen ? null : chosen(STATE_SHARES, random(), "sent"),
    });
  }
}

interface EventResult {
  order: Order;
  place: number;
  at: Date;
  instanceId: string;
  state: DocumentState | null;
}

function entryOf({ order, place, at, instanceId, state }: EventResult): Entry {
  const id = idOf(place, at);
  const iso = at.toISOString();
  const date = iso.slice(0, 10);
  const orderRow: OrderRow = {
    id,
    instanceId,
    externalId: order.id,
    status: "shipped",
    number: order.number,
    customerName: order.customer.name,
    currency: order.currency,
    totalMinor: order.totalMinor,
    placedAt: iso,
    shippedAt: iso,
    shippedOn: date,
    isInvoiced: state !== null,
    body: JSON.stringify(order),
    eventAt: iso,
    createdAt: iso,
    updatedAt: iso,
  };
  if (state === null) return { order: orderRow, invoice: null, attempt: null };
  const content: InvoiceContent = { number: `INV-${100_000 + place}`, date, dueDate: null, order };
  const identity = {
    id,
    instanceId,
    externalId: `inv-${place}`,
    orderId: id,
    madeBy: "webhook" as const,
    content,
    eventAt: iso,
  };
  const row = newInvoiceRow(identity, { state: "not_sent", error: null }, connectionOf(instanceId), at);
  const delivered = new Date(at.getTime() + 4_000).toISOString();
  const isInQuickBooks = state === "sent" || state === "voided";
  const isUnderWay = state === "queued" || state === "sending" || state === "unknown";
  const invoice: NewInvoiceRow = {
    ...row,
    state,
    requestedAt: state === "not_sent" ? null : iso,
    dueAt: isUnderWay ? DUE_AT : null,
    error:
      state === "failed" || state === "held" || state === "unknown" ? JSON.stringify(errorOf(state, place, iso)) : null,
    ...(isInQuickBooks
      ? {
          frozenPayload: toQboInvoice(mappingOf(id, content)).json,
          qboId: String(1_000 + place),
          qboSyncToken: "0",
          deliveredAt: delivered,
          attemptCount: 1,
        }
      : {}),
  };
  return {
    order: orderRow,
    invoice,
    attempt: isInQuickBooks || state === "failed" ? attemptOf(id, invoice, iso, isInQuickBooks) : null,
  };
}

const NO_SETTINGS = { salesTaxCode: null, zeroRateCode: null, taxCodes: null };

/** What the mapping is given for an invoice whose names are all linked. */
export function mappingOf(invoiceId: string, content: InvoiceContent): MappingInput {
  const itemIds = content.order.lines.map((_, line) => String(100 + line));
  return {
    invoiceId,
    revision: 1,
    content,
    docNumber: null,
    customerMode: "per_buyer",
    existing: null,
    links: {
      customerId: "81",
      isCustomerTaxable: true,
      itemIds,
      shippingItemId: null,
      discountItemId: null,
      warnings: [],
    },
    tax: planOrder({ ...NO_SETTINGS, id: "bench", companyName: "Bench", company: COMPANY }, content),
    company: COMPANY,
    timeZone: "America/Los_Angeles",
    letters: "all",
  };
}

function attemptOf(invoiceId: string, invoice: NewInvoiceRow, startedAt: string, isAccepted: boolean): AttemptRow {
  return {
    id: `attempt-${invoiceId}`,
    documentId: invoiceId,
    connectionId: invoice.connectionId,
    number: 1,
    operation: "create",
    requestId: `${invoiceId}-1`,
    startedAt,
    durationMs: 900,
    outcome: isAccepted ? "accepted" : "refused",
    httpStatus: isAccepted ? 200 : 400,
    intuitTid: `1-${invoiceId}`,
    error: invoice.error,
  };
}

function errorOf(state: DocumentState, place: number, at: string): PublicError & { fix: null } {
  const code = ["6000", "6240", "2500"][place % 3] ?? null;
  const isFailed = state === "failed";
  return {
    category: isFailed ? "validation" : "unavailable",
    title: isFailed ? "Rejected by QuickBooks" : "QuickBooks is unavailable",
    message: "What QuickBooks said about it, in a sentence of usual length.",
    remedy: "What a person should do next, in a sentence too.",
    code: isFailed ? code : null,
    retryable: !isFailed,
    intuit_tid: `1-${place}`,
    occurred_at: at,
    fix: null,
  };
}

function readOrders(): Order[] {
  return shiftToYesterday(readNorthwindOrders(), NOW).map((order) => {
    const parsed = parseOrder(parseExactJson(JSON.stringify(order)), "data");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return parsed.order;
  });
}

function customerOf(order: Order, place: number, random: () => number): Order["customer"] {
  if (place % 10_000 === 77) return { ...order.customer, id: "rare", name: RARE_CUSTOMER };
  const number = Math.floor(random() * CUSTOMERS);
  return { ...order.customer, id: `c-${number}`, name: `${order.customer.name} ${number}` };
}

/** A UUIDv7 as the app makes them, but the same at every run. */
function idOf(place: number, at: Date): string {
  const time = at.getTime().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${place.toString(16).padStart(12, "0")}`;
}

function chosen<T>(shares: readonly (readonly [T, number])[], at: number, otherwise: T): T {
  let left = at;
  for (const [value, share] of shares) {
    left -= share;
    if (left < 0) return value;
  }
  return otherwise;
}

function pick<T>(list: readonly T[], random: () => number): T {
  const value = list[Math.floor(random() * list.length)];
  if (value === undefined) throw new Error("The list is empty");
  return value;
}

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
