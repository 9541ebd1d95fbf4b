/**
 * One product, service, category or account, and what a person does with it and with customers: make, change, merge, make
 * inactive. The rules are QuickBooks' own; a refusal is shown with its code.
 */
import { Hono } from "hono";
import type { CompanyFacts } from "../company/company-object.ts";
import type { Env } from "../env.ts";
import { textOf } from "../wire/json.ts";
import { CompanyFrame } from "./company-frame.tsx";
import { money } from "./money.ts";
import { back, doAsUser, loadChoices, loadEntity, loadFacts, readForm, type PageContext } from "./page-context.ts";
import { changedRecord, newRecord, RECORD_TYPES, type RecordType } from "./record-change.ts";
import { ActiveButton, ChangeRecord, MergeRecord, type RecordChoices } from "./record-forms.tsx";

/** A pattern at the end of a path would also match all that is below it, so every address goes on behind it. */
const OF_TYPE = "/companies/:realm/:type{customer|item|account}";
const TITLES = { item: "Product or service", account: "Account" } as const;
const UNREADABLE = "A price is a number such as 12.50.";

export const recordRoutes = new Hono<{ Bindings: Env }>();

for (const type of ["item", "account"] as const) {
  recordRoutes.get(`/companies/:realm/${type}s/:id`, async (c) => {
    const facts = await loadFacts(c, c.req.param("realm"));
    const record = facts === null ? null : await loadEntity(c, facts, type, c.req.param("id"));
    if (facts === null || record === null) return c.notFound();
    const [choices, others] = await Promise.all([recordChoices(c, facts, type), loadChoices(c, facts, type)]);
    return c.html(
      <CompanyFrame c={c} facts={facts} tab={`${type}s`} title={textOf(record["FullyQualifiedName"]) ?? ""}>
        <div class="panel head">
          <dl class="facts">
            <dt>{TITLES[type]}</dt>
            <dd>{textOf(record["Type"]) ?? textOf(record["AccountSubType"])}</dd>
            <dt>Price</dt>
            <dd>{money(record["UnitPrice"])}</dd>
            <dt>ID</dt>
            <dd>{textOf(record["Id"])}</dd>
          </dl>
          <ActiveButton realmId={facts.realmId} type={type} entity={record} />
        </div>
        <h2>Do something in QuickBooks</h2>
        <ChangeRecord realmId={facts.realmId} type={type} record={record} choices={choices} />
        <MergeRecord realmId={facts.realmId} type={type} record={record} others={others} />
      </CompanyFrame>,
    );
  });
}

recordRoutes.post(`${OF_TYPE}/new`, async (c) => {
  const { realm } = c.req.param();
  const type = typeOf(c.req.param("type"));
  const body = newRecord(type, await readForm(c));
  const to = `/companies/${realm}/${type}s`;
  if (body === null) return back(c, to, "problem", UNREADABLE);
  return doAsUser(c, realm, { verb: "create", type, body }, { to, done: "It was created." });
});

recordRoutes.post(`${OF_TYPE}/:id/change`, async (c) => {
  const { realm, id } = c.req.param();
  const type = typeOf(c.req.param("type"));
  const body = changedRecord(type, await readForm(c));
  const to = `/companies/${realm}/${type}s/${id}`;
  if (body === null) return back(c, to, "problem", UNREADABLE);
  return doAsUser(c, realm, { verb: "change", type, id, body }, { to, done: "It was changed." });
});

recordRoutes.post(`${OF_TYPE}/:id/merge`, async (c) => {
  const { realm, id } = c.req.param();
  const type = typeOf(c.req.param("type"));
  const intoId = (await readForm(c))("into");
  const action = { verb: "merge", type, id, intoId } as const;
  return doAsUser(c, realm, action, {
    to: `/companies/${realm}/${type}s/${intoId}`,
    done: "They were merged.",
    refused: `/companies/${realm}/${type}s/${id}`,
  });
});

recordRoutes.post(`${OF_TYPE}/:id/active`, async (c) => {
  const { realm, id } = c.req.param();
  const type = typeOf(c.req.param("type"));
  const isActive = (await readForm(c))("active") === "true";
  const done = isActive ? "It is active again." : "It was made inactive.";
  const body = JSON.stringify({ Active: isActive });
  return doAsUser(c, realm, { verb: "change", type, id, body }, { to: `/companies/${realm}/${type}s/${id}`, done });
});

/** What a record of a type can be put below, and the accounts that a new one can have. */
export async function recordChoices(c: PageContext, facts: CompanyFacts, type: RecordType): Promise<RecordChoices> {
  if (type === "account") return { parents: [], accounts: [] };
  if (type === "customer") return { parents: await loadChoices(c, facts, "customer"), accounts: [] };
  const [parents, accounts] = await Promise.all([
    loadChoices(c, facts, "item", (row) => row["Type"] === "Category"),
    loadChoices(c, facts, "account", (row) => row["AccountType"] === "Income"),
  ]);
  return { parents, accounts };
}

function typeOf(name: string): RecordType {
  return RECORD_TYPES.find((type) => type === name) ?? "customer";
}
