/**
 * Decides what `invoice.created` and `invoice.voided` do. Pure: from what is known to the writes. The newest envelope
 * time wins, of two equal ones the later arrival; a voided invoice never comes back.
 */
import type { AutoAdmission } from "../pushes/admission.ts";
import { applyContent } from "./content-change.ts";
import { newInvoiceRow } from "../pushes/new-invoice.ts";
import type { InvoiceRow, NewInvoiceRow } from "../pushes/invoice-row.ts";
import { CREATED_AFTER_VOID, ORDER_CANCELLED } from "../invoices/warnings.ts";
import { withWarning } from "../failures/warning.ts";
import type { OrderRow } from "../orders/store.ts";
import {
  type Decision,
  type Means,
  type Write,
  admissionFor,
  gatewayOfInvoice,
  noChange,
  orderColumns,
  ownGateway,
  queuedEntry,
} from "./decision.ts";
import type { OrderEvent } from "./events.ts";
import type { Known } from "./known.ts";
import { voidEffect } from "./void-effect.ts";

/** The ID under which our own test event voids an invoice that never existed. */
export const TEST_INVOICE_ID = "bookbridge-test";

type Created = Extract<OrderEvent, { type: "invoice.created" }>;
type Voided = Extract<OrderEvent, { type: "invoice.voided" }>;

/** An invoice was made or changed; its order comes with it. */
export function decideCreated(known: Known, event: Created, means: Means): Decision {
  const order = decideOrderOf(known, event, means);
  const existing = known.invoice ?? madeOnFulfillment(known);
  const decision = existing
    ? becomes(known, { row: existing, orderId: order.id, event }, means)
    : makes(known, order.id, event, means);
  return { ...decision, writes: [...order.writes, ...decision.writes] };
}

/** The order that comes with an invoice: stored or updated, never brought back from a cancellation. */
function decideOrderOf(known: Known, event: Created, means: Means): { id: string; writes: Write[] } {
  const { order } = known;
  const told = event.content.order;
  const columns = orderColumns(told, event.at);
  if (!order) {
    const id = means.newId();
    const at = means.now.toISOString();
    const status = told.shippedAt === null ? ("open" as const) : ("shipped" as const);
    const row = {
      ...columns,
      id,
      instanceId: known.instance.id,
      externalId: told.id,
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
    // Only what it was is filled in where nobody had told: the time of the cancellation stays the newest word.
    return order.body === null ? { ...columns, eventAt: order.eventAt } : null;
  }
  if (columns.eventAt < order.eventAt) return null;
  if (columns.shippedAt !== null) return { ...columns, status: "shipped" };
  const { shippedAt, shippedOn } = order;
  return { ...columns, shippedAt, shippedOn };
}

/** The order's invoice from Fulfillment that waits for its `invoice.created`. */
function madeOnFulfillment(known: Known): InvoiceRow | null {
  return (
    known.orderInvoices.find(
      (row) => row.madeBy === "fulfillment" && row.externalId === null && row.state !== "voided",
    ) ?? null
  );
}

/** The invoice is known: newer content is a change. */
function becomes(
  known: Known,
  { row, orderId, event }: { row: InvoiceRow; orderId: string; event: Created },
  means: Means,
): Decision {
  const isOlder = event.at < row.eventAt;
  if (isOlder && row.externalId !== null) return noChange("older", { orderId, invoiceId: row.id });
  const gateway = gatewayOfInvoice(known, row);
  const change = isOlder
    ? null
    : applyContent(row, { content: event.content, eventAt: event.at }, admissionFor(known, gateway), means.now);
  const patch = { ...change?.patch, orderId, externalId: event.invoiceId };
  const decision: Decision = {
    ...noChange(change?.effect ?? "older", { orderId, invoiceId: row.id }),
    writes: [{ kind: "update_invoice", row, patch }],
    touchedOrders: [...new Set([orderId, row.orderId])],
    queued: change?.isQueued ? queuedEntry(row.id, gateway?.id ?? null) : [],
  };
  return known.rememberedVoidAt === null ? decision : voidAtOnce(decision, known, { ...row, ...patch }, means);
}

/** Its void came before it: the invoice from Fulfillment gets its ID, and is voided by it. */
function voidAtOnce(decision: Decision, known: Known, row: InvoiceRow, means: Means): Decision {
  const { effect, patch } = voidEffect(known, row, means.now);
  const writes: Write[] = [...decision.writes, { kind: "forget_void", externalId: row.externalId ?? "" }];
  if (patch) writes.push({ kind: "update_invoice", row, patch });
  const isQueued = patch?.state === "queued";
  return { ...decision, effect, writes, queued: isQueued ? queuedEntry(row.id, row.connectionId) : [] };
}

/** The invoice is new. */
function makes(known: Known, orderId: string, event: Created, means: Means): Decision {
  const id = means.newId();
  const gateway = ownGateway(known);
  const stillborn = voidedBefore(known, event);
  const admission = stillborn ? null : admissionFor(known, gateway);
  const row = firstRow(known, { id, orderId, event }, admission ?? { state: "not_sent", error: null }, means);
  const writes: Write[] = [{ kind: "insert_invoice", row: stillborn ? { ...row, ...stillborn } : row }];
  if (known.rememberedVoidAt !== null) writes.push({ kind: "forget_void", externalId: event.invoiceId });
  return {
    ...noChange(stillborn ? "voided" : "stored", { orderId, invoiceId: id }),
    writes,
    touchedOrders: [orderId],
    queued: admission?.state === "queued" ? queuedEntry(id, gateway?.id ?? null) : [],
  };
}

function firstRow(
  known: Known,
  told: { id: string; orderId: string; event: Created },
  admission: AutoAdmission,
  means: Means,
): NewInvoiceRow {
  const { event } = told;
  const identity = {
    id: told.id,
    instanceId: known.instance.id,
    externalId: event.invoiceId,
    orderId: told.orderId,
    madeBy: "webhook" as const,
  };
  const row = newInvoiceRow(
    { ...identity, content: event.content, eventAt: event.at },
    admission,
    known.instance.connectionId,
    means.now,
  );
  if (known.order?.status !== "cancelled") return row;
  const message = `The order system had cancelled order ${known.order.number} before it made this invoice. Check whether it is owed.`;
  return { ...row, warnings: withWarning("[]", { code: ORDER_CANCELLED, message }) };
}

/** Columns of an invoice that was voided, or whose order was cancelled, before we heard of it; null for a living one. */
function voidedBefore(known: Known, event: Created): Partial<NewInvoiceRow> | null {
  const isVoid = known.rememberedVoidAt !== null;
  const isCancelled = known.order?.status === "cancelled" && event.at < known.order.eventAt;
  if (!isVoid && !isCancelled) return null;
  const message = isVoid
    ? "The order system voided this invoice before it told us of it. It stays voided; a new invoice needs a new ID."
    : "The order system cancelled the order before this invoice arrived, so it was voided.";
  const warnings = withWarning("[]", { code: isVoid ? CREATED_AFTER_VOID : ORDER_CANCELLED, message });
  const eventAt =
    known.rememberedVoidAt !== null && known.rememberedVoidAt > event.at ? known.rememberedVoidAt : event.at;
  return { state: "voided", warnings, eventAt };
}

/** An invoice was voided, known or not. */
export function decideVoided(known: Known, event: Voided, means: Means): Decision {
  const row = known.invoice;
  if (!row) return rememberVoid(known, event);
  const ids = { orderId: row.orderId, invoiceId: row.id };
  if (event.at < row.eventAt) return noChange("older", ids);
  const { effect, patch } = voidEffect(known, row, means.now);
  return {
    ...noChange(effect, ids),
    writes: [{ kind: "update_invoice", row, patch: { ...patch, eventAt: event.at } }],
    touchedOrders: [row.orderId],
    queued: patch?.state === "queued" ? queuedEntry(row.id, row.connectionId) : [],
  };
}

function rememberVoid(known: Known, event: Voided): Decision {
  if (event.invoiceId === TEST_INVOICE_ID) return noChange("test");
  const isNewer = known.rememberedVoidAt === null || event.at > known.rememberedVoidAt;
  return {
    ...noChange("remembered"),
    writes: isNewer ? [{ kind: "remember_void", externalId: event.invoiceId, at: event.at }] : [],
  };
}
