/**
 * The invoices of a company, newest first, a page at a time.
 * One invoice in full is on invoice-page.tsx.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { decimalOf, refOf, objectOf, textOf, type JsonObject } from "../wire/json.ts";
import { CompanyFrame, Pager } from "./company-frame.tsx";
import { money } from "./money.ts";
import { loadFacts, loadPage } from "./page-context.ts";
import { Scroll } from "./scroll.tsx";

export const invoicesRoutes = new Hono<{ Bindings: Env }>();

invoicesRoutes.get("/companies/:realm", (c) => c.redirect(`/companies/${c.req.param("realm")}/invoices`, 303));

invoicesRoutes.get("/companies/:realm/invoices", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const listing = await loadPage(c, facts, "invoice", { newestFirst: true });
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="invoices" title="Invoices">
      <div class="panel">
        <InvoiceTable realmId={facts.realmId} rows={listing.rows} />
        <Pager path={`/companies/${facts.realmId}/invoices`} listing={listing} />
      </div>
    </CompanyFrame>,
  );
});

/** Invoices as a table; a customer's page uses it too. */
export function InvoiceTable(props: { realmId: string; rows: JsonObject[] }) {
  if (props.rows.length === 0) return <p>There is no invoice yet. One appears here as soon as an app sends it.</p>;
  return (
    <Scroll label="Invoices">
      <table>
        <thead>
          <tr>
            <th scope="col">Number</th>
            <th scope="col">Date</th>
            <th scope="col">Customer</th>
            <th scope="col">State</th>
            <th scope="col" class="amount">
              Total
            </th>
            <th scope="col" class="amount">
              Balance
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <tr>
              <td>
                <a href={`/companies/${props.realmId}/invoices/${textOf(row["Id"]) ?? ""}`}>
                  {textOf(row["DocNumber"]) ?? `(no number, ID ${textOf(row["Id"]) ?? ""})`}
                </a>
              </td>
              <td>{textOf(row["TxnDate"])}</td>
              <td>{textOf(objectOf(row["CustomerRef"])?.["name"])}</td>
              <td>
                <InvoiceState invoice={row} />
              </td>
              <td class="amount">{money(row["TotalAmt"], refOf(row["CurrencyRef"]) ?? "")}</td>
              <td class="amount">{money(row["Balance"])}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function InvoiceState(props: { invoice: JsonObject }) {
  const { invoice } = props;
  if ((textOf(invoice["PrivateNote"]) ?? "").startsWith("Voided") && decimalOf(invoice["TotalAmt"])?.eq(0) === true) {
    return <span class="badge warn">Voided</span>;
  }
  const isPaid = decimalOf(invoice["Balance"])?.eq(0) === true;
  return isPaid ? <span class="badge good">Paid</span> : <span class="badge">Open</span>;
}
