/**
 * Decides what `order.shipped` and `order.cancelled` do. Pure: from the snapshot to the writes. The event with the
 * newest envelope time wins; of two with the same time, the one that arrived later. An older event changes nothing.
 */
import { companyDay } from "../platform/calendar-date.ts";
import { applyContent } from "./content-change.ts";
import { invoiceFromOrder } from "../invoices/from-order.ts";
import type { InvoiceRow } from "../invoicing/invoice-row.ts";
import type { OrderRow } from "../orders/store.ts";
import {
  type Decision,
  type Effect,
  type DecisionContext,
  admissionFor,
  connectionOfInvoice,
  noChange,
  orderColumns,
  queuedEntry,
  timeZoneHere,
} from "./decision.ts";
import type { OrderEvent } from "./events.ts";
import type { Snapshot } from "./snapshot.ts";
import { cancellationEffect } from "./void-effect.ts";
import { type Order, storedOrder } from "../orders/order.ts";

/** ISO 4217's code for 'no currency': used for an order that was cancelled before we heard of it. */
const NO_CURRENCY = "XXX";

type Shipped = Extract<OrderEvent, { type: "order.shipped" }>;
type Cancelled = Extract<OrderEvent, { type: "order.cancelled" }>;

/** An order was shipped, a shipped order changed, or a cancelled one was shipped after all. */
export function decideShipped(snapshot: Snapshot, event: Shipped, context: DecisionContext): Decision {
  const { order } = snapshot;
  const columns = { ...orderColumns(event.order, event.at, timeZoneHere(snapshot)), status: "shipped" as const };
  if (!order) {
    const id = context.newId();
    const at = context.now.toISOString();
    const row = {
      ...columns,
      id,
      instanceId: snapshot.instance.id,
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
  for (const row of snapshot.orderInvoices.filter(isOfFulfillment))
    followOrder(decision, snapshot, { row, event }, context);
  return decision;
}

function effectOnOrder(row: OrderRow, order: Order): Effect {
  if (row.status === "cancelled") return "restored";
  if (row.status !== "shipped" || row.body === null) return "updated";
  return storedOrder.isSame(storedOrder.read(row.body), order) ? "unchanged" : "updated";
}

/** An invoice that copies its order, since no `invoice.created` has replaced its content. */
function isOfFulfillment(row: InvoiceRow): boolean {
  return row.madeBy === "fulfillment" && row.externalId === null && row.state !== "voided";
}

function followOrder(
  decision: Decision,
  snapshot: Snapshot,
  { row, event }: { row: InvoiceRow; event: Shipped },
  context: DecisionContext,
): void {
  const connection = connectionOfInvoice(snapshot, row);
  const received = { content: invoiceFromOrder(event.order, row.date), eventAt: event.at };
  const change = applyContent(row, received, admissionFor(snapshot, connection), context.now);
  if (change.effect !== "updated") return;
  decision.writes.push({ kind: "update_invoice", row, patch: change.patch });
  decision.invoiceId = row.id;
  if (change.isQueued) decision.queued.push(...queuedEntry(row.id, connection?.id ?? null));
}

/** An order was cancelled, known or not. */
export function decideCancelled(snapshot: Snapshot, event: Cancelled, context: DecisionContext): Decision {
  const { order } = snapshot;
  if (!order) return rememberCancelled(snapshot, event, context);
  if (event.at < order.eventAt) return noChange("older", { orderId: order.id });
  const decision: Decision = {
    ...noChange(order.status === "cancelled" ? "unchanged" : "cancelled", { orderId: order.id }),
    writes: [{ kind: "update_order", id: order.id, patch: { status: "cancelled", eventAt: event.at } }],
    touchedOrders: [order.id],
  };
  const cancelledOn = companyDay(timeZoneHere(snapshot), event.at);
  for (const row of snapshot.orderInvoices) {
    const { effect, patch } = cancellationEffect(row, order.number, cancelledOn, context.now);
    if (!patch) continue;
    decision.writes.push({ kind: "update_invoice", row, patch });
    decision.invoiceId = row.id;
    decision.effect = effect;
  }
  return decision;
}

function rememberCancelled(snapshot: Snapshot, event: Cancelled, context: DecisionContext): Decision {
  const id = context.newId();
  const at = context.now.toISOString();
  const row = {
    id,
    instanceId: snapshot.instance.id,
    externalId: event.orderId,
    status: "cancelled" as const,
    number: event.orderId,
    customerName: "",
    currency: NO_CURRENCY,
    totalMinor: 0,
    shippedOn: companyDay(timeZoneHere(snapshot), event.at),
    body: null,
    eventAt: event.at,
    createdAt: at,
    updatedAt: at,
  };
  return { ...noChange("remembered", { orderId: id }), writes: [{ kind: "insert_order", row }] };
}
