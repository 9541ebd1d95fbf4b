/**
 * Decides what `invoice.created` and `invoice.voided` do. Pure: from the snapshot to the writes. The event with the
 * newest envelope time wins; of two with the same time, the one that arrived later. A voided invoice never comes back.
 */
import type { AutoAdmission } from "../pushes/admission.ts";
import { applyContent } from "./content-change.ts";
import { newInvoiceRow } from "../invoicing/new-invoice.ts";
import type { InvoiceRow, NewInvoiceRow } from "../invoicing/invoice-row.ts";
import { CREATED_AFTER_VOID, ORDER_CANCELLED } from "../documents/warnings.ts";
import { withWarning } from "../failures/warning.ts";
import type { OrderRow } from "../orders/store.ts";
import {
  type Decision,
  type DecisionContext,
  type Write,
  admissionFor,
  connectionOfInvoice,
  noChange,
  orderColumns,
  ownConnection,
  queuedEntry,
  timeZoneHere,
} from "./decision.ts";
import type { OrderEvent } from "./events.ts";
import type { Snapshot } from "./snapshot.ts";
import { voidEffect } from "./void-effect.ts";

type Created = Extract<OrderEvent, { type: "invoice.created" }>;
type Voided = Extract<OrderEvent, { type: "invoice.voided" }>;

/** An invoice was created or changed; its order comes with it. */
export function decideCreated(snapshot: Snapshot, event: Created, context: DecisionContext): Decision {
  const order = decideOrderOf(snapshot, event, context);
  const existing = snapshot.invoice ?? invoiceFromFulfillment(snapshot);
  const decision = existing
    ? updateKnown(snapshot, { row: existing, orderId: order.id, event }, context)
    : createNew(snapshot, order.id, event, context);
  return { ...decision, writes: [...order.writes, ...decision.writes] };
}

/** The order that comes with an invoice: stored or updated, but a cancelled order stays cancelled. */
function decideOrderOf(snapshot: Snapshot, event: Created, context: DecisionContext): { id: string; writes: Write[] } {
  const { order } = snapshot;
  const received = event.content.order;
  const columns = orderColumns(received, event.at, timeZoneHere(snapshot));
  if (!order) {
    const id = context.newId();
    const at = context.now.toISOString();
    const status = received.shippedAt === null ? ("open" as const) : ("shipped" as const);
    const row = {
      ...columns,
      id,
      instanceId: snapshot.instance.id,
      externalId: received.id,
      status,
      createdAt: at,
      updatedAt: at,
    };
    return { id, writes: [{ kind: "insert_order", row }] };
  }
  const patch = orderPatch(order, columns);
  return { id: order.id, writes: patch ? [{ kind: "update_order", id: order.id, patch }] : [] };
}

function orderPatch(order: OrderRow, columns: ReturnType<typeof orderColumns>): Partial<OrderRow> | null {
  if (order.status === "cancelled") {
    // If it was cancelled before we heard of it, only its content is filled in; the cancellation stays the newest event.
    return order.body === null ? { ...columns, eventAt: order.eventAt } : null;
  }
  if (columns.eventAt < order.eventAt) return null;
  if (columns.shippedAt !== null) return { ...columns, status: "shipped" };
  const { shippedAt, shippedOn } = order;
  return { ...columns, shippedAt, shippedOn };
}

/** The order's invoice that was created on Fulfillment and waits for its `invoice.created`. */
function invoiceFromFulfillment(snapshot: Snapshot): InvoiceRow | null {
  return (
    snapshot.orderInvoices.find(
      (row) => row.madeBy === "fulfillment" && row.externalId === null && row.state !== "voided",
    ) ?? null
  );
}

/** We have the invoice: newer content is a change. */
function updateKnown(
  snapshot: Snapshot,
  { row, orderId, event }: { row: InvoiceRow; orderId: string; event: Created },
  context: DecisionContext,
): Decision {
  const isOlder = event.at < row.eventAt;
  if (isOlder && row.externalId !== null) return noChange("older", { orderId, invoiceId: row.id });
  const connection = connectionOfInvoice(snapshot, row);
  const change = isOlder
    ? null
    : applyContent(row, { content: event.content, eventAt: event.at }, admissionFor(snapshot, connection), context.now);
  const patch = { ...change?.patch, orderId, externalId: event.invoiceId };
  const decision: Decision = {
    ...noChange(change?.effect ?? "older", { orderId, invoiceId: row.id }),
    writes: [{ kind: "update_invoice", row, patch }],
    touchedOrders: [...new Set([orderId, row.orderId])],
    queued: change?.isQueued ? queuedEntry(row.id, connection?.id ?? null) : [],
  };
  return snapshot.rememberedVoidAt === null
    ? decision
    : voidImmediately(decision, snapshot, { ...row, ...patch }, context);
}

/** Its void arrived first: the invoice from Fulfillment gets its ID and is voided. */
function voidImmediately(decision: Decision, snapshot: Snapshot, row: InvoiceRow, context: DecisionContext): Decision {
  const { effect, patch } = voidEffect(snapshot, row, context.now);
  const writes: Write[] = [...decision.writes, { kind: "forget_void", externalId: row.externalId ?? "" }];
  if (patch) writes.push({ kind: "update_invoice", row, patch });
  const isQueued = patch?.state === "queued";
  return { ...decision, effect, writes, queued: isQueued ? queuedEntry(row.id, row.connectionId) : [] };
}

/** The invoice is new. */
function createNew(snapshot: Snapshot, orderId: string, event: Created, context: DecisionContext): Decision {
  const id = context.newId();
  const connection = ownConnection(snapshot);
  const voidColumns = voidedBefore(snapshot, event);
  const admission = voidColumns ? null : admissionFor(snapshot, connection);
  const row = firstRow(snapshot, { id, orderId, event }, admission ?? { state: "not_sent", error: null }, context);
  const writes: Write[] = [{ kind: "insert_invoice", row: voidColumns ? { ...row, ...voidColumns } : row }];
  if (snapshot.rememberedVoidAt !== null) writes.push({ kind: "forget_void", externalId: event.invoiceId });
  return {
    ...noChange(voidColumns ? "voided" : "stored", { orderId, invoiceId: id }),
    writes,
    touchedOrders: [orderId],
    queued: admission?.state === "queued" ? queuedEntry(id, connection?.id ?? null) : [],
  };
}

function firstRow(
  snapshot: Snapshot,
  { id, orderId, event }: { id: string; orderId: string; event: Created },
  admission: AutoAdmission,
  context: DecisionContext,
): NewInvoiceRow {
  const identity = {
    id,
    instanceId: snapshot.instance.id,
    externalId: event.invoiceId,
    orderId,
    madeBy: "webhook" as const,
  };
  const row = newInvoiceRow(
    { ...identity, content: event.content, eventAt: event.at },
    admission,
    snapshot.instance.connectionId,
    context.now,
  );
  if (snapshot.order?.status !== "cancelled") return row;
  const message = `The order system had cancelled order ${snapshot.order.number} before it made this invoice. Check whether it is still owed.`;
  return { ...row, warnings: withWarning("[]", { code: ORDER_CANCELLED, message }) };
}

/** Columns of an invoice that was voided, or whose order was cancelled, before we heard of it; otherwise null. */
function voidedBefore(snapshot: Snapshot, event: Created): Partial<NewInvoiceRow> | null {
  const isVoid = snapshot.rememberedVoidAt !== null;
  const isCancelled = snapshot.order?.status === "cancelled" && event.at < snapshot.order.eventAt;
  if (!isVoid && !isCancelled) return null;
  const message = isVoid
    ? "The order system voided this invoice before it sent it. It stays voided; a new invoice needs a new ID."
    : "The order system cancelled the order before this invoice arrived, so it was voided.";
  const warnings = withWarning("[]", { code: isVoid ? CREATED_AFTER_VOID : ORDER_CANCELLED, message });
  const eventAt =
    snapshot.rememberedVoidAt !== null && snapshot.rememberedVoidAt > event.at ? snapshot.rememberedVoidAt : event.at;
  return { state: "voided", warnings, eventAt };
}

/** An invoice was voided, known or not. */
export function decideVoided(snapshot: Snapshot, event: Voided, context: DecisionContext): Decision {
  const row = snapshot.invoice;
  if (!row) return rememberVoid(snapshot, event);
  const ids = { orderId: row.orderId, invoiceId: row.id };
  if (event.at < row.eventAt) return noChange("older", ids);
  const { effect, patch } = voidEffect(snapshot, row, context.now);
  return {
    ...noChange(effect, ids),
    writes: [{ kind: "update_invoice", row, patch: { ...patch, eventAt: event.at } }],
    touchedOrders: [row.orderId],
    queued: patch?.state === "queued" ? queuedEntry(row.id, row.connectionId) : [],
  };
}

function rememberVoid(snapshot: Snapshot, event: Voided): Decision {
  const isNewer = snapshot.rememberedVoidAt === null || event.at > snapshot.rememberedVoidAt;
  return {
    ...noChange("remembered"),
    writes: isNewer ? [{ kind: "remember_void", externalId: event.invoiceId, at: event.at }] : [],
  };
}
