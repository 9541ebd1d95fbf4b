/**
 * Lists deliveries, newest first, by outcome, instance, day and text. Nothing here may scan all deliveries: each kind of
 * list names the index that it walks.
 */
import { type SQL, getTableColumns, sql } from "drizzle-orm";
import { beginsWith, planSearch } from "../invoices/search.ts";
import type { Db } from "../platform/db.ts";
import { lowestIdAt, timeOfId } from "../platform/ids.ts";
import { IS_REFUSED, IS_UNSETTLED, orderEvents } from "./schema.ts";

/** `unsettled`: refused, and nobody has dealt with it yet. */
export const DELIVERY_OUTCOMES = ["accepted", "refused", "unsettled"] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export interface DeliveryFilter {
  outcome?: DeliveryOutcome | undefined;
  instanceId?: string | undefined;
  /** Calendar dates (UTC), inclusive. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of a number or customer of an invoice, or the beginning of an order's number or a `webhook-id`. */
  q?: string | undefined;
}

/** `after`: behind the delivery with that ID (older); `before`: in front of it (newer). At most one of the two. */
export interface DeliveryPageRequest {
  limit: number;
  after?: string | undefined;
  before?: string | undefined;
}

const { body: _body, ...LIST_COLUMNS } = getTableColumns(orderEvents);
export type DeliveryRow = Omit<typeof orderEvents.$inferSelect, "body">;

/** A search looks at so many of the newest orders and `webhook-id`s that match. */
const MAX_MATCHES = 200;
const DAY_MS = 24 * 3_600_000;

/** A page of deliveries without their bodies; `next` and `previous` are IDs for `after` and `before`. */
export async function listDeliveries(
  db: Db,
  filter: DeliveryFilter,
  page: DeliveryPageRequest,
): Promise<{ rows: DeliveryRow[]; next: string | null; previous: string | null }> {
  const isBackward = page.after === undefined && page.before !== undefined;
  const walk = walkOf(filter);
  const direction = sql.raw(isBackward ? "ASC" : "DESC");
  const order = walk.isByTime ? sql`received_at ${direction}, id ${direction}` : sql`id ${direction}`;
  const conditions = [
    ...ofFilter(filter),
    ...inDays(filter, walk),
    ...beyond(page, walk),
    ...(await matching(db, filter.q)),
  ];
  const where = conditions.length > 0 ? sql`WHERE ${sql.join(conditions, sql` AND `)}` : sql``;
  const found = await db
    .select(LIST_COLUMNS)
    .from(orderEvents)
    .where(sql`id IN (SELECT id FROM order_events ${walk.index} ${where} ORDER BY ${order} LIMIT ${page.limit + 1})`)
    .orderBy(order);
  const hasMore = found.length > page.limit;
  const rows = found.slice(0, page.limit);
  if (isBackward) rows.reverse();
  const hasNext = isBackward ? rows.length > 0 : hasMore;
  const hasPrevious = isBackward ? hasMore : page.after !== undefined;
  return { rows, next: (hasNext && rows.at(-1)?.id) || null, previous: (hasPrevious && rows[0]?.id) || null };
}

/** How a list is walked. The index of the primary key has a name that SQLite gave it. IDs sort by the time of arrival; only the index of an instance has that time in their place. */
interface Walk {
  index: SQL;
  isByTime: boolean;
}

function walkOf({ outcome, instanceId, q }: DeliveryFilter): Walk {
  const by = (index: string): SQL => sql`INDEXED BY ${sql.raw(index)}`;
  if (q) return { index: sql``, isByTime: false };
  if (outcome === "refused" || outcome === "unsettled")
    return { index: by(instanceId === undefined ? "order_events_refused" : "order_events_rejected"), isByTime: false };
  if (instanceId !== undefined) return { index: by("order_events_recent"), isByTime: true };
  return { index: by("sqlite_autoindex_order_events_1"), isByTime: false };
}

const OF_OUTCOME: Readonly<Record<DeliveryOutcome, SQL>> = {
  accepted: sql`outcome = 'accepted'`,
  refused: IS_REFUSED,
  unsettled: IS_UNSETTLED,
};

function ofFilter({ outcome, instanceId }: DeliveryFilter): SQL[] {
  return [
    ...(outcome === undefined ? [] : [OF_OUTCOME[outcome]]),
    ...(instanceId === undefined ? [] : [sql`instance_id = ${instanceId}`]),
  ];
}

function inDays({ from, to }: DeliveryFilter, { isByTime }: Walk): SQL[] {
  const at = (time: Date): string => (isByTime ? time.toISOString() : lowestIdAt(time));
  const column = sql.raw(isByTime ? "received_at" : "id");
  return [
    ...(from === undefined ? [] : [sql`${column} >= ${at(new Date(from))}`]),
    ...(to === undefined ? [] : [sql`${column} < ${at(new Date(Date.parse(to) + DAY_MS))}`]),
  ];
}

function beyond({ after, before }: DeliveryPageRequest, { isByTime }: Walk): SQL[] {
  const cursor = after ?? before;
  if (cursor === undefined) return [];
  const sign = sql.raw(after === undefined ? ">" : "<");
  return [isByTime ? sql`(received_at, id) ${sign} (${timeOfId(cursor)}, ${cursor})` : sql`id ${sign} ${cursor}`];
}

/** The deliveries of matching orders and invoices, and those whose own `webhook-id` or number matches. */
async function matching(db: Db, q: string | undefined): Promise<SQL[]> {
  const search = await planSearch(db, q);
  const text = q?.replaceAll("\0", "").trim().toWellFormed() ?? "";
  if (!search || text === "") return [];
  // A plus: few match, so they are found first and then sorted; otherwise the newest are looked at until enough match.
  const newestFirst = search.isStart ? sql`+invoices.rowid DESC` : sql`invoices.rowid DESC`;
  const contains = (column: SQL) => sql`instr(lower(coalesce(${column}, '')), ${text.toLowerCase()}) > 0`;
  const orderIds = sql`SELECT order_id FROM (SELECT order_id FROM invoices WHERE ${search.condition} ORDER BY ${newestFirst} LIMIT ${MAX_MATCHES})
    UNION SELECT id FROM (SELECT id FROM orders INDEXED BY orders_by_number WHERE ${beginsWith(sql`number`, text)} LIMIT ${MAX_MATCHES})`;
  return [
    sql`id IN (SELECT id FROM order_events INDEXED BY order_events_by_order WHERE order_id IN (${orderIds})
      UNION SELECT id FROM (SELECT id FROM order_events INDEXED BY order_events_accepted
        WHERE outcome = 'accepted' AND instance_id IN (SELECT id FROM instances) AND ${beginsWith(sql`webhook_id`, text)} LIMIT ${MAX_MATCHES})
      UNION SELECT id FROM order_events INDEXED BY order_events_refused
        WHERE ${IS_REFUSED} AND (${contains(sql`webhook_id`)} OR ${contains(sql`number`)}))`,
  ];
}

/** The deliveries of an order, the newest first, without their bodies. */
export async function listDeliveriesOfOrder(db: Db, orderId: string, limit: number): Promise<DeliveryRow[]> {
  return db
    .select(LIST_COLUMNS)
    .from(orderEvents)
    .where(sql`order_id = ${orderId}`)
    .orderBy(sql`id DESC`)
    .limit(limit);
}
