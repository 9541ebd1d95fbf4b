/**
 * One invoice, laid out like the printed one that a customer would get, and below it what a person may do with it in
 * QuickBooks. The actions follow the same rules as an app's calls; a refusal is shown with its code.
 */
import { Hono } from "hono";
import type { CompanyFacts } from "../company/company-object.ts";
import { COUNTRIES } from "../company/countries.ts";
import { amountPlaces } from "../entities/currency.ts";
import type { Env } from "../env.ts";
import { listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { CompanyFrame } from "./company-frame.tsx";
import { changedInvoice } from "./invoice-change.ts";
import { InvoiceActions, type InvoiceChoices } from "./invoice-forms.tsx";
import { InvoiceLines } from "./invoice-lines-table.tsx";
import { InvoiceState } from "./invoices-page.tsx";
import { addressLines } from "./money.ts";
import {
  back,
  doAsUser,
  loadChoices,
  loadEntity,
  loadFacts,
  readForm,
  type Choice,
  type PageContext,
} from "./page-context.ts";

export const invoiceRoutes = new Hono<{ Bindings: Env }>();
const PATH = "/companies/:realm/invoices/:id";

invoiceRoutes.get(PATH, async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  const invoice = facts === null ? null : await loadEntity(c, facts, "Invoice", c.req.param("id"));
  if (facts === null || invoice === null) return c.notFound();
  const [customers, items, taxCodes] = await Promise.all([
    loadChoices(c, facts, "customer"),
    loadChoices(c, facts, "item", (row) => row["Type"] !== "Category"),
    lineTaxCodes(c, facts),
  ]);
  return c.html(<InvoicePage c={c} facts={facts} invoice={invoice} choices={{ customers, items, taxCodes }} />);
});

invoiceRoutes.post(`${PATH}/void`, (c) => {
  const { realm, id } = c.req.param();
  return doAsUser(
    c,
    realm,
    { verb: "void", type: "invoice", id },
    { to: `/companies/${realm}/invoices/${id}`, done: "The invoice is void." },
  );
});

invoiceRoutes.post(`${PATH}/delete`, async (c) => {
  const { realm, id } = c.req.param();
  const done = await doAsUser(
    c,
    realm,
    { verb: "delete", type: "invoice", id },
    { to: `/companies/${realm}/invoices`, done: "The invoice was deleted." },
  );
  const isRefused = new URL(done.headers.get("location") ?? "/", c.req.url).searchParams.get("problem");
  return isRefused === null ? done : back(c, `/companies/${realm}/invoices/${id}`, "problem", isRefused);
});

invoiceRoutes.post(`${PATH}/payment`, async (c) => {
  const { realm, id } = c.req.param();
  const to = `/companies/${realm}/invoices/${id}`;
  const facts = await loadFacts(c, realm);
  const invoice = facts === null ? null : await loadEntity(c, facts, "Invoice", id);
  if (invoice === null) return c.notFound();
  const amount = (await readForm(c))("amount").replaceAll(",", "").trim();
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(amount))
    return back(c, to, "problem", "The amount is a number with at most two decimals.");
  const customer = JSON.stringify({ value: refOf(invoice["CustomerRef"]) ?? "" });
  const body = `{"CustomerRef":${customer},"TotalAmt":${amount},"Line":[{"Amount":${amount},"LinkedTxn":[{"TxnId":"${id}","TxnType":"Invoice"}]}]}`;
  return doAsUser(
    c,
    realm,
    { verb: "create", type: "payment", body },
    {
      to,
      done: `A payment of ${amount} was received.`,
    },
  );
});

invoiceRoutes.post(`${PATH}/change`, async (c) => {
  const { realm, id } = c.req.param();
  const to = `/companies/${realm}/invoices/${id}`;
  const facts = await loadFacts(c, realm);
  const invoice = facts === null ? null : await loadEntity(c, facts, "Invoice", id);
  if (facts === null || invoice === null) return c.notFound();
  const places = amountPlaces(facts.profile, refOf(invoice["CurrencyRef"]) ?? "");
  const body = changedInvoice(invoice, await readForm(c), places);
  if (body === null) return back(c, to, "problem", "Quantities, prices and amounts are numbers such as 12.50.");
  return doAsUser(c, realm, { verb: "change", type: "invoice", id, body }, { to, done: "The invoice was changed." });
});

/** What a line of a new product can be taxed by. */
async function lineTaxCodes(c: PageContext, facts: CompanyFacts): Promise<Choice[]> {
  if (facts.profile.country === "US") return ["NON", "TAX"].map((id) => ({ id, name: id }));
  return loadChoices(c, facts, "taxcode", (row) => row["Hidden"] !== true);
}

function InvoicePage(props: { c: PageContext; facts: CompanyFacts; invoice: JsonObject; choices: InvoiceChoices }) {
  const { c, facts, invoice, choices } = props;
  const id = textOf(invoice["Id"]) ?? "";
  const number = textOf(invoice["DocNumber"]);
  return (
    <CompanyFrame c={c} facts={facts} tab="invoices" title={`Invoice ${number ?? `(no number, ID ${id})`}`}>
      <Paper facts={facts} invoice={invoice} />
      <InvoiceActions base={`/companies/${facts.realmId}/invoices/${id}`} invoice={invoice} choices={choices} />
    </CompanyFrame>
  );
}

function Paper(props: { facts: CompanyFacts; invoice: JsonObject }) {
  const { facts, invoice } = props;
  const { street, town, companyPostalCode } = COUNTRIES[facts.profile.country];
  const customer = objectOf(invoice["CustomerRef"]);
  const currency = refOf(invoice["CurrencyRef"]) ?? "";
  const method = refOf(invoice["ShipMethodRef"]);
  const facts1: [string, string | null][] = [
    ["Number", textOf(invoice["DocNumber"])],
    ["Date", textOf(invoice["TxnDate"])],
    ["Due date", textOf(invoice["DueDate"])],
    ["Terms", textOf(objectOf(invoice["SalesTermRef"])?.["name"])],
    ["Ship date", textOf(invoice["ShipDate"])],
    ["Ship via", method],
    ["Tracking no.", textOf(invoice["TrackingNum"])],
    ["E-mail", textOf(objectOf(invoice["BillEmail"])?.["Address"])],
    ...listOf(invoice["CustomField"]).map((field): [string, string | null] => [
      textOf(objectOf(field)?.["Name"]) ?? "",
      textOf(objectOf(field)?.["StringValue"]),
    ]),
  ];
  return (
    <article class="paper" aria-label="Invoice">
      <div class="head">
        <address>
          <strong>{facts.profile.name}</strong>
          <br />
          {[street, town.City, town.CountrySubDivisionCode, companyPostalCode].filter(Boolean).join(", ")}
        </address>
        <div>
          <p class="invoice-title">INVOICE</p>
          <InvoiceState invoice={invoice} />
        </div>
      </div>
      <div class="head">
        <Address
          title="Bill to"
          name={textOf(customer?.["name"]) ?? ""}
          lines={addressLines(invoice["BillAddr"])}
          href={`/companies/${facts.realmId}/customers/${refOf(customer) ?? ""}`}
        />
        <Address title="Ship to" name="" lines={addressLines(invoice["ShipAddr"])} href={null} />
        <dl class="facts">
          {facts1
            .filter(([, value]) => value !== null && value !== "")
            .map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
        </dl>
      </div>
      <InvoiceLines invoice={invoice} currency={currency} />
      <Memos invoice={invoice} />
    </article>
  );
}

function Address(props: { title: string; name: string; lines: string[]; href: string | null }) {
  return (
    <section>
      <h2>{props.title}</h2>
      <address>
        {props.href === null ? props.name : <a href={props.href}>{props.name}</a>}
        {props.lines.map((line) => (
          <div>{line}</div>
        ))}
      </address>
    </section>
  );
}

function Memos(props: { invoice: JsonObject }) {
  const memo = textOf(objectOf(props.invoice["CustomerMemo"])?.["value"]);
  const note = textOf(props.invoice["PrivateNote"]);
  return (
    <>
      {memo === null ? null : (
        <section>
          <h2>Message on invoice</h2>
          <pre>{memo}</pre>
        </section>
      )}
      {note === null ? null : (
        <section>
          <h2>Memo (not shown to the customer)</h2>
          <pre>{note}</pre>
        </section>
      )}
    </>
  );
}
