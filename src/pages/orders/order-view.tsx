/**
 * One order: its state, what it says, and what became of it. Only markup: it reads nothing and decides nothing.
 */
import type { DeliveryRow } from "../../inbox/list-deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import type { Order } from "../../orders/order.ts";
import type { OrderRow } from "../../orders/store.ts";
import type { InvoiceRow } from "../../invoicing/invoice-row.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Money } from "../../ui/money.tsx";
import { Table } from "../../ui/table.tsx";
import { CalendarDate, Instant } from "../../ui/time.tsx";
import { DeliveryTable } from "../deliveries/deliveries-view.tsx";
import { RowStatus } from "../invoices/invoice-rows.tsx";

export interface OrderViewProps {
  order: OrderRow;
  /** Null for an order that was cancelled before it ever arrived. */
  content: Order | null;
  instance: Instance | null;
  /** The oldest first. */
  invoices: InvoiceRow[];
  /** The newest first. */
  deliveries: DeliveryRow[];
  now: Date;
}

type OrderState = "open" | "to_invoice" | "invoiced" | "cancelled";

const STATES: Readonly<Record<OrderState, { tone: BadgeTone; label: string; next: string }>> = {
  open: {
    tone: "neutral",
    label: "Not shipped",
    next: "It has no invoice. An invoice can be created once the order system reports that the order has shipped.",
  },
  to_invoice: {
    tone: "info",
    label: "To invoice",
    next: "It has shipped and has no invoice yet. Create the invoice here, or together with others on Fulfillment.",
  },
  invoiced: { tone: "good", label: "Invoiced", next: "" },
  cancelled: { tone: "neutral", label: "Cancelled", next: "The order system cancelled it, so it needs no invoice." },
};

/** What the order is waiting for, if anything. */
export function stateOf({ status, isInvoiced }: Pick<OrderRow, "status" | "isInvoiced">): OrderState {
  if (status === "cancelled") return "cancelled";
  if (isInvoiced) return "invoiced";
  return status === "shipped" ? "to_invoice" : "open";
}

export function OrderBadge({ order }: { order: OrderRow }) {
  const { tone, label } = STATES[stateOf(order)];
  return <Badge tone={tone} label={label} />;
}

export function OrderFacts({ order, content, instance, now }: OrderViewProps) {
  const rows: (FactRow | false)[] = [
    content !== null && [
      "Customer",
      [content.customer.name, content.customer.email, content.customer.phone].filter(Boolean).join(", "),
    ],
    [
      "Instance",
      instance?.removedAt === null ? (
        <a href={`/settings/instances/${instance.id}`}>{instance.name}</a>
      ) : (
        (instance?.name ?? "removed")
      ),
    ],
    ["ID in the order system", <span class="code break">{order.externalId}</span>],
    order.placedAt !== null && ["Placed", <Instant at={order.placedAt} />],
    order.status === "shipped" && ["Shipped", <CalendarDate date={order.shippedOn} />],
    ["Arrived", <Instant at={order.createdAt} now={now} />],
  ];
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Details</h2>
      <Facts rows={rows.filter((row) => row !== false)} />
    </section>
  );
}

type FactRow = Parameters<typeof Facts>[0]["rows"][number];

/** Its invoices with their status, or what comes next. */
export function OrderInvoices({ order, invoices, now }: OrderViewProps) {
  const next = STATES[stateOf(order)].next;
  return (
    <section class="card" aria-labelledby="invoices-title">
      <h2 id="invoices-title">What became of it</h2>
      {next && <p class="muted">{next}</p>}
      {invoices.length > 0 && (
        <Table
          caption="Invoices of the order"
          rows={invoices}
          columns={[
            {
              label: "Invoice",
              isTitle: true,
              isLong: true,
              cell: (row) => <a href={`/invoices/${row.id}`}>{row.number}</a>,
            },
            { label: "Date", isTight: true, cell: (row) => <CalendarDate date={row.date} /> },
            { label: "Total", isNumber: true, cell: (row) => <Money minor={row.totalMinor} currency={row.currency} /> },
            { label: "Push status", isTight: true, cell: (row) => <RowStatus row={row} now={now} /> },
          ]}
        />
      )}
    </section>
  );
}

/** What the order system sent about it, the newest first. */
export function OrderDeliveries({ instance, deliveries, now }: OrderViewProps) {
  if (deliveries.length === 0) return null;
  const names = {
    instances: new Map(instance ? [[instance.id, instance.name]] : []),
    orderNumbers: new Map<string, string>(),
  };
  return (
    <section class="card" aria-labelledby="deliveries-title">
      <h2 id="deliveries-title">Deliveries</h2>
      <DeliveryTable caption="Deliveries" rows={deliveries} names={names} now={now} isOfOneOrder />
    </section>
  );
}
