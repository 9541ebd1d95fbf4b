/**
 * The addresses under which QuickBooks' own pages show a transaction, a customer or an item, without naming the company. The
 * company is found by the Id; if several have that Id, all of them are listed.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { companyStub, intuitStub } from "../stubs.ts";
import { Layout } from "./layout.tsx";
import type { PageContext } from "./page-context.ts";

export const deepLinkRoutes = new Hono<{ Bindings: Env }>();

deepLinkRoutes.get("/app/invoice", (c) => follow(c, "Invoice", "invoices", c.req.query("txnId") ?? ""));
deepLinkRoutes.get("/app/customerdetail", (c) => follow(c, "Customer", "customers", c.req.query("nameId") ?? ""));
deepLinkRoutes.get("/app/items", (c) => follow(c, "Item", "items", c.req.query("itemId") ?? ""));

async function follow(c: PageContext, type: string, pages: string, id: string): Promise<Response> {
  const companies = await intuitStub(c.env).listCompanies();
  const found = await Promise.all(
    companies.map(async (company) => {
      const facts = await intuitStub(c.env).factsOf(company.realmId);
      const body = facts === null ? null : await companyStub(c.env, company.realmId).find(facts, type, id);
      return body === null ? [] : [company];
    }),
  );
  const matches = found.flat();
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return c.redirect(`/companies/${only.realmId}/${pages}/${id}`, 303);
  return c.html(
    <Layout title={`${type} ${id}`}>
      <h1>
        {type} {id}
      </h1>
      {matches.length === 0 ? <p>No company here has it.</p> : <p>Several companies have it. Which one?</p>}
      <ul>
        {matches.map((company) => (
          <li>
            <a href={`/companies/${company.realmId}/${pages}/${id}`}>{company.profile.name}</a>
          </li>
        ))}
      </ul>
    </Layout>,
    matches.length === 0 ? 404 : 200,
  );
}
