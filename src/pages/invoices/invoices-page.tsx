/**
 * The list of invoices, sending from it, and its export. Filters, search and place are in the address.
 */
import { type Context, Hono } from "hono";
import { sendInvoices } from "../../actions/send-invoices.ts";
import type { AppEnv } from "../../app-context.ts";
import { listInstances } from "../../instances/store.ts";
import { countInvoices, listIds, listInvoices } from "../../pushes/lists/list.ts";
import { actOf, needs } from "../../people/roles.ts";
import { countHeld } from "../../pushes/lists/counts.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { answerFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { redirectWith } from "../parts/flash.ts";
import { type Form, readForm, readQuery } from "../parts/form.ts";
import { filterTexts, type FilterTexts, listUrl, pageRequest, toFilter } from "./invoice-filter.ts";
import { exportInvoices } from "./invoices-export.ts";
import { InvoiceFilters, InvoiceResults, type InvoiceListProps } from "./invoices-view.tsx";
import { backWith } from "../parts/refusal.ts";
import { sendSummary } from "./send-summary.ts";
import { isOperatorOf, showPage } from "../parts/shell.tsx";

/** More than these at once are asked about first. */
const MAX_UNASKED = 50;

export const invoicesPage = new Hono<AppEnv>();

invoicesPage.get("/invoices", needs("viewer"), async (c) => {
  const props = await readList(c);
  if (isFragmentRequest(c)) return answerFragment(c, c.get("nonce"), <InvoiceResults {...props} />);
  const instances = await listInstances(c.get("db"), { includeRemoved: true });
  const body = (
    <>
      <PageHead title="Invoices" lead="Every invoice, and how far it is on its way into QuickBooks.">
        <a class="button" href="/invoices/failed">
          Failed by cause
        </a>
        <a class="button" href={listUrl("/invoices/export.csv", props.texts)} download>
          Export CSV
        </a>
      </PageHead>
      <InvoiceFilters texts={props.texts} instances={instances} />
      <InvoiceResults {...props} />
    </>
  );
  return showPage(c, { title: "Invoices", body });
});

invoicesPage.get("/invoices/export.csv", needs("viewer"), (c) => {
  const filter = toFilter(filterTexts(readQuery(c).values));
  return exportInvoices(c.get("db"), filter, c.get("config").qboAppUrl);
});

invoicesPage.post("/invoices/send", needs("operator"), async (c) => {
  const form = await readForm(c);
  const texts = filterTexts(
    Object.fromEntries(Object.entries(form.values).map(([name, value]) => [name.replace(/^filter_/, ""), value])),
  );
  const back = listUrl("/invoices", texts);
  const ids = await selectedIds(c, form, texts);
  if (ids.length === 0) return redirectWith(c, back, { tone: "bad", text: "Select at least one invoice, then send." });
  if (ids.length > MAX_UNASKED && form.values["confirmed"] !== "true") return askFirst(c, ids, texts, back);
  const sent = await sendInvoices(actOf(c), ids);
  if (!sent.ok) return backWith(c, back, sent);
  return redirectWith(c, back, sendSummary(sent.results, await countHeld(c.get("db"), ids)));
});

async function readList(c: Context<AppEnv>): Promise<InvoiceListProps> {
  const { values } = readQuery(c);
  const texts = filterTexts(values);
  const filter = toFilter(texts);
  const db = c.get("db");
  const page = await listInvoices(db, filter, pageRequest(values));
  const isWhole = page.next === null && page.previous === null;
  const matching = isWhole ? page.rows.length : await countInvoices(db, filter, MAX_BULK_ITEMS + 1);
  const { pathname, search } = new URL(c.req.url);
  return { ...page, matching, texts, url: pathname + search, maySend: isOperatorOf(c), now: c.get("now") };
}

/** What the form means: the ticked rows, those of the question that was answered, or all that match. */
async function selectedIds(c: Context<AppEnv>, form: Form, texts: FilterTexts): Promise<string[]> {
  if (form.values["ids"]) return form.values["ids"].split(",").slice(0, MAX_BULK_ITEMS);
  if (form.values["all"] === "true") return listIds(c.get("db"), toFilter(texts), MAX_BULK_ITEMS);
  return form.all("id").slice(0, MAX_BULK_ITEMS);
}

function askFirst(c: Context<AppEnv>, ids: string[], texts: FilterTexts, back: string): Promise<Response> {
  const hidden = {
    confirmed: "true",
    ids: ids.join(","),
    ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [`filter_${name}`, value])),
  };
  const title = `Send ${ids.length.toLocaleString("en-US")} invoices to QuickBooks?`;
  const body = (
    <ConfirmPage
      id="send"
      title={title}
      action="/invoices/send"
      confirmLabel="Send to QuickBooks"
      cancelHref={back}
      hidden={hidden}
    >
      <p>
        Each becomes an invoice in the QuickBooks company that its instance is associated with. Those that are there
        already are left as they are.
      </p>
      {ids.length === MAX_BULK_ITEMS && (
        <p>{`At most ${MAX_BULK_ITEMS.toLocaleString("en-US")} go at once; send the rest afterwards.`}</p>
      )}
    </ConfirmPage>
  );
  return showPage(c, { title, body });
}
