/**
 * The page of people: the form that invites, who may sign in, open invitations, and a link that was just made.
 */
import type { Invitation } from "../../people/invitations.ts";
import type { User } from "../../people/users.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Table } from "../../ui/table.tsx";
import { displayInstant, Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { ROLE_CHOICES, RoleField, roleWord } from "./role-choice.tsx";

/** What only this response shows. */
export interface PeopleShown {
  email?: string;
  role?: string;
  errors?: FieldErrors;
  /** A one-time link, and for whom it is. */
  link?: { id: string; label: string; email: string; url: string; expiresAt: Date };
}

interface PeopleProps {
  /** The page's path, which its forms post below. */
  here: string;
  users: User[];
  invitations: Invitation[];
  ownId: string;
  now: Date;
  shown: PeopleShown;
}

export function PeopleView(props: PeopleProps) {
  return (
    <>
      <PageHead title="People" lead="Who may sign in, and what each may do." />
      {props.shown.link && <NewLink link={props.shown.link} />}
      <InviteForm {...props} />
      <PeopleTable {...props} />
      {props.invitations.length > 0 && <Invitations {...props} />}
    </>
  );
}

function NewLink({ link }: { link: NonNullable<PeopleShown["link"]> }) {
  return (
    <section class="card" role="status">
      <h2>{`Give this link to ${link.email}`}</h2>
      <CopyField
        id={link.id}
        label={link.label}
        value={link.url}
        hint={`It works once, until ${displayInstant(link.expiresAt.toISOString())}, and is shown only now.`}
      />
    </section>
  );
}

function InviteForm({ here, shown }: PeopleProps) {
  const errors = shown.errors ?? {};
  return (
    <section class="card">
      <h2>Invite a person</h2>
      <form method="post" action={here} class="form" novalidate>
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
  );
}

function PeopleTable({ here, users, ownId, now }: PeopleProps) {
  return (
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
          { label: "Role", cell: (user) => <RoleForm here={here} user={user} /> },
          { label: "Member since", cell: (user) => <Instant at={user.createdAt} now={now} /> },
          {
            label: "",
            hiddenLabel: "Actions",
            isTight: true,
            cell: (user) => <PersonActions here={here} user={user} />,
          },
        ]}
      />
    </section>
  );
}

function RoleForm({ here, user }: { here: string; user: User }) {
  return (
    <form method="post" action={`${here}/${user.id}/role`} class="row-form">
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

/** Remove leads to the question (removal.tsx). */
function PersonActions({ here, user }: { here: string; user: User }) {
  return (
    <div class="card-actions">
      <form method="post" action={`${here}/${user.id}/reset-password`}>
        <button type="submit" class="button small">
          Reset password
        </button>
      </form>
      <form method="post" action={`${here}/${user.id}/end-sessions`}>
        <button type="submit" class="button small">
          End sessions
        </button>
      </form>
      <form method="get" action={`${here}/${user.id}/remove`}>
        <button type="submit" class="button small danger-quiet">
          Remove
        </button>
      </form>
    </div>
  );
}

function Invitations({ here, invitations }: PeopleProps) {
  return (
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
              <form method="post" action={`${here}/withdraw`}>
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
  );
}
