/**
 * The people who may sign in: invite, change role, end sessions, remove. An invitation's link is shown once.
 */
import { type Context, Hono } from "hono";
import {
  changeUserRole,
  endUserSessions,
  inviteUser,
  newInvitation,
  roleField,
  withdrawInvitation,
  removePerson,
} from "../../actions/users.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { type Invitation, listInvitations } from "../../people/invitations.ts";
import { needs } from "../../people/route-access.ts";
import { listUsers, type User } from "../../people/users.ts";
import { agree, plural } from "../../platform/words.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { displayInstant, Instant } from "../../ui/time.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { ROLE_CHOICES, RoleField, roleWord } from "./role-choice.tsx";

const HERE = "/settings/users";

export const usersPage = new Hono<AppEnv>();

usersPage.get(HERE, needs("administer"), (c) => show(c, {}));

usersPage.post(HERE, needs("administer"), async (c) => {
  const { email = "", role = "" } = (await readForm(c)).values;
  const parsed = newInvitation.safeParse({ email, role });
  if (!parsed.success) return show(c, { email, role, errors: fieldErrorsOf(parsed.error) });
  const invited = await inviteUser(actionContextOf(c), parsed.data);
  if (!invited.ok) return show(c, { email, role, errors: byField(invited.errors) });
  return show(c, { invited: { email: parsed.data.email, url: invited.url, expiresAt: invited.expiresAt } });
});

usersPage.post(`${HERE}/withdraw`, needs("administer"), async (c) => {
  const withdrawn = await withdrawInvitation(actionContextOf(c), (await readForm(c)).values["email"] ?? "");
  if (!withdrawn.ok) return backWith(c, HERE, withdrawn);
  return redirectWith(c, HERE, { tone: "good", text: "The invitation is withdrawn: its link no longer works." });
});

usersPage.post(`${HERE}/:id/role`, needs("administer"), async (c) => {
  const role = roleField.safeParse((await readForm(c)).values["role"]);
  if (!role.success) return redirectWith(c, HERE, { tone: "bad", text: "Choose a role." });
  const changed = await changeUserRole(actionContextOf(c), c.req.param("id"), role.data);
  if (!changed.ok) return backWith(c, HERE, changed);
  return redirectWith(c, HERE, {
    tone: "good",
    text: "The role has changed. It applies from the person's next click.",
  });
});

usersPage.post(`${HERE}/:id/end-sessions`, needs("administer"), async (c) => {
  const ended = await endUserSessions(actionContextOf(c), c.req.param("id"), c.get("sessionHash"));
  if (!ended.ok) return backWith(c, HERE, ended);
  return redirectWith(c, HERE, {
    tone: "good",
    text: `${plural(ended.ended, "session")} ${agree(ended.ended, "has", "have")} ended.`,
  });
});

usersPage.post(`${HERE}/:id/remove`, needs("administer"), async (c) => {
  const removed = await removePerson(actionContextOf(c), c.req.param("id"));
  if (!removed.ok) return backWith(c, HERE, removed);
  return redirectWith(c, HERE, { tone: "good", text: "The person was removed and signed out everywhere." });
});

interface Shown {
  email?: string;
  role?: string;
  errors?: FieldErrors;
  invited?: { email: string; url: string; expiresAt: Date };
}

async function show(c: Context<AppEnv>, shown: Shown): Promise<Response> {
  const [users, invitations] = await Promise.all([listUsers(c.get("db")), listInvitations(c.get("db"), c.get("now"))]);
  const body = (
    <People
      users={users}
      invitations={invitations}
      ownId={c.get("person")?.id ?? ""}
      now={c.get("now")}
      shown={shown}
    />
  );
  return showPage(c, { title: "People", body, status: shown.errors ? 422 : 200 });
}

function People({
  users,
  invitations,
  ownId,
  now,
  shown,
}: {
  users: User[];
  invitations: Invitation[];
  ownId: string;
  now: Date;
  shown: Shown;
}) {
  const errors = shown.errors ?? {};
  return (
    <>
      <PageHead title="People" lead="Who may sign in, and what each may do." />
      {shown.invited && (
        <section class="card" role="status">
          <h2>{`Give this link to ${shown.invited.email}`}</h2>
          <CopyField
            id="invite-link"
            label="Invitation link"
            value={shown.invited.url}
            hint={`It works once, until ${displayInstant(shown.invited.expiresAt.toISOString())}, and is shown only now.`}
          />
        </section>
      )}
      <section class="card">
        <h2>Invite a person</h2>
        <form method="post" action={HERE} class="form" novalidate>
          <div class="field-pair">
            <Field
              name="email"
              label="Email"
              type="email"
              value={shown.email}
              error={errors["email"]}
              autocomplete="off"
              spellcheck={false}
              required
            />
            <RoleField value={shown.role} error={errors["role"]} />
          </div>
          <div class="card-actions">
            <button type="submit" class="button primary">
              Invite
            </button>
          </div>
        </form>
      </section>
      <section class="table-card">
        <Table
          caption="People who may sign in"
          rows={users}
          columns={[
            {
              label: "Person",
              isTitle: true,
              cell: (user) => (
                <>
                  {user.email} {user.id === ownId && <span class="muted">(you)</span>}
                </>
              ),
            },
            { label: "Role", cell: (user) => <RoleForm user={user} /> },
            { label: "Member since", cell: (user) => <Instant at={user.createdAt} now={now} /> },
            { label: "", hiddenLabel: "Actions", isTight: true, cell: (user) => <PersonActions user={user} /> },
          ]}
        />
      </section>
      {invitations.length > 0 && (
        <section class="table-card">
          <Table
            caption="Open invitations"
            rows={invitations}
            columns={[
              { label: "Invited", isTitle: true, cell: (invitation) => invitation.email },
              { label: "Role", cell: (invitation) => roleWord(invitation.role) },
              { label: "Expires", cell: (invitation) => <Instant at={invitation.expiresAt} /> },
              {
                label: "",
                hiddenLabel: "Actions",
                isTight: true,
                cell: (invitation) => (
                  <form method="post" action={`${HERE}/withdraw`}>
                    <input type="hidden" name="email" value={invitation.email} />
                    <button type="submit" class="button small">
                      Withdraw
                    </button>
                  </form>
                ),
              },
            ]}
          />
        </section>
      )}
    </>
  );
}

function RoleForm({ user }: { user: User }) {
  return (
    <form method="post" action={`${HERE}/${user.id}/role`} class="row-form">
      <select name="role" aria-label={`Rights of ${user.email}`}>
        {ROLE_CHOICES.map(({ value, label }) => (
          <option value={value} selected={value === user.role}>
            {label}
          </option>
        ))}
      </select>
      <button type="submit" class="button small">
        Change
      </button>
    </form>
  );
}

function PersonActions({ user }: { user: User }) {
  return (
    <div class="card-actions">
      <form method="post" action={`${HERE}/${user.id}/end-sessions`}>
        <button type="submit" class="button small">
          End sessions
        </button>
      </form>
      <form method="post" action={`${HERE}/${user.id}/remove`}>
        <button type="submit" class="button small danger-quiet">
          Remove
        </button>
      </form>
    </div>
  );
}
