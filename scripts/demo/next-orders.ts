/**
 * Sends the next orders of the data set to the demo's instance, from the newest back, and waits until they are in
 * QuickBooks. The place in the data set is kept before sending, so that no order goes out as a new one twice.
 */
import { keepDemoState, readDemoState } from "./demo-state.ts";
import type { Api } from "./front-door.ts";
import { invoiceCreated, orderAt, readNorthwindOrders, shiftToYesterday } from "./northwind.ts";
import { deliverAll } from "./demo-order-system.ts";

const LOOK_EVERY_MS = 1_000;
/** Statuses in which nothing more happens by itself. */
const SETTLED = ["sent", "failed", "held", "voided", "not_sent"] as const;

/** Takes the next `count` places of the data set for good and sends their orders. Throws where the demo is not loaded. */
export async function sendNextOrders(folder: string, appOrigin: string, count: number): Promise<void> {
  const state = readDemoState(folder);
  keepDemoState(folder, { ...state, ordersTaken: state.ordersTaken + count });
  await sendOrdersFrom(folder, appOrigin, state.ordersTaken, count);
}

/** Sends the orders at the places from `first` on, the oldest of them first. Sending the same again changes nothing. */
export async function sendOrdersFrom(folder: string, appOrigin: string, first: number, count: number): Promise<void> {
  const { webhook } = readDemoState(folder);
  if (webhook === null) throw new Error("The demo is not loaded yet: run npm start first.");
  const now = new Date();
  const newestFirst = shiftToYesterday(readNorthwindOrders(), now).toReversed();
  const orders = Array.from({ length: count }, (_, index) => orderAt(newestFirst, first + index)).toReversed();
  await deliverAll(
    { url: appOrigin + webhook.path, secret: webhook.secret },
    orders.map((order) => ({ id: `demo-${order.id}`, event: invoiceCreated(order, now) })),
  );
}

export interface PushCounts {
  total: number;
  sent: number;
  /** Settled in another way than sent; a person has to look. */
  stopped: number;
}

/** Counts invoices by push status through the API. */
export async function countPushes(api: Api): Promise<PushCounts> {
  const counts: PushCounts = { total: 0, sent: 0, stopped: 0 };
  let path: string | null = "/invoices?limit=200";
  while (path !== null) {
    const page: { data: { push_status: string }[]; next: string | null } = await api.call("GET", path);
    for (const { push_status } of page.data) {
      counts.total += 1;
      if (push_status === "sent") counts.sent += 1;
      else if (SETTLED.some((status) => status === push_status)) counts.stopped += 1;
    }
    path = page.next === null ? null : `/invoices?limit=200&after=${encodeURIComponent(page.next)}`;
  }
  return counts;
}

/** Looks once a second until every invoice is settled or `limitMs` is over; returns the last counts. */
export async function waitUntilSettled(
  api: Api,
  limitMs: number,
  onCounts: (counts: PushCounts) => void,
): Promise<PushCounts> {
  const until = Date.now() + limitMs;
  for (;;) {
    const counts = await countPushes(api);
    onCounts(counts);
    if (counts.sent + counts.stopped === counts.total || Date.now() > until) return counts;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
