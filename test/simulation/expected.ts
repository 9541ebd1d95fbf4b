/**
 * What should be in the books, derived from the deliveries that were accepted, in the order in which they were
 * stored (docs/contract.md, sections 4 and 5). Written from that page, not from the product's code; it knows
 * nothing about pushes. Each invoice is as simple as the rules allow: its amounts, and whether it should be there.
 */
import { asc, eq, sql } from "drizzle-orm";
import { orderEvents } from "../../src/inbox/schema.ts";
import type { Db } from "../../src/platform/db.ts";

export interface Telling {
  cents: number;
  customer: string;
  /** The order system's ID of the buyer. */
  buyerId: string;
  /** Goods, as `quantity x cents`. */
  lines: string[];
  /** Null if only the order was received. */
  date: string | null;
}

export interface Expected {
  instanceId: string;
  invoiceId: string;
  orderId: string;
  number: string;
  /** Each event that may count, the newest last. */
  tellings: Telling[];
  isVoided: boolean;
  /** Its order was cancelled while it lived: voided if it was not in QuickBooks yet, else left to a person. */
  isCancelled: boolean;
  /** It became the invoice that was made on Fulfillment, which may have been newer. */
  mayBeOlder: boolean;
}

interface Known extends Expected {
  eventAt: string;
}

interface OrderState {
  eventAt: string;
  isCancelled: boolean;
  isShipped: boolean;
  telling: Telling;
}

interface Envelope {
  type: string;
  timestamp: string;
  data: {
    id: string;
    number: string;
    date: string;
    order: Order & { id: string };
  } & Order;
}

interface Order {
  total: string;
  customer: { id: string; name: string };
  lines: { quantity: string; unit_price: string }[];
}

export type Accepted = Pick<typeof orderEvents.$inferSelect, "instanceId" | "webhookId" | "body">;

/** Accepted deliveries by `webhook-id`, in the order of their storing. */
export async function acceptedDeliveries(db: Db): Promise<Accepted[]> {
  return db
    .select({ instanceId: orderEvents.instanceId, webhookId: orderEvents.webhookId, body: orderEvents.body })
    .from(orderEvents)
    .where(eq(orderEvents.outcome, "accepted"))
    .orderBy(asc(sql`rowid`));
}

/** The invoices of the order systems. */
export function expectedInvoices(accepted: readonly Accepted[]): Expected[] {
  const folds = new Map<string, Fold>();
  for (const { instanceId, body } of accepted) {
    const fold = folds.get(instanceId) ?? new Fold(instanceId);
    folds.set(instanceId, fold);
    fold.take(JSON.parse(body ?? "") as Envelope);
  }
  return [...folds.values()].flatMap((fold) => [...fold.invoices.values()]);
}

class Fold {
  constructor(readonly instanceId: string) {}

  readonly invoices = new Map<string, Known>();
  readonly #orders = new Map<string, OrderState>();
  readonly #voidedBefore = new Set<string>();

  take(envelope: Envelope): void {
    const { type, data } = envelope;
    const at = new Date(envelope.timestamp).toISOString();
    if (type === "invoice.created") this.#created(data, at);
    else if (type === "invoice.voided") this.#voided(data.id, at);
    else if (type === "order.cancelled") this.#cancelled(data.id, at);
    else this.#shipped(data.id, at, tellingOf(data, null));
  }

  #created(data: Envelope["data"], at: string): void {
    const order = this.#orders.get(data.order.id);
    const wasCancelledLater = order?.isCancelled === true && at < order.eventAt;
    const mayBeOlder = order?.isShipped === true;
    const telling = tellingOf(data.order, data.date);
    this.#orderTold(data.order.id, at, telling);
    const known = this.invoices.get(data.id);
    if (!known) {
      const isVoided = this.#voidedBefore.has(data.id) || wasCancelledLater;
      const told = { instanceId: this.instanceId, invoiceId: data.id, orderId: data.order.id, number: data.number };
      this.invoices.set(data.id, {
        ...told,
        tellings: mayBeOlder ? [order.telling, telling] : [telling],
        isVoided,
        isCancelled: false,
        mayBeOlder,
        eventAt: at,
      });
      return;
    }
    if (at < known.eventAt) return;
    known.eventAt = at;
    // A cancelled one may be voided already, and then it stays as it is.
    known.tellings = known.isVoided || known.isCancelled || known.mayBeOlder ? [...known.tellings, telling] : [telling];
  }

  #orderTold(id: string, at: string, telling: Telling): void {
    const order = this.#orders.get(id);
    if (!order) this.#orders.set(id, { eventAt: at, isCancelled: false, isShipped: false, telling });
    else if (!order.isCancelled && at >= order.eventAt) order.eventAt = at;
  }

  #voided(id: string, at: string): void {
    const known = this.invoices.get(id);
    if (!known) this.#voidedBefore.add(id);
    else if (at >= known.eventAt) {
      known.isVoided = true;
      known.eventAt = at;
    }
  }

  #cancelled(orderId: string, at: string): void {
    const order = this.#orders.get(orderId);
    if (order && at < order.eventAt) return;
    this.#orders.set(orderId, {
      eventAt: at,
      isCancelled: true,
      isShipped: false,
      telling: order?.telling ?? { cents: 0, customer: "", buyerId: "", lines: [], date: null },
    });
    for (const known of this.invoices.values()) if (known.orderId === orderId) known.isCancelled = true;
  }

  #shipped(id: string, at: string, telling: Telling): void {
    const order = this.#orders.get(id);
    if (order && at < order.eventAt) return;
    this.#orders.set(id, { eventAt: at, isCancelled: false, isShipped: true, telling });
  }
}

function tellingOf(order: Order, date: string | null): Telling {
  return {
    cents: Math.round(Number(order.total) * 100),
    customer: order.customer.name,
    buyerId: order.customer.id,
    lines: order.lines.map((line) => goods(Number(line.quantity), Number(line.quantity) * Number(line.unit_price))),
    date,
  };
}

/** A line of goods as both sides have it: its quantity and amount. */
export function goods(quantity: number, amount: number): string {
  return `${quantity} x ${Math.round(amount * 100)}`;
}
