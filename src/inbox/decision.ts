/**
 * What an event leads to: the writes, as data, and the word for it. Made by decide-order.ts and decide-invoice.ts
 * from what is known (pure), written by store-delivery.ts.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import type { InvoiceRow, NewInvoiceRow } from "../pushes/invoice-row.ts";
import { isInQuickBooks } from "../invoices/status.ts";
import { isOutcomeOpen } from "../pushes/states.ts";
import { type Order, storedOrder } from "../orders/order.ts";
import type { orders } from "../orders/schema.ts";
import type { OrderRow } from "../orders/store.ts";
import { type AutoAdmission, autoAdmission } from "../pushes/admission.ts";
import type { Gateway, Known } from "./known.ts";
import type { InferInsertModel } from "drizzle-orm";

export type Write =
  | { kind: "insert_order"; row: InferInsertModel<typeof orders> }
  | { kind: "update_order"; id: string; patch: Partial<OrderRow> }
  | { kind: "insert_invoice"; row: NewInvoiceRow }
  /** `row`: as it is when this write's turn comes. */
  | { kind: "update_invoice"; row: InvoiceRow; patch: Partial<InvoiceRow> }
  | { kind: "remember_void"; externalId: string; at: string }
  | { kind: "forget_void"; externalId: string };

/**
 * The word for what an event did: `stored`, `updated`, `restored` (a cancelled order came back), `unchanged`, `older`
 * (something newer was known), `cancelled`, `voided`, `flagged` (a person has to look), `void_queued`, `void_remembered`
 * (its outcome is open), `remembered` (of something not known yet), `stays_voided`, `test`.
 */
export type Effect =
  | "stored"
  | "updated"
  | "restored"
  | "unchanged"
  | "older"
  | "cancelled"
  | "voided"
  | "flagged"
  | "void_queued"
  | "void_remembered"
  | "remembered"
  | "stays_voided"
  | "test";

export interface Decision {
  effect: Effect;
  /** Our IDs of what it was about, where there are any. */
  orderId: string | null;
  invoiceId: string | null;
  writes: Write[];
  /** Orders whose `isInvoiced` may have changed. */
  touchedOrders: string[];
  /** Invoices that are due now, and the companies they go to. */
  queued: { invoiceId: string; connectionId: string }[];
}

/** What a decision may use besides what is known. */
export interface Means {
  now: Date;
  newId: () => string;
}

/** A decision that writes nothing but the event. */
export function noChange(effect: Effect, ids: { orderId?: string | null; invoiceId?: string | null } = {}): Decision {
  return {
    effect,
    orderId: ids.orderId ?? null,
    invoiceId: ids.invoiceId ?? null,
    writes: [],
    touchedOrders: [],
    queued: [],
  };
}

/** The instance's own connection, or null. */
export function ownGateway(known: Known): Gateway | null {
  return gatewayOf(known, known.instance.connectionId);
}

/** The connection that an invoice goes to: where QuickBooks may have it the one that it went to, else the instance's. */
export function gatewayOfInvoice(known: Known, row: InvoiceRow): Gateway | null {
  return isInQuickBooks(row) || isOutcomeOpen(row) ? gatewayOf(known, row.connectionId) : ownGateway(known);
}

function gatewayOf(known: Known, id: string | null): Gateway | null {
  return known.gateways.find((gateway) => gateway.id === id) ?? null;
}

/** Whether it would be sent by itself now. */
export function admissionFor(known: Known, gateway: Gateway | null): AutoAdmission {
  return autoAdmission(gateway, known.instance);
}

/** The entry of `queued` for an invoice, none where it has no company to go to. */
export function queuedEntry(invoiceId: string, connectionId: string | null): Decision["queued"] {
  return connectionId === null ? [] : [{ invoiceId, connectionId }];
}

/** The columns of an order that follow from what was told. */
export function orderColumns(order: Order, eventAt: string) {
  return {
    number: order.number,
    customerName: order.customer.name,
    currency: order.currency,
    totalMinor: order.totalMinor,
    placedAt: order.placedAt,
    shippedAt: order.shippedAt,
    shippedOn: calendarDate(order.shippedAt ?? eventAt),
    body: storedOrder.write(order),
    eventAt,
  };
}
