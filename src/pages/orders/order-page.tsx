/**
 * One order, the button that creates its invoice, and the one that cancels a sample order.
 */
import { type Context, Hono } from "hono";
import { createInvoices } from "../../actions/create-invoices.ts";
import { takeBackSampleOrder } from "../../actions/sample-order.ts";
import type { AppEnv } from "../../app-context.ts";
import { listDeliveriesOfOrder } from "../../inbox/list-deliveries.ts";
import { isSampleOrder } from "../../inbox/sample-order.ts";
import { findInstance } from "../../instances/store.ts";
import { storedOrder } from "../../orders/order.ts";
import { findOrder, type OrderRow } from "../../orders/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { may, needs } from "../../people/route-access.ts";
import { listInvoicesOfOrder } from "../../invoicing/lists/of-order.ts";
import { PageHead } from "../../ui/layout.tsx";
import { Live } from "../../ui/live.tsx";
import { Money } from "../../ui/money.tsx";
import { isFragmentRequest, respondWithFragment } from "../../ui/respond.tsx";
import { createdWords } from "../fulfillment/created-words.ts";
import { paceOf } from "../invoices/invoice-rows.tsx";
import { redirectWith } from "../parts/flash.ts";
import { backWith, missing } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { OrderDetails, OrderLines } from "./order-content.tsx";
import { OrderBadge, OrderDeliveries, OrderFacts, OrderInvoices, type OrderViewProps, stateOf } from "./order-view.tsx";

const HERE = "/orders/:id";
const DELIVERY_ROWS = 20;

export const orderPage = new Hono<AppEnv>();

orderPage.get(HERE, needs("read"), async (c) => {
  const props = await readOrder(c, await subject(c));
  const view = <OrderView {...props} mayInvoice={may(c, "invoice")} />;
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), view);
  return showPage(c, { title: `Order ${props.order.number}`, body: view });
});

orderPage.post(`${HERE}/invoice`, needs("invoice"), async (c) => {
  const order = await subject(c);
  const created = await createInvoices(actionContextOf(c), [order.id]);
  if (!created.ok) return backWith(c, pathOf(order), created);
  const [result] = created.results;
  if (result?.invoice_id)
    return redirectWith(c, `/invoices/${result.invoice_id}`, { tone: "good", text: createdWords([result]) });
  return redirectWith(c, pathOf(order), { tone: "bad", text: result?.message ?? "No invoice was created. Try again." });
});

orderPage.post(`${HERE}/cancel-sample`, needs("invoice"), async (c) => {
  const order = await subject(c);
  const cancelled = await takeBackSampleOrder(actionContextOf(c), order.id);
  if (!cancelled.ok) return backWith(c, pathOf(order), cancelled);
  return redirectWith(c, pathOf(order), { tone: "good", text: "The sample order is cancelled." });
});

async function subject(c: Context<AppEnv>): Promise<OrderRow> {
  const order = await findOrder(c.get("db"), c.req.param("id") ?? "");
  if (!order) throw missing("There is no such order.");
  return order;
}

async function readOrder(c: Context<AppEnv>, order: OrderRow): Promise<OrderViewProps> {
  const db = c.get("db");
  const [instance, invoices, deliveries] = await Promise.all([
    findInstance(db, order.instanceId),
    listInvoicesOfOrder(db, order.id),
    listDeliveriesOfOrder(db, order.id, DELIVERY_ROWS),
  ]);
  const content = order.body === null ? null : storedOrder.read(order.body);
  return { order, content, instance, invoices, deliveries, now: c.get("now") };
}

function OrderView(props: OrderViewProps & { mayInvoice: boolean }) {
  const { order, content, invoices, mayInvoice, now } = props;
  return (
    <Live id="order" url={pathOf(order)} pace={paceOf(invoices, now)}>
      <PageHead
        title={`Order ${order.number}`}
        crumbs={{ href: "/fulfillment", label: "Fulfillment" }}
        lead={
          <>
            <OrderBadge order={order} />{" "}
            {content && (
              <>
                <Money minor={order.totalMinor} currency={order.currency} /> for {order.customerName}
              </>
            )}
          </>
        }
      >
        {mayInvoice && <OrderActions order={order} />}
      </PageHead>
      <div class="columns">
        <OrderFacts {...props} />
        <OrderInvoices {...props} />
      </div>
      {content && <OrderLines order={content} />}
      {content && <OrderDetails order={content} />}
      <OrderDeliveries {...props} />
    </Live>
  );
}

function OrderActions({ order }: { order: OrderRow }) {
  return (
    <>
      {isSampleOrder(order.externalId) && order.status !== "cancelled" && (
        <form method="post" action={`${pathOf(order)}/cancel-sample`}>
          <button type="submit" class="button">
            Cancel sample order
          </button>
        </form>
      )}
      {stateOf(order) === "to_invoice" && (
        <form method="post" action={`${pathOf(order)}/invoice`}>
          <button type="submit" class="button primary">
            Create invoice
          </button>
        </form>
      )}
    </>
  );
}

function pathOf({ id }: Pick<OrderRow, "id">): string {
  return `/orders/${id}`;
}
