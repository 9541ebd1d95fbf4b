/**
 * The list of invoices, sending from it, and its export. Filters, search, order and position are in the address.
 */
import { type Context, Hono } from "hono";
import { requestSend } from "../../actions/request-send.ts";
import type { AppEnv } from "../../app-context.ts";
import { listConnections } from "../../connections/store.ts";
import { countUnsettledRefusals } from "../../inbox/refusals.ts";
import { listInstances } from "../../instances/store.ts";
import { countAttention, listCauses, readProgress } from "../../invoicing/lists/attention.ts";
import { countHeld } from "../../invoicing/lists/counts.ts";
import { listIds, listInvoices, listShown, type Matching, sumUp } from "../../invoicing/lists/list.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { needs, may } from "../../people/route-access.ts";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { PageHead } from "../../ui/layout.tsx";
import { PartialResponse } from "../../ui/partial-response.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { BulkQuestion, ListScript, readSelection } from "../parts/bulk-list.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm, readQuery } from "../parts/form.ts";
import { listUrl, PAGE_ROWS, pageRequest } from "../parts/list-address.ts";
import { redirectTo } from "../parts/local-redirect.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { AttentionBox } from "./attention-view.tsx";
import { causeCards } from "./cause-cards.tsx";
import { instantText, invoiceFilterTexts, sortOf, toInvoiceFilter } from "./invoice-filter.ts";
import { type InvoiceRowsProps, InvoiceRows, shownIds, Unseen } from "./invoice-rows.tsx";
import { exportInvoices } from "./invoices-export.ts";
import { InvoiceFilters, InvoiceResults, type InvoiceListProps, sortText } from "./invoices-view.tsx";
import { ProgressPanel } from "./progress-view.tsx";
import { sendSummary } from "./send-summary.ts";
import { ViewLinkList, ViewLinks } from "./view-links.tsx";

export const invoicesPage = new Hono<AppEnv>();

invoicesPage.get("/invoices", needs("read"), async (c) => {
  if (!isFragmentRequest(c)) return showList(c);
  const shown = shownIds(readQuery(c).values, PAGE_ROWS);
  const fragment = shown ? await lookedAgain(c, shown) : await filtered(c);
  return respondWithFragment(c, c.get("nonce"), fragment);
});

invoicesPage.get("/invoices/progress", needs("read"), async (c) => {
  const at = instantText(readQuery(c).values["at"]);
  if (at === "") return redirectTo(c, "/invoices");
  if (!isFragmentRequest(c)) return redirectTo(c, listUrl("/invoices", { requested: at }));
  const progress = await readProgress(c.get("db"), at);
  return respondWithFragment(c, c.get("nonce"), <ProgressPanel progress={progress} />);
});

invoicesPage.get("/invoices/export.csv", needs("read"), async (c) => {
  const { values } = readQuery(c);
  const [instances, companies] = await namesOf(c);
  return exportInvoices(c.get("db"), {
    filter: toInvoiceFilter(invoiceFilterTexts(values)),
    sort: sortOf(values),
    qboAppUrl: c.get("config").qboAppUrl,
    instances: new Map(instances.map(({ id, name }) => [id, name])),
    companies: new Map(companies.map(({ id, companyName }) => [id, companyName])),
  });
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
  const progress = ids.length > 1 ? c.get("now").toISOString() : "";
  return redirectWith(
    c,
    listUrl("/invoices", { ...texts, progress }),
    sendSummary(sent.results, await countHeld(c.get("db"), ids)),
  );
});

/** The whole page. */
async function showList(c: Context<AppEnv>): Promise<Response> {
  const db = c.get("db");
  const { values } = readQuery(c);
  const at = instantText(values["progress"]) || instantText(values["requested"]);
  const [props, [instances, companies], causes, refused, progress] = await Promise.all([
    readList(c),
    namesOf(c),
    listCauses(db),
    countUnsettledRefusals(db),
    at === "" ? null : readProgress(db, at),
  ]);
  const isAttention = props.texts.status === "needs_attention";
  const body = (
    <>
      <PageHead title="Invoices" lead="Every invoice, and how far it has got on its way to QuickBooks." />
      {!isAttention && (
        <AttentionBox
          causes={causes}
          refused={[...refused.values()].reduce((sum, count) => sum + count, 0)}
          companies={props.companies}
        />
      )}
      {progress && <ProgressPanel progress={progress} />}
      <ViewLinks texts={props.texts} attention={causes.reduce((sum, { count }) => sum + count, 0)} />
      <InvoiceFilters texts={props.texts} sort={props.sort} instances={instances} companies={companies} />
      <InvoiceResults {...props} cards={isAttention ? await causeCards(c, causes, companies) : null} />
      <ListScript />
    </>
  );
  return showPage(c, { title: "Invoices", body });
}

/** The list with other filters; the address is written without the empty ones. */
async function filtered(c: Context<AppEnv>) {
  const props = await readList(c);
  c.header("HX-Push-Url", props.url);
  const isAttention = props.texts.status === "needs_attention";
  const [causes, [, companies]] = await Promise.all([listCauses(c.get("db")), namesOf(c)]);
  return (
    <>
      <InvoiceResults {...props} cards={isAttention ? await causeCards(c, causes, companies) : null} />
      <PartialResponse target="#views" swap="innerMorph">
        <ViewLinkList texts={props.texts} attention={causes.reduce((sum, { count }) => sum + count, 0)} />
      </PartialResponse>
    </>
  );
}

/**
 * The rows that a page shows, as they are now, and how many of the page that would be shown now are not among them.
 */
async function lookedAgain(c: Context<AppEnv>, shown: string[]) {
  const { values } = readQuery(c);
  const db = c.get("db");
  const props = await shared(c);
  const [rows, page, attention] = await Promise.all([
    listShown(db, shown),
    listInvoices(db, toInvoiceFilter(props.texts), pageRequest(values), props.sort),
    countAttention(db),
  ]);
  const unseen = page.rows.filter(({ id }) => !shown.includes(id)).length;
  return (
    <>
      <InvoiceRows {...props} rows={rows} />
      <PartialResponse target="#unseen" swap="innerMorph">
        <Unseen count={unseen} url={props.url} />
      </PartialResponse>
      <PartialResponse target="#views" swap="innerMorph">
        <ViewLinkList texts={props.texts} attention={attention} />
      </PartialResponse>
    </>
  );
}

async function readList(c: Context<AppEnv>): Promise<InvoiceListProps> {
  const { values } = readQuery(c);
  const db = c.get("db");
  const props = await shared(c);
  const filter = toInvoiceFilter(props.texts);
  const page = await listInvoices(db, filter, pageRequest(values), props.sort);
  const isWhole = page.next === null && page.previous === null;
  return { ...page, ...props, matching: isWhole ? matchingOf(page.rows) : await sumUp(db, filter) };
}

function matchingOf(rows: readonly { currency: string; totalMinor: number }[]): Matching {
  const sums = [...Map.groupBy(rows, ({ currency }) => currency)].map(([currency, ofIt]) => ({
    currency,
    minor: ofIt.reduce((sum, { totalMinor }) => sum + totalMinor, 0),
  }));
  return { count: rows.length, sums };
}

async function shared(c: Context<AppEnv>): Promise<Omit<InvoiceRowsProps, "rows">> {
  const { values } = readQuery(c);
  const texts = invoiceFilterTexts(values);
  const sort = sortOf(values);
  const { after = "", before = "" } = values;
  const companies = await listConnections(c.get("db"));
  return {
    texts,
    sort,
    url: listUrl("/invoices", { ...texts, ...sortText(sort), after, before }),
    companies: companies.length > 1 ? new Map(companies.map(({ id, companyName }) => [id, companyName])) : null,
    maySend: may(c, "invoice"),
    now: c.get("now"),
  };
}

function namesOf(c: Context<AppEnv>) {
  const db = c.get("db");
  return Promise.all([listInstances(db, { includeRemoved: true }), listConnections(db)]);
}
