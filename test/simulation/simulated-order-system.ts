/**
 * The order system of a simulated world: sends invoices and orders, remembers accepted deliveries, and repeats the
 * others under the same `webhook-id`, as Standard Webhooks requires. What should be in the books follows from the accepted
 * deliveries, see expected.ts.
 */

/** What an invoice says, in cents; small, since the mapping has its own tests. */
export interface Content {
  buyer: number;
  lines: { sku: number; quantity: number; cents: number }[];
  discountCents: number;
  shippingCents: number;
  taxCents: number;
}

export interface Delivery {
  webhookId: string;
  body: string;
  isAcked: boolean;
  /** The instance that it is sent to; left out: the first. */
  instanceId?: string;
}

interface Told {
  invoiceId: string;
  orderId: string;
  /** Seconds of the newest envelope. */
  newestAt: number;
}

/** The last two are different people of one name. */
const BUYERS = ["Quayside Stores", "Łódź Supplies", "Lantern Books", "Lantern Books"];
/** Each of these has letters outside ISO-8859-1 in its name. */
const EACH_FOREIGN_SKU = 3;
const START_MS = Date.parse("2035-01-01T00:00:00Z");

export class OrderSystem {
  readonly deliveries: Delivery[] = [];
  readonly told: Told[] = [];
  /** Removed in Bookbridge: it sends nothing any more. */
  isRemoved = false;
  #seconds = 0;

  /** Two order systems may well use the same IDs, numbers and buyers' IDs. */
  constructor(readonly instanceId: string) {}

  /** A new invoice, with its order. */
  newInvoice(content: Content): Delivery {
    const told = this.#newTold();
    return this.#created(told, content, told.newestAt);
  }

  /** The invoice says something else now. */
  edit(told: Told, content: Content): Delivery {
    this.#seconds += 1;
    told.newestAt = this.#seconds;
    return this.#created(told, content, told.newestAt);
  }

  /** What it said before comes late: an older envelope. */
  editLate(told: Told, content: Content): Delivery {
    return this.#created(told, content, told.newestAt - 0.5);
  }

  void(told: Told): Delivery {
    this.#seconds += 1;
    told.newestAt = this.#seconds;
    return this.#deliver("invoice.voided", { id: told.invoiceId }, told.newestAt);
  }

  /** The void of an invoice comes before the invoice itself. */
  voidBeforeInvoice(content: Content): [Delivery, Delivery] {
    const told = this.#newTold();
    const created = told.newestAt;
    return [this.void(told), this.#created(told, content, created)];
  }

  cancel(told: Told): Delivery {
    this.#seconds += 1;
    return this.#deliver("order.cancelled", { id: told.orderId }, this.#seconds);
  }

  /** The order ships, or ships again after it was cancelled. */
  ship(told: Told, content: Content): Delivery {
    this.#seconds += 1;
    return this.#deliver(
      "order.shipped",
      { ...wireOrder(told.orderId, content), shipped_at: isoOf(this.#seconds) },
      this.#seconds,
    );
  }

  /** A shipped order without an invoice; its invoice may be made on Fulfillment. */
  shipNew(content: Content): Delivery {
    return this.ship(this.#newTold(), content);
  }

  /** The same business event under another `webhook-id`. */
  again(delivery: Delivery): Delivery {
    return this.#add(delivery.body);
  }

  /** What has to be sent again. */
  open(): Delivery[] {
    return this.isRemoved ? [] : this.deliveries.filter((delivery) => !delivery.isAcked);
  }

  #newTold(): Told {
    this.#seconds += 1;
    const serial = this.told.length + 1;
    const told = { invoiceId: `i-${serial}`, orderId: `o-${serial}`, newestAt: this.#seconds };
    this.told.push(told);
    return told;
  }

  #created(told: Told, content: Content, at: number): Delivery {
    const number = `INV-${told.invoiceId}`;
    const data = {
      id: told.invoiceId,
      number,
      date: dateOf(content),
      due_date: null,
      order: wireOrder(told.orderId, content),
    };
    return this.#deliver("invoice.created", data, at);
  }

  #deliver(type: string, data: object, at: number): Delivery {
    return this.#add(JSON.stringify({ type, timestamp: isoOf(at), data }));
  }

  #add(body: string): Delivery {
    const delivery = {
      webhookId: `msg-${this.deliveries.length + 1}`,
      body,
      isAcked: false,
      instanceId: this.instanceId,
    };
    this.deliveries.push(delivery);
    return delivery;
  }
}

/** The date of an invoice follows from what it says, so that a change of content is often one of the date. */
function dateOf(content: Content): string {
  return `2035-01-0${1 + ((content.lines[0]?.cents ?? 0) % 9)}`;
}

function isoOf(seconds: number): string {
  return new Date(START_MS + seconds * 1000).toISOString();
}

function wireOrder(orderId: string, content: Content): Record<string, unknown> {
  const goods = content.lines.reduce((sum, line) => sum + line.quantity * line.cents, 0);
  const discount = Math.min(content.discountCents, goods);
  return {
    id: orderId,
    number: `N-${orderId}`,
    currency: "USD",
    customer: { id: `c-${content.buyer}`, name: BUYERS[content.buyer % BUYERS.length] },
    lines: content.lines.map((line) => ({
      sku: `SKU-${line.sku}`,
      name: line.sku % EACH_FOREIGN_SKU === 0 ? `Łopata ${line.sku}` : `Thing ${line.sku}`,
      quantity: String(line.quantity),
      unit_price: money(line.cents),
      taxable: true,
    })),
    discount: money(discount),
    shipping: money(content.shippingCents),
    tax: money(content.taxCents),
    total: money(goods - discount + content.shippingCents + content.taxCents),
  };
}

function money(cents: number): string {
  return (cents / 100).toFixed(2);
}
