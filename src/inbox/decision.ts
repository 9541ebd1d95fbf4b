/**
 * What an event leads to: the writes, as data, and a name for its effect. Made by decide-order.ts and decide-invoice.ts
 * from a snapshot (pure), written by store-delivery.ts.
 */
import { companyDay } from "../platform/calendar-date.ts";
import type { InvoiceRow, NewInvoiceRow } from "../invoicing/invoice-row.ts";
import { isInQuickBooks } from "../documents/status.ts";
import { isOutcomeOpen } from "../pushes/states.ts";
import { type Order, shippingDay, storedOrder } from "../orders/order.ts";
import type { orders } from "../orders/schema.ts";
import type { OrderRow } from "../orders/store.ts";
import { type AutoAdmission, autoAdmission } from "../pushes/admission.ts";
import type { KnownConnection, Snapshot } from "./snapshot.ts";
import type { InferInsertModel } from "drizzle-orm";

export type Write =
  | { kind: "insert_order"; row: InferInsertModel<typeof orders> }
  | { kind: "update_order"; id: string; patch: Partial<OrderRow> }
  | { kind: "insert_invoice"; row: NewInvoiceRow }
  /** `row`: as it is when this write runs. */
  | { kind: "update_invoice"; row: InvoiceRow; patch: Partial<InvoiceRow> }
  | { kind: "remember_void"; externalId: string; at: string }
  | { kind: "forget_void"; externalId: string };

/**
 * What an event did: `stored`, `updated`, `restored` (a cancelled order was shipped after all), `unchanged`, `older`
 * (we had something newer), `cancelled`, `voided`, `flagged` (a person has to look), `void_queued`, `void_remembered`
 * (the outcome of its push is open), `remembered` (for something we don't have yet), `stays_voided`. Earlier versions also recorded `test`.
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
  | "stays_voided";

export interface Decision {
  effect: Effect;
  /** Our IDs of what it was about, if we have it. */
  orderId: string | null;
  invoiceId: string | null;
  writes: Write[];
  /** Orders whose `isInvoiced` may have changed. */
  touchedOrders: string[];
  /** Invoices that are due now, and the companies they go to. */
  queued: { invoiceId: string; connectionId: string }[];
}

/** What a decision needs besides the snapshot. */
export interface DecisionContext {
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
export function ownConnection(snapshot: Snapshot): KnownConnection | null {
  return connectionById(snapshot, snapshot.instance.connectionId);
}

/**
 * The connection that an invoice goes to: if QuickBooks may have the invoice, the one that it was sent through;
 * otherwise the instance's.
 */
export function connectionOfInvoice(snapshot: Snapshot, row: InvoiceRow): KnownConnection | null {
  return isInQuickBooks(row) || isOutcomeOpen(row)
    ? connectionById(snapshot, row.connectionId)
    : ownConnection(snapshot);
}

/** The time zone of the instance's company; UTC if it has none. */
export function timeZoneHere(snapshot: Snapshot): string {
  return ownConnection(snapshot)?.timeZone ?? "UTC";
}

function connectionById(snapshot: Snapshot, id: string | null): KnownConnection | null {
  return snapshot.connections.find((connection) => connection.id === id) ?? null;
}

/** Whether it would be sent automatically now. */
export function admissionFor(snapshot: Snapshot, connection: KnownConnection | null): AutoAdmission {
  return autoAdmission(connection, snapshot.instance);
}

/** The entry of `queued` for an invoice; none if it has no company to go to. */
export function queuedEntry(invoiceId: string, connectionId: string | null): Decision["queued"] {
  return connectionId === null ? [] : [{ invoiceId, connectionId }];
}

/** The columns of an order that follow from its content. `timeZone`: its company's. */
export function orderColumns(order: Order, eventAt: string, timeZone: string) {
  return {
    number: order.number,
    customerName: order.customer.name,
    currency: order.currency,
    totalMinor: order.totalMinor,
    placedAt: order.placedAt,
    shippedAt: order.shippedAt,
    shippedOn: shippingDay(order, timeZone) ?? companyDay(timeZone, eventAt),
    body: storedOrder.write(order),
    eventAt,
  };
}
