/**
 * The lists of products and services and of accounts, with the button that makes a record inactive or active again.
 * Nothing else is edited here; an app's calls or the control API do the rest.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { objectOf, textOf, type JsonObject } from "../wire/json.ts";
import { CompanyFrame, Pager } from "./company-frame.tsx";
import { money, plain } from "./money.ts";
import { doAsUser, loadFacts, loadPage, readForm } from "./page-context.ts";
import { Scroll } from "./scroll.tsx";

const PAGES_OF_TYPE = { customer: "customers", item: "items", account: "accounts" } as const;
type NamedType = keyof typeof PAGES_OF_TYPE;

export const namesRoutes = new Hono<{ Bindings: Env }>();

namesRoutes.get("/companies/:realm/items", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const listing = await loadPage(c, facts, "item");
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
                <td>{textOf(row["FullyQualifiedName"])}</td>
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
    </CompanyFrame>,
  );
});

namesRoutes.get("/companies/:realm/accounts", async (c) => {
  const facts = await loadFacts(c, c.req.param("realm"));
  if (facts === null) return c.notFound();
  const listing = await loadPage(c, facts, "account");
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
                <td>{textOf(row["FullyQualifiedName"])}</td>
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
    </CompanyFrame>,
  );
});

namesRoutes.post("/companies/:realm/:type{customer|item|account}/:id/active", async (c) => {
  const { realm, id } = c.req.param();
  const type = c.req.param("type") === "customer" ? "customer" : c.req.param("type") === "item" ? "item" : "account";
  const isActive = (await readForm(c))("active") === "true";
  const to = type === "customer" ? `/companies/${realm}/customers/${id}` : `/companies/${realm}/${PAGES_OF_TYPE[type]}`;
  const body = JSON.stringify({ Active: isActive });
  return doAsUser(
    c,
    realm,
    { verb: "change", type, id, body },
    { to, done: isActive ? "It is active again." : "It was made inactive." },
  );
});

/** A record's state, and the button that changes it. */
export function ActiveButton(props: { realmId: string; type: NamedType; entity: JsonObject }) {
  const { realmId, type, entity } = props;
  const isActive = entity["Active"] !== false;
  const name = textOf(entity["DisplayName"]) ?? textOf(entity["Name"]) ?? "";
  return (
    <form method="post" action={`/companies/${realmId}/${type}/${textOf(entity["Id"]) ?? ""}/active`} class="buttons">
      {isActive ? <span class="badge good">Active</span> : <span class="badge warn">Inactive</span>}
      <input type="hidden" name="active" value={isActive ? "false" : "true"} />
      <button type="submit">
        {isActive ? "Make inactive" : "Make active"}
        <span class="hidden">{` ${name}`}</span>
      </button>
    </form>
  );
}
