/**
 * The people who may sign in: invite, change role, let back in, end sessions, remove. Links are shown once.
 */
import { type Context, Hono } from "hono";
import {
  changeUserRole,
  endUserSessions,
  inviteUser,
  newInvitation,
  removePerson,
  resetPassword,
  roleField,
  withdrawInvitation,
} from "../../actions/users.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { listApiKeys } from "../../people/api-keys.ts";
import { listInvitations } from "../../people/invitations.ts";
import { needs } from "../../people/route-access.ts";
import { listShares } from "../../people/status-shares.ts";
import { findUser, listUsers } from "../../people/users.ts";
import { agree, plural } from "../../platform/words.ts";
import { redirectWith } from "../parts/flash.ts";
import { byField, fieldErrorsOf, readForm } from "../parts/form.ts";
import { backWith, missing } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { Removal } from "./removal.tsx";
import { PeopleView, type PeopleShown } from "./users-view.tsx";

const HERE = "/settings/users";

export const usersPage = new Hono<AppEnv>();

usersPage.get(HERE, needs("administer"), (c) => show(c, {}));

usersPage.post(HERE, needs("administer", "recent"), async (c) => {
  const { email = "", role = "" } = (await readForm(c)).values;
  const parsed = newInvitation.safeParse({ email, role });
  if (!parsed.success) return show(c, { email, role, errors: fieldErrorsOf(parsed.error) });
  const invited = await inviteUser(actionContextOf(c), parsed.data);
  if (!invited.ok) return show(c, { email, role, errors: byField(invited.errors) });
  return show(c, { link: { ...invited, id: "invite-link", label: "Invitation link", email: parsed.data.email } });
});

usersPage.post(`${HERE}/withdraw`, needs("administer"), async (c) => {
  const withdrawn = await withdrawInvitation(actionContextOf(c), (await readForm(c)).values["email"] ?? "");
  if (!withdrawn.ok) return backWith(c, HERE, withdrawn);
  return redirectWith(c, HERE, { tone: "good", text: "The invitation is withdrawn: its link no longer works." });
});

usersPage.post(`${HERE}/:id/role`, needs("administer", "recent"), async (c) => {
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

usersPage.post(`${HERE}/:id/reset-password`, needs("administer", "recent"), async (c) => {
  const reset = await resetPassword(actionContextOf(c), c.req.param("id"));
  if (!reset.ok) return backWith(c, HERE, reset);
  return show(c, { link: { ...reset, id: "reset-link", label: "Link to a new password" } });
});

usersPage.get(`${HERE}/:id/remove`, needs("administer"), async (c) => {
  const user = await findUser(c.get("db"), c.req.param("id"));
  if (!user) throw missing("There is no such person.");
  const db = c.get("db");
  const [users, keys, shares] = await Promise.all([listUsers(db), listApiKeys(db), listShares(db, c.get("now"))]);
  const body = <Removal here={HERE} user={user} users={users} keys={keys} shares={shares} />;
  return showPage(c, { title: `Remove ${user.email}`, body });
});

usersPage.post(`${HERE}/:id/remove`, needs("administer", "recent"), async (c) => {
  const heirId = (await readForm(c)).values["hand_to"] || null;
  const removed = await removePerson(actionContextOf(c), c.req.param("id"), heirId);
  if (!removed.ok) return backWith(c, HERE, removed);
  return redirectWith(c, HERE, { tone: "good", text: "The person was removed and signed out everywhere." });
});

async function show(c: Context<AppEnv>, shown: PeopleShown): Promise<Response> {
  const [users, invitations] = await Promise.all([listUsers(c.get("db")), listInvitations(c.get("db"), c.get("now"))]);
  const ownId = c.get("person")?.id ?? "";
  const body = (
    <PeopleView here={HERE} users={users} invitations={invitations} ownId={ownId} now={c.get("now")} shown={shown} />
  );
  return showPage(c, { title: "People", body, status: shown.errors ? 422 : 200 });
}
