/**
 * Shipped orders without an invoice, and the button that creates their invoices. Orders that could not be invoiced say
 * why.
 */
import { type Context, Hono } from "hono";
import { createInvoices, type CreateResult } from "../../actions/create-invoices.ts";
import type { AppEnv } from "../../app-context.ts";
import { listInstances } from "../../instances/store.ts";
import { countOrders, findOrders, listOrderIds, listOrders } from "../../orders/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { may, needs } from "../../people/route-access.ts";
import { plural } from "../../platform/words.ts";
import { displayDate } from "../../ui/time.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { BulkQuestion, ListScript, readSelection } from "../parts/bulk-list.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm, readQuery } from "../parts/form.ts";
import { listUrl, pageRequest } from "../parts/list-address.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { createdWords } from "./created-words.ts";
import {
  FulfillmentFilters,
  type FulfillmentProps,
  FulfillmentResults,
  INVOICE_DATE,
  NotInvoiced,
} from "./fulfillment-view.tsx";
import { orderFilterTexts, toOrderFilter } from "./order-filter.ts";

const HERE = "/fulfillment";

export const fulfillmentPage = new Hono<AppEnv>();

fulfillmentPage.get(HERE, needs("read"), async (c) => {
  const props = await readList(c);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <FulfillmentResults {...props} />);
  return show(c, props, []);
});

fulfillmentPage.post(`${HERE}/invoices`, needs("invoice"), async (c) => {
  const form = await readForm(c);
  const date = form.values[INVOICE_DATE] || null;
  const { texts, ids, mustAsk } = await readSelection(form, {
    readTexts: orderFilterTexts,
    listAll: (filter, limit) => listOrderIds(c.get("db"), toOrderFilter(filter), limit),
  });
  const back = listUrl(HERE, texts);
  if (ids.length === 0)
    return redirectWith(c, back, { tone: "bad", text: "Select at least one order, then create invoices." });
  if (mustAsk) {
    const title = `Create ${plural(ids.length, "invoice")}?`;
    const given = { [INVOICE_DATE]: date ?? "" };
    const act = { action: `${HERE}/invoices`, confirmLabel: "Create invoice" };
    const question = { id: "create", title, ...act, ids, texts, given };
    const body = (
      <BulkQuestion {...question} cancelHref={back}>
        <p>
          {`An invoice dated ${date ? displayDate(date) : "today"} is created for each order. `}If Auto invoice is on,
          it is sent to QuickBooks immediately.
        </p>
      </BulkQuestion>
    );
    return showPage(c, { title, body });
  }
  const created = await createInvoices(actionContextOf(c), ids, date);
  if (!created.ok) return backWith(c, back, created);
  const refused = created.results.filter((result) => result.status !== "created");
  if (refused.length === 0) return redirectWith(c, back, { tone: "good", text: createdWords(created.results) });
  return show(c, { ...(await readList(c)), texts }, created.results);
});

async function readList(c: Context<AppEnv>): Promise<FulfillmentProps> {
  const { values } = readQuery(c);
  const texts = orderFilterTexts(values);
  const db = c.get("db");
  const filter = toOrderFilter(texts);
  const [page, matching, instances] = await Promise.all([
    listOrders(db, filter, pageRequest(values)),
    countOrders(db, filter),
    listInstances(db, { includeRemoved: true }),
  ]);
  return { ...page, matching, instances, texts, mayInvoice: may(c, "invoice") };
}

async function show(c: Context<AppEnv>, props: FulfillmentProps, results: CreateResult[]): Promise<Response> {
  const refused = results.filter((result) => result.status !== "created");
  const orders = await findOrders(
    c.get("db"),
    refused.map((result) => result.order_id),
  );
  const numbers = new Map(orders.map((order) => [order.id, order.number]));
  const body = (
    <>
      <PageHead title="Fulfillment" lead="Shipped orders that have no invoice yet." />
      <NotInvoiced
        refused={refused.map((result) => ({
          number: numbers.get(result.order_id) ?? result.order_id,
          message: result.message ?? "",
        }))}
        created={createdWords(results)}
      />
      <FulfillmentFilters texts={props.texts} instances={props.instances} />
      <FulfillmentResults {...props} />
      <ListScript />
    </>
  );
  return showPage(c, { title: "Fulfillment", body });
}
