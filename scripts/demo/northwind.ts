/**
 * The Northwind orders of data/ as an order system would tell of them today: dates shifted by whole days, so that the newest
 * order is yesterday's, and each order wrapped into an `invoice.created` event. It only reads the file and computes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "../lib/root.ts";

const FILE = join(ROOT, "data", "northwind-orders.ndjson");
const DAY_MS = 86_400_000;
const PAYMENT_TERM_DAYS = 30;

/** An order as in the file; only what is read here is named, the rest is passed on as it is. */
const northwindOrder = z.looseObject({
  id: z.string(),
  number: z.string(),
  currency: z.string(),
  placed_at: z.string(),
  shipped_at: z.string().nullable(),
  customer: z.looseObject({ id: z.string(), name: z.string() }),
  lines: z.array(z.looseObject({ sku: z.string() })),
  total: z.string(),
});
export type NorthwindOrder = z.infer<typeof northwindOrder>;

export interface OrderEvent {
  type: "order.shipped" | "order.cancelled" | "invoice.created" | "invoice.voided";
  timestamp: string;
  data: Record<string, unknown>;
}

/** All 830 orders in the file's order (the oldest first), with the dates of 1996 to 1998. */
export function readNorthwindOrders(): NorthwindOrder[] {
  return readFileSync(FILE, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => northwindOrder.parse(JSON.parse(line)));
}

/** The same orders with the newest placed on the day before `now` (UTC); the distances between them stay. */
export function shiftToYesterday(orders: NorthwindOrder[], now: Date): NorthwindOrder[] {
  const newest = Math.max(...orders.map((order) => Date.parse(order.placed_at)));
  const yesterday = Math.floor(now.getTime() / DAY_MS) * DAY_MS - DAY_MS;
  const shiftMs = yesterday - newest;
  const shift = (time: string) => new Date(Date.parse(time) + shiftMs).toISOString();
  return orders.map((order) => ({
    ...order,
    placed_at: shift(order.placed_at),
    shipped_at: order.shipped_at === null ? null : shift(order.shipped_at),
  }));
}

/**
 * The `round`-th run through the data: order `position` counted from the newest, so that position 0 is yesterday's.
 * From the second round on, IDs and numbers carry the round, so that no order is ever sent twice.
 */
export function orderAt(newestFirst: NorthwindOrder[], position: number): NorthwindOrder {
  const order = newestFirst[position % newestFirst.length];
  if (order === undefined) throw new Error("There are no orders in data/northwind-orders.ndjson.");
  const round = Math.floor(position / newestFirst.length);
  return round === 0 ? order : { ...order, id: `${order.id}-${round + 1}`, number: `${order.number}-${round + 1}` };
}

/** The event by which the order system says that it made an invoice for `order`. */
export function invoiceCreated(order: NorthwindOrder, now: Date): OrderEvent {
  return {
    type: "invoice.created",
    timestamp: now.toISOString(),
    data: {
      id: `INV-${order.id}`,
      number: order.number,
      date: order.placed_at.slice(0, 10),
      due_date: new Date(Date.parse(order.placed_at) + PAYMENT_TERM_DAYS * DAY_MS).toISOString().slice(0, 10),
      order,
    },
  };
}
