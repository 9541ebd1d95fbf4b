/**
 * 'Create invoice' on Fulfillment: invoices for shipped orders, with a result for each order. A new invoice follows the
 * same rules as one that arrives by webhook (docs/contract.md, section 4).
 */
import { dayIn, isCalendarDate } from "../platform/calendar-date.ts";
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import type { Connection } from "../connections/connection.ts";
import { timeZoneOf } from "../connections/time-zone.ts";
import { listConnections } from "../connections/store.ts";
import type { Instance } from "../instances/instance.ts";
import { listInstances } from "../instances/store.ts";
import { invoiceFromOrder } from "../invoices/from-order.ts";
import { newInvoiceRow } from "../invoicing/new-invoice.ts";
import { type FulfillmentRow, fulfillmentBatch, listCreated } from "../invoicing/fulfillment-batch.ts";
import { publicStatus, DOCUMENT_STATES } from "../documents/status.ts";
import { findOrders, type OrderRow } from "../orders/store.ts";
import { recordActivity } from "../people/activity.ts";
import { runBatch } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { MAX_BULK_ITEMS } from "../platform/limits.ts";
import { plural } from "../platform/words.ts";
import { autoAdmission } from "../pushes/admission.ts";
import { armFor, enqueue } from "../pushes/queue/enqueue.ts";
import { invalid, type Result } from "./result.ts";
import { storedOrder } from "../orders/order.ts";

/** Orders per batch: few enough that their texts fit into one value of D1 (2 MB; an order has at most 256 KiB). */
const MAX_BATCH_ORDERS = 50;
const MAX_BATCH_CHARACTERS = 600_000;
/** An order that changes in the meantime is read again; after this many rounds it is left to the person. */
const MAX_ROUNDS = 3;

/** The result for one order, in the API's words, which the page uses as well. */
export const createResult = z.object({
  order_id: z.string(),
  status: z.enum(["created", "already_invoiced", "not_shipped", "not_found", "busy"]),
  /** The status of the invoice that was created. */
  invoice_id: z.string().nullable(),
  push_status: z.enum(DOCUMENT_STATES).nullable(),
  /** Why no invoice was created, for people. */
  message: z.string().nullable(),
});
export type CreateResult = z.infer<typeof createResult>;

/**
 * A result for each ID, in the order given; an ID given twice gets two results and one invoice. `date`: the calendar date
 * of the invoices; null: today in the time zone of each order's company.
 */
export async function createInvoices(
  context: ActionContext,
  orderIds: string[],
  date: string | null = null,
): Promise<Result<{ results: CreateResult[] }>> {
  if (orderIds.length > MAX_BULK_ITEMS) {
    return invalid([
      {
        path: "order_ids",
        message: `At most ${MAX_BULK_ITEMS} orders can be invoiced at a time; invoice the rest afterwards.`,
      },
    ]);
  }
  if (date !== null && !isCalendarDate(date))
    return invalid([{ path: "date", message: "The invoice date must be a calendar date such as 2026-11-20." }]);
  const [connections, instances] = await Promise.all([
    listConnections(context.db),
    listInstances(context.db, { includeRemoved: true }),
  ]);
  const shared: CreateContext = {
    context,
    date,
    connections: new Map(connections.map((item) => [item.id, item])),
    instances: new Map(instances.map((item) => [item.id, item])),
  };
  const results = new Map<string, CreateResult>();
  const unique = [...new Set(orderIds)];
  for (let at = 0; at < unique.length; at += MAX_BATCH_ORDERS) {
    for (const result of await invoiceSome(shared, unique.slice(at, at + MAX_BATCH_ORDERS)))
      results.set(result.order_id, result);
  }
  await record(context, [...results.values()]);
  return { ok: true, results: orderIds.flatMap((id) => results.get(id) ?? []) };
}

interface CreateContext {
  context: ActionContext;
  date: string | null;
  connections: Map<string, Connection>;
  instances: Map<string, Instance>;
}

async function invoiceSome(shared: CreateContext, orderIds: string[]): Promise<CreateResult[]> {
  const results: CreateResult[] = [];
  let open = orderIds;
  for (let round = 0; round < MAX_ROUNDS && open.length > 0; round++) {
    const found = new Map((await findOrders(shared.context.db, open)).map((order) => [order.id, order]));
    const ready: OrderRow[] = [];
    for (const id of open) {
      const judged = judge(id, found.get(id));
      if ("refusal" in judged) results.push(judged.refusal);
      else ready.push(judged.order);
    }
    const made = await makeInvoices(shared, ready);
    results.push(...made);
    const done = new Set(made.map((result) => result.order_id));
    open = ready.map((order) => order.id).filter((id) => !done.has(id));
  }
  return [
    ...results,
    ...open.map((id) => failed(id, "busy", "The order was changing while it was invoiced. Try again.")),
  ];
}

/** The order if it can be invoiced, otherwise why it can't. */
function judge(id: string, order: OrderRow | undefined): { order: OrderRow } | { refusal: CreateResult } {
  if (!order) return { refusal: failed(id, "not_found", "There is no such order.") };
  if (order.status !== "shipped" || order.body === null) {
    const message = order.status === "cancelled" ? "The order was cancelled." : "The order has not shipped yet.";
    return { refusal: failed(id, "not_shipped", message) };
  }
  return order.isInvoiced
    ? { refusal: failed(id, "already_invoiced", "The order has an invoice already.") }
    : { order };
}

function failed(orderId: string, status: CreateResult["status"], message: string): CreateResult {
  return { order_id: orderId, status, invoice_id: null, push_status: null, message };
}

/** Writes the invoices of orders that were ready when they were read; returns the ones that were really created. */
async function makeInvoices(shared: CreateContext, ready: OrderRow[]): Promise<CreateResult[]> {
  const { context } = shared;
  const rows = ready.flatMap((order) => rowOf(shared, order) ?? []);
  const queued = rows.filter(({ row }) => row.state === "queued");
  await armFor(
    context.env,
    queued.flatMap(({ row }) => row.connectionId ?? []),
    context.now,
  );
  for (const some of inBatches(rows)) await runBatch(context.db, fulfillmentBatch(context.db, some, context.now));
  const made = await listCreated(
    context.db,
    rows.map(({ row }) => row.id),
  );
  await enqueue(
    context.env,
    made.filter((row) => row.state === "queued").map((row) => row.id),
  );
  return made.map((row) => ({
    order_id: row.orderId,
    status: "created",
    invoice_id: row.id,
    push_status: publicStatus(row),
    message: null,
  }));
}

function rowOf({ context, date, connections, instances }: CreateContext, order: OrderRow): FulfillmentRow | null {
  const instance = instances.get(order.instanceId);
  if (!instance || order.body === null) return null;
  const connection = instance.connectionId === null ? null : (connections.get(instance.connectionId) ?? null);
  const invoice = {
    id: newId(context.now),
    instanceId: order.instanceId,
    externalId: null,
    orderId: order.id,
    madeBy: "fulfillment",
    content: invoiceFromOrder(storedOrder.read(order.body), date ?? today(connection, context.now)),
    eventAt: order.eventAt,
  } as const;
  const admission = autoAdmission(connection, instance);
  return { row: newInvoiceRow(invoice, admission, instance.connectionId, context.now), orderVersion: order.rowVersion };
}

/** In the company's time zone, or UTC for an instance without a company. */
function today(connection: Connection | null, now: Date): string {
  return dayIn(connection ? timeZoneOf(connection) : "UTC", now);
}

function inBatches(rows: FulfillmentRow[]): FulfillmentRow[][] {
  const batches: FulfillmentRow[][] = [];
  let characters = Number.POSITIVE_INFINITY;
  for (const item of rows) {
    characters += item.row.body.length;
    if (characters > MAX_BATCH_CHARACTERS) {
      batches.push([]);
      characters = item.row.body.length;
    }
    batches.at(-1)?.push(item);
  }
  return batches;
}

async function record(context: ActionContext, results: CreateResult[]): Promise<void> {
  const made = results.filter((result) => result.status === "created");
  if (made.length === 0) return;
  const id = made.length === 1 ? (made[0]?.invoice_id ?? "") : "";
  const name = plural(made.length, "invoice");
  await recordActivity(context.db, context.now, context.actor, {
    action: "invoice.created",
    subject: { kind: "invoice", id, name },
  });
}
