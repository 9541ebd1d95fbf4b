/**
 * Decides what `order.shipped` and `order.cancelled` do. Pure: from what is known to the writes. The newest envelope
 * time wins, of two equal ones the later arrival; an older event changes nothing.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import { applyContent } from "./content-change.ts";
import { invoiceFromOrder } from "../invoices/from-order.ts";
import type { InvoiceRow } from "../pushes/invoice-row.ts";
import type { OrderRow } from "../orders/store.ts";
import {
  type Decision,
  type Effect,
  type Means,
  admissionFor,
  gatewayOfInvoice,
  noChange,
  orderColumns,
  queuedEntry,
} from "./decision.ts";
import type { OrderEvent } from "./events.ts";
import type { Known } from "./known.ts";
import { cancellationEffect } from "./void-effect.ts";
import { type Order, storedOrder } from "../orders/order.ts";

/** ISO 4217's code for 'no currency': of an order that was cancelled before we heard of it. */
const NO_CURRENCY = "XXX";

type Shipped = Extract<OrderEvent, { type: "order.shipped" }>;
type Cancelled = Extract<OrderEvent, { type: "order.cancelled" }>;

/** An order was shipped, or its shipped order changed; a cancelled one comes back. */
export function decideShipped(known: Known, event: Shipped, means: Means): Decision {
  const { order } = known;
  const columns = { ...orderColumns(event.order, event.at), status: "shipped" as const };
  if (!order) {
    const id = means.newId();
    const at = means.now.toISOString();
    const row = {
      ...columns,
      id,
      instanceId: known.instance.id,
      externalId: event.order.id,
      createdAt: at,
      updatedAt: at,
    };
    return { ...noChange("stored", { orderId: id }), writes: [{ kind: "insert_order", row }] };
  }
  if (event.at < order.eventAt) return noChange("older", { orderId: order.id });
  const decision: Decision = {
    ...noChange(effectOnOrder(order, event.order), { orderId: order.id }),
    writes: [{ kind: "update_order", id: order.id, patch: columns }],
    touchedOrders: [order.id],
  };
  for (const row of known.orderInvoices.filter(isOfFulfillment)) followOrder(decision, known, { row, event }, means);
  return decision;
}

function effectOnOrder(row: OrderRow, order: Order): Effect {
  if (row.status === "cancelled") return "restored";
  if (row.status !== "shipped" || row.body === null) return "updated";
  return storedOrder.isSame(storedOrder.read(row.body), order) ? "unchanged" : "updated";
}

/** An invoice that says what its order says, since no `invoice.created` has told otherwise. */
function isOfFulfillment(row: InvoiceRow): boolean {
  return row.madeBy === "fulfillment" && row.externalId === null && row.state !== "voided";
}

function followOrder(
  decision: Decision,
  known: Known,
  { row, event }: { row: InvoiceRow; event: Shipped },
  means: Means,
): void {
  const gateway = gatewayOfInvoice(known, row);
  const told = { content: invoiceFromOrder(event.order, row.date), eventAt: event.at };
  const change = applyContent(row, told, admissionFor(known, gateway), means.now);
  if (change.effect !== "updated") return;
  decision.writes.push({ kind: "update_invoice", row, patch: change.patch });
  decision.invoiceId = row.id;
  if (change.isQueued) decision.queued.push(...queuedEntry(row.id, gateway?.id ?? null));
}

/** An order was cancelled, known or not. */
export function decideCancelled(known: Known, event: Cancelled, means: Means): Decision {
  const { order } = known;
  if (!order) return rememberCancelled(known, event, means);
  if (event.at < order.eventAt) return noChange("older", { orderId: order.id });
  const decision: Decision = {
    ...noChange(order.status === "cancelled" ? "unchanged" : "cancelled", { orderId: order.id }),
    writes: [{ kind: "update_order", id: order.id, patch: { status: "cancelled", eventAt: event.at } }],
    touchedOrders: [order.id],
  };
  for (const row of known.orderInvoices) {
    const { effect, patch } = cancellationEffect(row, order.number, event.at, means.now);
    if (!patch) continue;
    decision.writes.push({ kind: "update_invoice", row, patch });
    decision.invoiceId = row.id;
    decision.effect = effect;
  }
  return decision;
}

function rememberCancelled(known: Known, event: Cancelled, means: Means): Decision {
  const id = means.newId();
  const at = means.now.toISOString();
  const row = {
    id,
    instanceId: known.instance.id,
    externalId: event.orderId,
    status: "cancelled" as const,
    number: event.orderId,
    customerName: "",
    currency: NO_CURRENCY,
    totalMinor: 0,
    shippedOn: calendarDate(event.at),
    body: null,
    eventAt: event.at,
    createdAt: at,
    updatedAt: at,
  };
  return { ...noChange("remembered", { orderId: id }), writes: [{ kind: "insert_order", row }] };
}
