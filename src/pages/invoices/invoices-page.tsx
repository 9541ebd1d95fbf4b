/**
 * The list of invoices, sending from it, and its export. Filters, search and position are in the address.
 */
import { type Context, Hono } from "hono";
import { requestSend } from "../../actions/request-send.ts";
import type { AppEnv } from "../../app-context.ts";
import { listInstances } from "../../instances/store.ts";
import { countHeld } from "../../invoicing/lists/counts.ts";
import { countInvoices, listIds, listInvoices } from "../../invoicing/lists/list.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { PageHead } from "../../ui/layout.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { BulkQuestion, readSelection } from "../parts/bulk-list.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm, readQuery } from "../parts/form.ts";
import { listUrl, pageRequest } from "../parts/list-address.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { invoiceFilterTexts, toInvoiceFilter } from "./invoice-filter.ts";
import { exportInvoices } from "./invoices-export.ts";
import { InvoiceFilters, InvoiceResults, type InvoiceListProps } from "./invoices-view.tsx";
import { sendSummary } from "./send-summary.ts";

export const invoicesPage = new Hono<AppEnv>();

invoicesPage.get("/invoices", needs("read"), async (c) => {
  const props = await readList(c);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <InvoiceResults {...props} />);
  const instances = await listInstances(c.get("db"), { includeRemoved: true });
  const body = (
    <>
      <PageHead title="Invoices" lead="Every invoice, and how far it has got on its way to QuickBooks.">
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

invoicesPage.get("/invoices/export.csv", needs("read"), (c) => {
  const filter = toInvoiceFilter(invoiceFilterTexts(readQuery(c).values));
  return exportInvoices(c.get("db"), filter, c.get("config").qboAppUrl);
});

invoicesPage.post("/invoices/send", needs("invoice"), async (c) => {
  const { texts, ids, mustAsk } = await readSelection(await readForm(c), {
    readTexts: invoiceFilterTexts,
    listAll: (filter, limit) => listIds(c.get("db"), toInvoiceFilter(filter), limit),
  });
  const back = listUrl("/invoices", texts);
  if (ids.length === 0) return redirectWith(c, back, { tone: "bad", text: "Select at least one invoice, then send." });
  if (mustAsk) {
    const title = `Send ${plural(ids.length, "invoice")} to QuickBooks?`;
    const body = (
      <BulkQuestion
        id="send"
        title={title}
        action="/invoices/send"
        confirmLabel="Send to QuickBooks"
        cancelHref={back}
        ids={ids}
        texts={texts}
      >
        <p>
          Each becomes an invoice in the QuickBooks company that its instance is associated with. Those that are there
          already are left as they are.
        </p>
        {ids.length === MAX_BULK_ITEMS && (
          <p>{`At most ${formatNumber(MAX_BULK_ITEMS)} are sent at a time; send the rest afterwards.`}</p>
        )}
      </BulkQuestion>
    );
    return showPage(c, { title, body });
  }
  const sent = await requestSend(actionContextOf(c), ids);
  if (!sent.ok) return backWith(c, back, sent);
  return redirectWith(c, back, sendSummary(sent.results, await countHeld(c.get("db"), ids)));
});

async function readList(c: Context<AppEnv>): Promise<InvoiceListProps> {
  const { values } = readQuery(c);
  const texts = invoiceFilterTexts(values);
  const filter = toInvoiceFilter(texts);
  const db = c.get("db");
  const page = await listInvoices(db, filter, pageRequest(values));
  const isWhole = page.next === null && page.previous === null;
  const matching = isWhole ? page.rows.length : await countInvoices(db, filter, MAX_BULK_ITEMS + 1);
  const { pathname, search } = new URL(c.req.url);
  return { ...page, matching, texts, url: pathname + search, maySend: may(c, "invoice"), now: c.get("now") };
}
