/**
 * Chooses another customer or item in QuickBooks for a link, by its name there. A refused form returns with what was typed.
 */
import { type Context, Hono } from "hono";
import { changeLink, findSubject } from "../../actions/change-link.ts";
import type { AppEnv } from "../../app-context.ts";
import {
  type CompanyNames,
  isStale,
  listCompanyNames,
  refreshCompanyNames,
  refreshItemNames,
} from "../../connections/company-lists.ts";
import type { Connection } from "../../connections/connection.ts";
import { isChangeable, linkIdOf } from "../../mapping/link-key.ts";
import type { ListedLink } from "../../mapping/links-by-hand.ts";
import { actionContextOf, runtimeOf } from "../../people/action-context.ts";
import { needs } from "../../people/route-access.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import { Facts } from "../../ui/facts.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { missing, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { namesOfInstances } from "./links-page.tsx";
import { Theirs, linksPath, oursOf } from "./links-view.tsx";

const HERE = "/settings/quickbooks/:id/links/:link/change";

export const changeLinkPage = new Hono<AppEnv>();

changeLinkPage.get(HERE, needs("configure"), async (c) => show(c, await subject(c), {}));

changeLinkPage.post(HERE, needs("configure"), async (c) => {
  const shown = await subject(c);
  const { name = "" } = (await readForm(c)).values;
  const changed = await changeLink(actionContextOf(c), shown.connection.id, linkIdOf(shown.link), { name });
  if (!changed.ok) return show(c, shown, { name, error: changed.message }, statusOf(changed));
  const text = `From now on it is '${changed.link.name}' in QuickBooks. Invoices that are there already stay as they are.`;
  return redirectWith(c, linksPath(shown.connection.id), { tone: "good", text });
});

interface Subject {
  connection: Connection;
  link: ListedLink;
}

async function subject(c: Context<AppEnv>): Promise<Subject> {
  const found = await findSubject(c.get("db"), c.req.param("id") ?? "", c.req.param("link") ?? "");
  if (!found.ok) throw missing(found.message);
  if (!isChangeable(found.link)) throw missing("This one is chosen in the settings of the connection.");
  return found;
}

async function show(
  c: Context<AppEnv>,
  { connection, link }: Subject,
  given: { name?: string; error?: string },
  status: 200 | 404 | 409 | 422 | 503 = 200,
): Promise<Response> {
  const what = link.kind === "item" ? "Item" : "Customer";
  const names = await readNames(c, connection, link);
  const ours = oursOf(link, { instances: await namesOfInstances(c.get("db")) });
  const path = linksPath(connection.id);
  const body = (
    <>
      <PageHead title="Change link" crumbs={{ href: path, label: "Links" }} />
      <section class="card" aria-label="Link">
        <Facts
          rows={[
            ["Order system", `${ours.title} (${ours.more})`],
            ["QuickBooks now", <Theirs link={link} qboAppUrl={c.get("config").qboAppUrl} />],
          ]}
        />
        <form method="post" action={`${path}/${linkIdOf(link)}/change`} class="form" novalidate>
          <Field
            name="name"
            label={`${what} in QuickBooks`}
            value={given.name}
            error={given.error}
            hint={`Type to search the ${what.toLowerCase()}s in QuickBooks. Invoices that are there already stay as they are.`}
            choices={names}
            required
          />
          <div class="card-actions">
            <button type="submit" class="button primary">
              Save
            </button>
            <a class="button" href={path}>
              Cancel
            </a>
          </div>
        </form>
      </section>
    </>
  );
  return showPage(c, { title: "Change link", body, status });
}

/** For type-ahead; read from QuickBooks only if they are missing, or old. Without them the name is typed in full. */
async function readNames(c: Context<AppEnv>, connection: Connection, link: ListedLink): Promise<string[]> {
  const isItem = link.kind === "item";
  const pick = (names: CompanyNames) => (isItem ? names.items : names.customers);
  const known = await listCompanyNames(c.get("db"), connection.id);
  const isOld = isStale(isItem ? known.itemsReadAt : known.customersReadAt, c.get("now"));
  if (!isOld || connection.state !== "connected") return pick(known);
  try {
    return pick(await (isItem ? refreshItemNames : refreshCompanyNames)(runtimeOf(c), connection));
  } catch (error) {
    if (!(error instanceof QuickBooksError)) throw error;
    return pick(known);
  }
}
