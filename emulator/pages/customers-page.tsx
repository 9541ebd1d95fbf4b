/**
 * The customers of a company, and one customer with its invoices: where people look for what an app has sent, and make,
 * change and merge customers.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { objectOf, refOf, textOf } from "../wire/json.ts";
import { CompanyFrame, Pager } from "./company-frame.tsx";
import { InvoiceTable } from "./invoices-page.tsx";
import { addressLines, money } from "./money.ts";
import { loadEntity, loadFacts, loadPage } from "./page-context.ts";
import { ActiveButton, ChangeRecord, MergeRecord, NewRecord } from "./record-forms.tsx";
import { recordChoices } from "./record-page.tsx";
import { Scroll } from "./scroll.tsx";

export const customersRoutes = new Hono<{ Bindings: Env }>();

customersRoutes.get("/companies/:realm/customers", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const [listing, choices] = await Promise.all([loadPage(c, facts, "customer"), recordChoices(c, facts, "customer")]);
  const base = `/companies/${facts.realmId}/customers`;
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="customers" title="Customers">
      <Scroll label="Customers" class="panel">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">E-mail</th>
              <th scope="col">Currency</th>
              <th scope="col" class="amount">
                Balance
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {listing.rows.map((row) => (
              <tr>
                <td>
                  <a href={`${base}/${textOf(row["Id"]) ?? ""}`}>{textOf(row["FullyQualifiedName"])}</a>
                </td>
                <td>{textOf(objectOf(row["PrimaryEmailAddr"])?.["Address"])}</td>
                <td>{refOf(row["CurrencyRef"])}</td>
                <td class="amount">{money(row["Balance"])}</td>
                <td>
                  {row["Active"] === false ? (
                    <span class="badge warn">Inactive</span>
                  ) : (
                    <span class="badge good">Active</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Pager path={base} listing={listing} />
      </Scroll>
      <NewRecord realmId={facts.realmId} type="customer" choices={choices} />
    </CompanyFrame>,
  );
});

customersRoutes.get("/companies/:realm/customers/:id", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  const id = c.req.param("id");
  const customer = facts === null ? null : await loadEntity(c, facts, "Customer", id);
  if (facts === null || customer === null) return c.notFound();
  const [listing, choices] = await Promise.all([
    loadPage(c, facts, "invoice", { newestFirst: true, customerId: id }),
    recordChoices(c, facts, "customer"),
  ]);
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="customers" title={textOf(customer["FullyQualifiedName"]) ?? ""}>
      <div class="panel head">
        <address>
          {addressLines(customer["BillAddr"]).map((line) => (
            <div>{line}</div>
          ))}
          <div>{textOf(objectOf(customer["PrimaryEmailAddr"])?.["Address"])}</div>
          <div>{textOf(objectOf(customer["PrimaryPhone"])?.["FreeFormNumber"])}</div>
        </address>
        <dl class="facts">
          <dt>Open balance</dt>
          <dd>{money(customer["Balance"], refOf(customer["CurrencyRef"]) ?? "")}</dd>
          <dt>ID</dt>
          <dd>{id}</dd>
        </dl>
        <ActiveButton realmId={facts.realmId} type="customer" entity={customer} />
      </div>
      <h2>Do something in QuickBooks</h2>
      <ChangeRecord realmId={facts.realmId} type="customer" record={customer} choices={choices} />
      <MergeRecord realmId={facts.realmId} type="customer" record={customer} others={choices.parents} />
      <h2>Invoices</h2>
      <div class="panel">
        <InvoiceTable realmId={facts.realmId} rows={listing.rows} />
        <Pager path={`/companies/${facts.realmId}/customers/${id}`} listing={listing} />
      </div>
    </CompanyFrame>,
  );
});
