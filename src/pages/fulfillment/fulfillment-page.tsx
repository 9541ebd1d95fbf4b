/**
 * Shipped orders that have no invoice yet, and the button that makes their invoices. What could not be invoiced says why.
 */
import { type Context, Hono } from "hono";
import { createInvoices, type CreateResult } from "../../actions/create-invoices.ts";
import type { AppEnv } from "../../app-context.ts";
import { listInstances } from "../../instances/store.ts";
import { countOrders, findOrders, listOrderIds, listOrders, type OrderFilter } from "../../orders/store.ts";
import { actOf } from "../../people/act.ts";
import { needs, may } from "../../people/route-access.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { agree, plural } from "../../platform/words.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { answerFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { redirectWith } from "../parts/flash.ts";
import { type Form, readForm, readQuery } from "../parts/form.ts";
import { FulfillmentFilters, FulfillmentResults, type FulfillmentProps, NotInvoiced } from "./fulfillment-view.tsx";
import { filterTexts, type FilterTexts, listUrl, pageRequest } from "../invoices/invoice-filter.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";

const HERE = "/fulfillment";
/** More than these at once are asked about first. */
const MAX_UNASKED = 50;

export const fulfillmentPage = new Hono<AppEnv>();

fulfillmentPage.get(HERE, needs("read"), async (c) => {
  const props = await readList(c);
  if (isFragmentRequest(c)) return answerFragment(c, c.get("nonce"), <FulfillmentResults {...props} />);
  return show(c, props, []);
});

fulfillmentPage.post(`${HERE}/invoices`, needs("invoice"), async (c) => {
  const form = await readForm(c);
  const texts = filterTexts(
    Object.fromEntries(Object.entries(form.values).map(([name, value]) => [name.replace(/^filter_/, ""), value])),
  );
  const back = listUrl(HERE, texts);
  const ids = await selectedIds(c, form, texts);
  if (ids.length === 0)
    return redirectWith(c, back, { tone: "bad", text: "Select at least one order, then create invoices." });
  if (ids.length > MAX_UNASKED && form.values["confirmed"] !== "true") return askFirst(c, ids, texts, back);
  const created = await createInvoices(actOf(c), ids);
  if (!created.ok) return backWith(c, back, created);
  const refused = created.results.filter((result) => result.status !== "created");
  if (refused.length === 0) return redirectWith(c, back, { tone: "good", text: createdWords(created.results) });
  return show(c, { ...(await readList(c)), texts }, created.results);
});

async function readList(c: Context<AppEnv>): Promise<FulfillmentProps> {
  const { values } = readQuery(c);
  const texts = filterTexts(values);
  const db = c.get("db");
  const filter = toFilter(texts);
  const [page, matching, instances] = await Promise.all([
    listOrders(db, filter, pageRequest(values)),
    countOrders(db, filter),
    listInstances(db, { includeRemoved: true }),
  ]);
  return { ...page, matching, instances, texts, mayInvoice: may(c, "invoice") };
}

async function show(c: Context<AppEnv>, props: FulfillmentProps, results: CreateResult[]): Promise<Response> {
  const refused = results.filter((result) => result.status !== "created");
  const numbers = new Map(
    (
      await findOrders(
        c.get("db"),
        refused.map((result) => result.order_id),
      )
    ).map((order) => [order.id, order.number]),
  );
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
    </>
  );
  return showPage(c, { title: "Fulfillment", body });
}

function toFilter(texts: FilterTexts): OrderFilter {
  return {
    status: "shipped",
    isInvoiced: false,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
  };
}

async function selectedIds(c: Context<AppEnv>, form: Form, texts: FilterTexts): Promise<string[]> {
  if (form.values["ids"]) return form.values["ids"].split(",").slice(0, MAX_BULK_ITEMS);
  if (form.values["all"] === "true") return listOrderIds(c.get("db"), toFilter(texts), MAX_BULK_ITEMS);
  return form.all("id").slice(0, MAX_BULK_ITEMS);
}

/** E.g. `3 invoices were created: 2 are on their way to QuickBooks, 1 is not sent.` */
function createdWords(results: CreateResult[]): string {
  const made = results.filter((result) => result.status === "created");
  if (made.length === 0) return "";
  const count = (status: string) => made.filter((result) => result.push_status === status).length;
  const parts = [
    count("queued") > 0 && `${count("queued")} on the way to QuickBooks`,
    count("held") > 0 && `${count("held")} held until the connection works again`,
    count("not_sent") > 0 && `${count("not_sent")} not sent, as Auto invoice is off`,
  ].filter(Boolean);
  const what = `${plural(made.length, "invoice")} ${agree(made.length, "was", "were")} created`;
  return parts.length > 0 ? `${what}: ${parts.join(", ")}.` : `${what}.`;
}

function askFirst(c: Context<AppEnv>, ids: string[], texts: FilterTexts, back: string): Promise<Response> {
  const hidden = {
    confirmed: "true",
    ids: ids.join(","),
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [`filter_${name}`, value])),
  };
  const title = `Create ${plural(ids.length, "invoice")}?`;
  const body = (
    <ConfirmPage
      id="create"
      title={title}
      action={`${HERE}/invoices`}
      confirmLabel="Create invoice"
      cancelHref={back}
      hidden={hidden}
    >
      <p>Each order gets an invoice. Where Auto invoice is on, it goes to QuickBooks at once.</p>
    </ConfirmPage>
  );
  return showPage(c, { title, body });
}
