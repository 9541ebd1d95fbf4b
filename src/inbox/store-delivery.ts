/**
 * Writes a delivery and everything that it leads to in one D1 transaction. The first statement stores the event, and
 * only if everything that the decision is based on is unchanged; every other statement requires that event to be there.
 * So a delivery is stored completely or not at all, and two competing ones never both win.
 */
import { type SQL, and, eq, sql } from "drizzle-orm";
import { orders } from "../orders/schema.ts";
import { refreshIsInvoiced } from "../orders/store.ts";
import { type BatchItem, type Db, runBatch } from "../platform/db.ts";
import { insertWhere } from "../platform/insert-where.ts";
import { changeInvoice, makeInvoice } from "../invoicing/invoice-writes.ts";
import type { Decision, Write } from "./decision.ts";
import { countAccepted } from "./delivery-counts.ts";
import type { OrderEvent } from "./events.ts";
import { settleBy } from "./refusals.ts";
import { type Snapshot, isAccepted, isUnchanged } from "./snapshot.ts";
import { orderEvents, rememberedVoids } from "./schema.ts";

export interface Delivery {
  instanceId: string;
  webhookId: string;
  /** The body as it was received. */
  body: string;
  /**
   * When it was received; its envelope time may not be far ahead of that. Absent for the replay of an accepted
   * delivery.
   */
  receivedAt?: Date;
  /** The ID of the stored delivery that this one replays. */
  replayOf?: string;
}

/** A delivery, its event, the snapshot and the decision. */
export interface DecidedDelivery {
  delivery: Delivery;
  event: OrderEvent;
  snapshot: Snapshot;
  decision: Decision;
  eventId: string;
}

const ACCEPTED_STATUS = 202;

/**
 * Stores it under `eventId`. Returns the ID of the event that is then accepted under this `webhook-id`: `eventId` if it
 * was ours, another ID if it is a duplicate, null if another writer changed something that the decision is based on;
 * then the decision has to be made again.
 */
export async function storeDelivery(
  db: Db,
  { delivery, event, snapshot, decision, eventId }: DecidedDelivery,
  now: Date,
): Promise<string | null> {
  const isStored = sql`exists (select 1 from order_events where id = ${eventId})`;
  const row = {
    id: eventId,
    instanceId: delivery.instanceId,
    webhookId: delivery.webhookId,
    type: event.type,
    eventAt: event.at,
    receivedAt: now.toISOString(),
    outcome: "accepted" as const,
    effect: decision.effect,
    httpStatus: ACCEPTED_STATUS,
    invoiceId: decision.invoiceId,
    orderId: decision.orderId,
    body: delivery.body,
  };
  await runBatch(db, [
    insertWhere(db, orderEvents, row, isUnchanged(snapshot, delivery.webhookId, event)),
    ...decision.writes.flatMap((write) => statementsOf(db, write, { instanceId: delivery.instanceId, isStored, now })),
    ...decision.touchedOrders.map((orderId) => refreshIsInvoiced(db, orderId, isStored)),
    settleBy(db, { delivery, event }, isStored, now),
    countAccepted(db, delivery.instanceId, isStored, now),
  ]);
  const [accepted] = await db
    .select({ id: orderEvents.id })
    .from(orderEvents)
    .where(isAccepted(delivery.instanceId, delivery.webhookId))
    .limit(1);
  return accepted?.id ?? null;
}

interface WriteContext {
  instanceId: string;
  isStored: SQL;
  now: Date;
}

function statementsOf(db: Db, write: Write, { instanceId, isStored, now }: WriteContext): BatchItem | BatchItem[] {
  const updatedAt = now.toISOString();
  switch (write.kind) {
    case "insert_order":
      return insertWhere(db, orders, write.row, isStored);
    case "update_order":
      return db
        .update(orders)
        .set({ ...write.patch, updatedAt, rowVersion: sql`${orders.rowVersion} + 1` })
        .where(and(eq(orders.id, write.id), isStored));
    case "insert_invoice":
      return makeInvoice(db, write.row, isStored);
    case "update_invoice":
      return changedInvoice(db, write, isStored, now);
    case "remember_void":
      return db
        .insert(rememberedVoids)
        .select(sql`select ${instanceId}, ${write.externalId}, ${write.at} where ${isStored}`)
        .onConflictDoUpdate({
          target: [rememberedVoids.instanceId, rememberedVoids.externalId],
          set: { eventAt: write.at },
        });
    case "forget_void":
      return db
        .delete(rememberedVoids)
        .where(
          and(eq(rememberedVoids.instanceId, instanceId), eq(rememberedVoids.externalId, write.externalId), isStored),
        );
  }
}

/** The first statement of the batch has checked that the row is unchanged. */
function changedInvoice(
  db: Db,
  { row, patch }: Extract<Write, { kind: "update_invoice" }>,
  isStored: SQL,
  now: Date,
): BatchItem[] {
  const { content, moved } = changeInvoice(db, row, patch, { now, guard: isStored });
  return [...content, moved];
}
