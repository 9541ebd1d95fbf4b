/**
 * The first page: the companies, whether an app is connected to them, and a form to add one. What happens inside a
 * company is on that company's own pages.
 */
import { Hono } from "hono";
import { profileNames } from "../company/profile.ts";
import type { Company } from "../control/companies.ts";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { Messages } from "./company-frame.tsx";
import { Layout } from "./layout.tsx";
import { back, readForm, type PageContext } from "./page-context.ts";
import { Scroll } from "./scroll.tsx";

const PROFILE_LABELS: Record<(typeof profileNames)[number], string> = {
  "us-plus": "United States, Plus, automated sales tax",
  "us-legacy-tax": "United States, Plus, manual sales tax",
  "gb-plus": "United Kingdom, Plus, several currencies",
  "au-plus": "Australia, Plus, GST",
  "ca-plus": "Canada, Plus, codes with two rates",
  "jp-plus": "Japan, Plus, a currency without decimals",
  "us-simple-start": "United States, Simple Start (no inventory)",
};

export const homeRoutes = new Hono<{ Bindings: Env }>();

homeRoutes.get("/", async (c) => {
  const intuit = intuitStub(c.env);
  const [companies, connected] = await Promise.all([intuit.listCompanies(), intuit.connectedRealms()]);
  return c.html(<HomePage c={c} companies={companies} connected={connected} />);
});

homeRoutes.post("/companies", async (c) => {
  const read = await readForm(c);
  const profile = profileNames.find((name) => name === read("profile")) ?? "us-plus";
  const name = read("name").trim();
  if (name === "" || name.length > 100)
    return back(c, "/", "problem", "A company needs a name of 1 to 100 characters.");
  const company = await intuitStub(c.env).addCompany(profile, { name });
  return back(c, `/companies/${company.realmId}/settings`, "done", `${name} was made.`);
});

function HomePage(props: { c: PageContext; companies: Company[]; connected: string[] }) {
  return (
    <Layout title="Companies">
      <h1>Companies</h1>
      <Messages c={props.c} />
      <Scroll label="Companies" class="panel">
        <table>
          <thead>
            <tr>
              <th scope="col">Company</th>
              <th scope="col">Plan</th>
              <th scope="col">App</th>
              <th scope="col">Realm ID</th>
            </tr>
          </thead>
          <tbody>
            {props.companies.map((company) => (
              <tr>
                <td>
                  <a href={`/companies/${company.realmId}/invoices`}>{company.profile.name}</a>
                </td>
                <td>
                  {company.profile.offering_sku}, {company.profile.subscription_status}
                </td>
                <td>
                  {props.connected.includes(company.realmId) ? (
                    <span class="badge good">Connected</span>
                  ) : (
                    <span class="badge">Not connected</span>
                  )}
                </td>
                <td class="faint">{company.realmId}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <h2>Another company</h2>
      <form method="post" action="/companies" class="panel row">
        <label>
          Name
          <input name="name" required maxlength={100} />
        </label>
        <label>
          Kind
          <select name="profile">
            {profileNames.map((name) => (
              <option value={name}>{PROFILE_LABELS[name]}</option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          Make company
        </button>
      </form>
    </Layout>
  );
}
