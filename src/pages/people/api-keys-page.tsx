/**
 * API keys for programs: list, create, revoke. A new key is shown once, in the response that created it.
 */
import { type Context, Hono } from "hono";
import { newApiKey, issueApiKey, endApiKey } from "../../actions/api-keys.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { type ApiKey, listApiKeys } from "../../people/api-keys.ts";
import { needs } from "../../people/route-access.ts";
import { calendarDate } from "../../platform/calendar-date.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { CalendarDate, Instant } from "../../ui/time.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { lesserRole } from "../../people/roles.ts";
import { RoleField, roleWord } from "./role-choice.tsx";

export const apiKeysPage = new Hono<AppEnv>();

apiKeysPage.get("/settings/api-keys", needs("administer"), (c) => show(c, {}));

apiKeysPage.post("/settings/api-keys", needs("administer", "recent"), async (c) => {
  const { name = "", role = "", end = "" } = (await readForm(c)).values;
  const typed = { name, role, end };
  const parsed = newApiKey.safeParse(typed);
  if (!parsed.success) return show(c, { ...typed, errors: fieldErrorsOf(parsed.error) });
  const created = await issueApiKey(actionContextOf(c), parsed.data);
  if (!created.ok) return show(c, { ...typed, errors: byField(created.errors) });
  return show(c, { newKey: { name: parsed.data.name, key: created.key } });
});

apiKeysPage.post("/settings/api-keys/:id/revoke", needs("administer"), async (c) => {
  const revoked = await endApiKey(actionContextOf(c), c.req.param("id"));
  if (!revoked.ok) return backWith(c, "/settings/api-keys", revoked);
  return redirectWith(c, "/settings/api-keys", {
    tone: "good",
    text: "The key is revoked: it no longer works.",
  });
});

interface Shown {
  name?: string;
  role?: string;
  end?: string;
  errors?: FieldErrors;
  newKey?: { name: string; key: string };
}

async function show(c: Context<AppEnv>, shown: Shown): Promise<Response> {
  const keys = await listApiKeys(c.get("db"));
  const body = <ApiKeys keys={keys} now={c.get("now")} shown={shown} />;
  return showPage(c, { title: "API keys", body, status: shown.errors ? 422 : 200 });
}

function ApiKeys({ keys, now, shown }: { keys: ApiKey[]; now: Date; shown: Shown }) {
  const errors = shown.errors ?? {};
  return (
    <>
      <PageHead
        title="API keys"
        lead={
          <>
            For programs that call the API. What it can do is in the <a href="/api/docs">API documentation</a>.
          </>
        }
      />
      {shown.newKey && (
        <section class="card" role="status">
          <h2>{`${shown.newKey.name} can use the API now`}</h2>
          <CopyField
            id="new-key"
            label="API key"
            value={shown.newKey.key}
            hint="Copy it now: it is shown only once, and only its hash is stored."
          />
        </section>
      )}
      <section class="card">
        <h2>New key</h2>
        <form method="post" action="/settings/api-keys" class="form" novalidate>
          <div class="field-pair">
            <Field
              name="name"
              label="Name"
              value={shown.name}
              error={errors["name"]}
              hint="The program that will use it."
              maxlength={100}
              required
            />
            <RoleField value={shown.role} error={errors["role"]} />
          </div>
          <Field
            name="end"
            label="End"
            type="date"
            value={shown.end}
            error={errors["end"]}
            hint="The last day on which it works, in UTC. Leave it empty for a key without an end."
          />
          <div class="card-actions">
            <button type="submit" class="button primary">
              Create API key
            </button>
          </div>
        </form>
      </section>
      <section class="table-card">
        {keys.length === 0 ? <p class="muted pad">No program has a key yet.</p> : <KeyTable keys={keys} now={now} />}
      </section>
    </>
  );
}

function KeyTable({ keys, now }: { keys: ApiKey[]; now: Date }) {
  return (
    <Table
      caption="Keys in use"
      rows={keys}
      columns={[
        { label: "Name", isTitle: true, cell: (key) => key.name },
        { label: "Ends with", cell: (key) => <span class="code">{`…${key.ending}`}</span> },
        { label: "Role", cell: (key) => <KeyRole apiKey={key} /> },
        { label: "Belongs to", isLong: true, cell: (key) => key.owner?.email ?? <Nobody /> },
        { label: "Created", cell: (key) => <Instant at={key.createdAt} now={now} /> },
        { label: "Last used", cell: (key) => (key.lastUsedAt ? <Instant at={key.lastUsedAt} now={now} /> : "never") },
        { label: "End", cell: (key) => <KeyEnd expiresAt={key.expiresAt} now={now} /> },
        {
          label: "",
          hiddenLabel: "Actions",
          isTight: true,
          cell: (key) => (
            <form method="post" action={`/settings/api-keys/${key.id}/revoke`}>
              <button type="submit" class="button small danger-quiet">
                Revoke
              </button>
            </form>
          ),
        },
      ]}
    />
  );
}

/** A key can do no more than the person whose it is. */
function KeyRole({ apiKey: { role, owner } }: { apiKey: ApiKey }) {
  const effective = owner ? lesserRole(role, owner.role) : role;
  return (
    <>
      {roleWord(effective)}
      {effective !== role && <span class="muted small">{` (${roleWord(role)}, but its owner is not)`}</span>}
    </>
  );
}

/** A key from before owners were kept, whose maker is gone: nobody's leaving ends it. */
function Nobody() {
  return <span class="muted">Nobody: its maker was removed. Revoke it, or replace it by one of yours.</span>;
}

function KeyEnd({ expiresAt, now }: { expiresAt: string | null; now: Date }) {
  if (expiresAt === null) return <span class="muted">none</span>;
  const lastDay = calendarDate(new Date(Date.parse(expiresAt) - 1));
  return (
    <>
      {expiresAt <= now.toISOString() && "ended "}
      <CalendarDate date={lastDay} />
    </>
  );
}
