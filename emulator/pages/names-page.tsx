/**
 * The lists of products and services and of accounts, with the button that makes a record inactive or active again.
 * A record's own page is record-page.tsx.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { objectOf, textOf } from "../wire/json.ts";
import { CompanyFrame, Pager } from "./company-frame.tsx";
import { money, plain } from "./money.ts";
import { loadFacts, loadPage } from "./page-context.ts";
import { ActiveButton, NewRecord } from "./record-forms.tsx";
import { recordChoices } from "./record-page.tsx";
import { Scroll } from "./scroll.tsx";

export const namesRoutes = new Hono<{ Bindings: Env }>();

namesRoutes.get("/companies/:realm/items", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const [listing, choices] = await Promise.all([loadPage(c, facts, "item"), recordChoices(c, facts, "item")]);
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="items" title="Products and services">
      <Scroll label="Products and services" class="panel">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">SKU</th>
              <th scope="col">Type</th>
              <th scope="col">Income account</th>
              <th scope="col" class="amount">
                Price
              </th>
              <th scope="col" class="amount">
                On hand
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {listing.rows.map((row) => (
              <tr>
                <td>
                  <a href={`/companies/${facts.realmId}/items/${textOf(row["Id"]) ?? ""}`}>
                    {textOf(row["FullyQualifiedName"])}
                  </a>
                </td>
                <td>{textOf(row["Sku"])}</td>
                <td>{textOf(row["Type"])}</td>
                <td>{textOf(objectOf(row["IncomeAccountRef"])?.["name"])}</td>
                <td class="amount">{money(row["UnitPrice"])}</td>
                <td class="amount">{plain(row["QtyOnHand"])}</td>
                <td>
                  <ActiveButton realmId={facts.realmId} type="item" entity={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Pager path={`/companies/${facts.realmId}/items`} listing={listing} />
      </Scroll>
      <NewRecord realmId={facts.realmId} type="item" choices={choices} />
    </CompanyFrame>,
  );
});

namesRoutes.get("/companies/:realm/accounts", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const [listing, choices] = await Promise.all([loadPage(c, facts, "account"), recordChoices(c, facts, "account")]);
  return c.html(
    <CompanyFrame c={c} facts={facts} tab="accounts" title="Chart of accounts">
      <Scroll label="Accounts" class="panel">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Detail type</th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {listing.rows.map((row) => (
              <tr>
                <td>
                  <a href={`/companies/${facts.realmId}/accounts/${textOf(row["Id"]) ?? ""}`}>
                    {textOf(row["FullyQualifiedName"])}
                  </a>
                </td>
                <td>{textOf(row["AccountType"])}</td>
                <td>{textOf(row["AccountSubType"])}</td>
                <td>
                  <ActiveButton realmId={facts.realmId} type="account" entity={row} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <Pager path={`/companies/${facts.realmId}/accounts`} listing={listing} />
      </Scroll>
      <NewRecord realmId={facts.realmId} type="account" choices={choices} />
    </CompanyFrame>,
  );
});
