/**
 * Invites people, changes their roles, lets them back in, and removes them. The last admin can't be removed or lose the
 * role.
 */
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import { recordActivity, type Subject } from "../people/activity.ts";
import { emailField } from "../people/email.ts";
import { createInvitation, deleteInvitation } from "../people/invitations.ts";
import { type Role, ROLE_NAMES } from "../people/roles.ts";
import { createReset } from "../people/password-resets.ts";
import { endSessionsOf } from "../people/sessions.ts";
import { changeRole, endAccess, findUser, removeUser, type User } from "../people/users.ts";
import { conflict, invalid, notFound, type Result } from "./result.ts";

const LAST_ADMIN = "This is the last admin. Make another person an admin first.";

export const newInvitation = z.strictObject({ email: emailField, role: z.enum(ROLE_NAMES, "Choose a role.") });
export const roleField = z.enum(ROLE_NAMES, "Choose a role.");

/** Invites a person; `url` is the one-time link, shown once. */
export async function inviteUser(
  context: ActionContext,
  input: { email: string; role: Role },
): Promise<Result<{ url: string; expiresAt: Date }>> {
  const invitation = await createInvitation(context.db, input, context.now);
  if (!invitation)
    return invalid([
      { path: "email", message: `${input.email} is already a member. Change the role in the list instead.` },
    ]);
  const subject: Subject = { kind: "invitation", id: input.email, name: input.email };
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.invited",
    subject,
    changes: [{ field: "role", from: null, to: input.role }],
  });
  return { ok: true, url: `${context.config.appOrigin}/invite/${invitation.token}`, expiresAt: invitation.expiresAt };
}

/** Withdraws an invitation that has not been accepted yet. */
export async function withdrawInvitation(context: ActionContext, email: string): Promise<Result> {
  if (!(await deleteInvitation(context.db, email))) return notFound("invitation");
  const subject: Subject = { kind: "invitation", id: email, name: email };
  await recordActivity(context.db, context.now, context.actor, { action: "user.invitation_withdrawn", subject });
  return { ok: true };
}

/** Gives a person another role; it applies from their next request. */
export async function changeUserRole(context: ActionContext, id: string, role: Role): Promise<Result> {
  const user = await findUser(context.db, id);
  if (!user) return notFound("person");
  if (user.role === role) return { ok: true };
  if (!(await changeRole(context.db, id, role))) return conflict(LAST_ADMIN);
  const changes = [{ field: "role", from: user.role, to: role }];
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.role_changed",
    subject: subjectOf(user),
    changes,
  });
  return { ok: true };
}

/** Makes a one-time link by which a person chooses a new password, whose address is `url`; it is shown once. */
export async function resetPassword(
  context: ActionContext,
  id: string,
): Promise<Result<{ email: string; url: string; expiresAt: Date }>> {
  const user = await findUser(context.db, id);
  if (!user) return notFound("person");
  const { token, expiresAt } = await createReset(context.db, id, context.now);
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.password_reset_link_made",
    subject: subjectOf(user),
  });
  return { ok: true, email: user.email, url: `${context.config.appOrigin}/reset/${token}`, expiresAt };
}

/** Removes a person and ends their sessions. Their keys and shared links end too, or go to `heirId`. */
export async function removePerson(context: ActionContext, id: string, heirId: string | null): Promise<Result> {
  const user = await findUser(context.db, id);
  if (!user) return notFound("person");
  const heir = heirId === null ? undefined : await findUser(context.db, heirId);
  if (heirId !== null && (!heir || heirId === id)) return conflict("Choose somebody else who may sign in here.");
  if (!(await removeUser(context.db, id, context.now, heirId))) return conflict(LAST_ADMIN);
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.removed",
    subject: subjectOf(user),
    changes: [{ field: "keys_and_links", from: user.email, to: heir?.email ?? "ended" }],
  });
  return { ok: true };
}

/**
 * Signs a person out everywhere, Cloudflare Access included; people who do this to themselves keep the session that asks.
 */
export async function endUserSessions(
  context: ActionContext,
  id: string,
  ownSessionHash: string | null,
): Promise<Result<{ ended: number }>> {
  const user = await findUser(context.db, id);
  if (!user) return notFound("person");
  const isOwn = context.actor.id === id;
  const ended = await endSessionsOf(context.db, id, isOwn ? ownSessionHash : null);
  if (!isOwn) await endAccess(context.db, id, context.now);
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.sessions_ended",
    subject: subjectOf(user),
  });
  return { ok: true, ended };
}

function subjectOf(user: User): Subject {
  return { kind: "user", id: user.id, name: user.email };
}
