/**
 * What we have stored of the order and the invoice that an event is about, read in one transaction; and the condition
 * that makes sure, within the write, that none of it has changed. A decision is only ever written under that condition.
 */
import { type SQL, and, eq, sql } from "drizzle-orm";
import { connections } from "../connections/schema.ts";
import { readFacts } from "../connections/store.ts";
import { timeZoneOf } from "../connections/time-zone.ts";
import type { Instance } from "../instances/instance.ts";
import { instances } from "../instances/schema.ts";
import { invoices } from "../invoices/schema.ts";
import { orders } from "../orders/schema.ts";
import { IS_ITS_INVOICE, type InvoiceRow, selectInvoices } from "../invoicing/invoice-row.ts";
import type { ConnectionSwitches } from "../pushes/admission.ts";
import { pushes } from "../pushes/schema.ts";
import type { OrderRow } from "../orders/store.ts";
import type { Db } from "../platform/db.ts";
import { acceptedToday } from "./delivery-counts.ts";
import type { OrderEvent } from "./events.ts";
import { orderEvents, rememberedVoids } from "./schema.ts";

const SWITCH_COLUMNS = {
  id: connections.id,
  companyName: connections.companyName,
  state: connections.state,
  enabled: connections.enabled,
  autoInvoice: connections.autoInvoice,
  subscriptionLapsedAt: connections.subscriptionLapsedAt,
} satisfies Record<keyof ConnectionSwitches, unknown>;
/** Where a company's calendar days begin. */
const ZONE_COLUMNS = { timeZone: connections.timeZone, company: connections.company };

/** What is known of a connection here; days begin in its time zone. */
export type KnownConnection = ConnectionSwitches & { timeZone: string };

export interface Snapshot {
  instance: Instance;
  /** The connections of the instance and of the invoices below. */
  connections: KnownConnection[];
  order: OrderRow | null;
  /** The invoices of that order, oldest first, including void ones. */
  orderInvoices: InvoiceRow[];
  /** The invoice that the event is about, by the order system's ID. */
  invoice: InvoiceRow | null;
  /** Envelope time of a void that arrived before its invoice. */
  rememberedVoidAt: string | null;
  /** The event that was accepted under this `webhook-id`, if any. */
  acceptedEventId: string | null;
  /** How many deliveries of the instance were accepted today (UTC). */
  acceptedToday: number;
}

/** The order system's IDs in an event; empty text matches nothing. */
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

/** Reads all of it in one transaction; null if there is no such instance. */
export async function readSnapshot(
  db: Db,
  { instanceId, webhookId }: { instanceId: string; webhookId: string },
  event: OrderEvent,
  now: Date,
): Promise<Snapshot | null> {
  const ids = idsOf(event);
  const isOrder = and(eq(orders.instanceId, instanceId), eq(orders.externalId, ids.orderId));
  const isInvoice = and(eq(invoices.instanceId, instanceId), eq(invoices.externalId, ids.invoiceId));
  const ofOrder = sql`${invoices.orderId} = (select ${orders.id} from ${orders} where ${isOrder})`;
  const [found, orderRows, orderInvoices, invoiceRows, voids, accepted, today, switches] = await db.batch([
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
    acceptedToday(db, instanceId, now),
    db
      .select({ ...SWITCH_COLUMNS, ...ZONE_COLUMNS })
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
    connections: switches.map(({ company, timeZone, ...row }) => ({
      ...row,
      timeZone: timeZoneOf({ timeZone, company: readFacts(company) }),
    })),
    order: orderRows[0] ?? null,
    orderInvoices,
    invoice: invoiceRows[0] ?? null,
    rememberedVoidAt: voids[0]?.eventAt ?? null,
    acceptedEventId: accepted[0]?.id ?? null,
    acceptedToday: today[0]?.count ?? 0,
  };
}

/** The rows of `order_events` that were accepted under this `webhook-id`: at most one. */
export function isAccepted(instanceId: string, webhookId: string): SQL | undefined {
  return and(
    eq(orderEvents.instanceId, instanceId),
    eq(orderEvents.webhookId, webhookId),
    sql`${orderEvents.outcome} = 'accepted'`,
  );
}

/**
 * True in SQL while everything that was read is unchanged, and this `webhook-id` has not been accepted in the meantime.
 */
export function isUnchanged(snapshot: Snapshot, webhookId: string, event: OrderEvent): SQL {
  const { instance } = snapshot;
  const ids = idsOf(event);
  const conditions = [
    sql`not exists (select 1 from order_events where instance_id = ${instance.id} and webhook_id = ${webhookId} and outcome = 'accepted')`,
    sql`exists (select 1 from instances where id = ${instance.id} and removed_at is null and connection_id is ${instance.connectionId}
      and enabled = ${Number(instance.enabled)} and auto_invoice = ${Number(instance.autoInvoice)})`,
    sql`(select row_version from orders where instance_id = ${instance.id} and external_id = ${ids.orderId}) is ${snapshot.order?.rowVersion ?? null}`,
    sql`(select invoices.id || ':' || pushes.row_version from invoices join pushes on ${IS_ITS_INVOICE}
      where invoices.instance_id = ${instance.id} and external_id = ${ids.invoiceId})
      is ${snapshot.invoice ? versionOf(snapshot.invoice) : null}`,
    sql`(select event_at from remembered_voids where instance_id = ${instance.id} and external_id = ${ids.invoiceId}) is ${snapshot.rememberedVoidAt}`,
    ...snapshot.connections.map(
      (connection) => sql`exists (select 1 from connections where id = ${connection.id} and state = ${connection.state}
        and enabled = ${Number(connection.enabled)} and auto_invoice = ${Number(connection.autoInvoice)}
        and subscription_lapsed_at is ${connection.subscriptionLapsedAt})`,
    ),
  ];
  if (snapshot.order) {
    const versions = snapshot.orderInvoices.map(versionOf).join(",");
    conditions.push(sql`coalesce((select group_concat(id || ':' || row_version) from
      (select invoices.id, pushes.row_version from invoices join pushes on ${IS_ITS_INVOICE}
        where order_id = ${snapshot.order.id} order by invoices.id)), '') = ${versions}`);
  }
  return sql.join(conditions, sql` and `);
}

function versionOf(row: InvoiceRow): string {
  return `${row.id}:${row.rowVersion}`;
}
