/**
 * What we know already of the order and the invoice that an event speaks of, read in one go; and the condition that
 * says, within the write, that all of it still stands. A decision is only ever written under that condition.
 */
import { type InferSelectModel, type SQL, and, eq, sql } from "drizzle-orm";
import { connections } from "../connections/schema.ts";
import type { Instance } from "../instances/instance.ts";
import { instances } from "../instances/schema.ts";
import { invoices } from "../invoices/schema.ts";
import { orders } from "../orders/schema.ts";
import { IS_ITS_INVOICE, type InvoiceRow, selectInvoices } from "../pushes/invoice-row.ts";
import { pushes } from "../pushes/schema.ts";
import type { OrderRow } from "../orders/store.ts";
import type { Db } from "../platform/db.ts";
import type { OrderEvent } from "./events.ts";
import { orderEvents, rememberedVoids } from "./schema.ts";

const GATEWAY_COLUMNS = {
  id: connections.id,
  companyName: connections.companyName,
  state: connections.state,
  enabled: connections.enabled,
  autoInvoice: connections.autoInvoice,
  subscriptionLapsedAt: connections.subscriptionLapsedAt,
};
/** What admission has to know of a connection. */
export type Gateway = Pick<InferSelectModel<typeof connections>, keyof typeof GATEWAY_COLUMNS>;

export interface Known {
  instance: Instance;
  /** Those of the instance and of the invoices below. */
  gateways: Gateway[];
  order: OrderRow | null;
  /** The invoices of that order, void ones too, oldest first. */
  orderInvoices: InvoiceRow[];
  /** The invoice by the order system's ID, where the event is about one. */
  invoice: InvoiceRow | null;
  /** Envelope time of a void that came before its invoice. */
  rememberedVoidAt: string | null;
  /** The event that was accepted under this `webhook-id`, where there is one. */
  acceptedEventId: string | null;
}

/** The order system's IDs that an event names; empty texts match nothing. */
function idsOf(event: OrderEvent): { orderId: string; invoiceId: string } {
  switch (event.type) {
    case "order.shipped":
      return { orderId: event.order.id, invoiceId: "" };
    case "order.cancelled":
      return { orderId: event.orderId, invoiceId: "" };
    case "invoice.created":
      return { orderId: event.content.order.id, invoiceId: event.invoiceId };
    case "invoice.voided":
      return { orderId: "", invoiceId: event.invoiceId };
  }
}

/** Reads all of it in one transaction; null where there is no such instance. */
export async function readKnown(
  db: Db,
  instanceId: string,
  webhookId: string,
  event: OrderEvent,
): Promise<Known | null> {
  const ids = idsOf(event);
  const isOrder = and(eq(orders.instanceId, instanceId), eq(orders.externalId, ids.orderId));
  const isInvoice = and(eq(invoices.instanceId, instanceId), eq(invoices.externalId, ids.invoiceId));
  const ofOrder = sql`${invoices.orderId} = (select ${orders.id} from ${orders} where ${isOrder})`;
  const [found, orderRows, orderInvoices, invoiceRows, voids, accepted, gateways] = await db.batch([
    db.select().from(instances).where(eq(instances.id, instanceId)).limit(1),
    db.select().from(orders).where(isOrder).limit(1),
    selectInvoices(db).where(ofOrder).orderBy(invoices.id),
    selectInvoices(db).where(isInvoice).limit(1),
    db
      .select()
      .from(rememberedVoids)
      .where(and(eq(rememberedVoids.instanceId, instanceId), eq(rememberedVoids.externalId, ids.invoiceId)))
      .limit(1),
    db.select({ id: orderEvents.id }).from(orderEvents).where(isAccepted(instanceId, webhookId)).limit(1),
    db
      .select(GATEWAY_COLUMNS)
      .from(connections)
      .where(
        sql`${connections.id} in (
          select ${instances.connectionId} from ${instances} where ${instances.id} = ${instanceId}
          union select ${pushes.connectionId} from ${invoices} join ${pushes} on ${IS_ITS_INVOICE} where ${ofOrder}
          union select ${pushes.connectionId} from ${invoices} join ${pushes} on ${IS_ITS_INVOICE} where ${isInvoice})`,
      ),
  ]);
  const [instance] = found;
  if (!instance) return null;
  return {
    instance,
    gateways,
    order: orderRows[0] ?? null,
    orderInvoices,
    invoice: invoiceRows[0] ?? null,
    rememberedVoidAt: voids[0]?.eventAt ?? null,
    acceptedEventId: accepted[0]?.id ?? null,
  };
}

/** The rows of `order_events` that were accepted under this `webhook-id`: one at most. */
export function isAccepted(instanceId: string, webhookId: string): SQL | undefined {
  return and(
    eq(orderEvents.instanceId, instanceId),
    eq(orderEvents.webhookId, webhookId),
    sql`${orderEvents.outcome} = 'accepted'`,
  );
}

/** True in SQL while everything that was read is as it was, and nobody accepted this `webhook-id` meanwhile. */
export function stillStands(known: Known, webhookId: string, event: OrderEvent): SQL {
  const { instance } = known;
  const ids = idsOf(event);
  const conditions = [
    sql`not exists (select 1 from order_events where instance_id = ${instance.id} and webhook_id = ${webhookId} and outcome = 'accepted')`,
    sql`exists (select 1 from instances where id = ${instance.id} and removed_at is null and connection_id is ${instance.connectionId}
      and enabled = ${Number(instance.enabled)} and auto_invoice = ${Number(instance.autoInvoice)})`,
    sql`(select row_version from orders where instance_id = ${instance.id} and external_id = ${ids.orderId}) is ${known.order?.rowVersion ?? null}`,
    sql`(select invoices.id || ':' || pushes.row_version from invoices join pushes on ${IS_ITS_INVOICE}
      where invoices.instance_id = ${instance.id} and external_id = ${ids.invoiceId})
      is ${known.invoice ? versionOf(known.invoice) : null}`,
    sql`(select event_at from remembered_voids where instance_id = ${instance.id} and external_id = ${ids.invoiceId}) is ${known.rememberedVoidAt}`,
    ...known.gateways.map(
      (gateway) => sql`exists (select 1 from connections where id = ${gateway.id} and state = ${gateway.state}
        and enabled = ${Number(gateway.enabled)} and auto_invoice = ${Number(gateway.autoInvoice)}
        and subscription_lapsed_at is ${gateway.subscriptionLapsedAt})`,
    ),
  ];
  if (known.order) {
    const versions = known.orderInvoices.map(versionOf).join(",");
    conditions.push(sql`coalesce((select group_concat(id || ':' || row_version) from
      (select invoices.id, pushes.row_version from invoices join pushes on ${IS_ITS_INVOICE}
        where order_id = ${known.order.id} order by invoices.id)), '') = ${versions}`);
  }
  return sql.join(conditions, sql` and `);
}

function versionOf(row: InvoiceRow): string {
  return `${row.id}:${row.rowVersion}`;
}
