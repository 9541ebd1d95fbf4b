/**
 * What people do with their own account besides the password: passkeys and sessions. Never touches anybody else's.
 */
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { addPasskey, listPasskeys, removePasskey } from "../people/passkeys.ts";
import { endSession, endSessionsOf } from "../people/sessions.ts";
import { findUser } from "../people/users.ts";
import { conflict, notFound, type Result } from "./result.ts";

/** Adds the passkey that the browser made; `name` is what the person recognizes it by. */
export async function addOwnPasskey(context: ActionContext, answer: string, name: string): Promise<Result> {
  const added = await addPasskey(context, { userId: context.actor.id, answer, name });
  if (!added) return conflict("That passkey was not accepted. Load the page again and repeat it.");
  await record(context, "passkey.added", { field: "passkey", from: null, to: name });
  return { ok: true };
}

/** Removes a passkey. The last one stays where it is the only way in. */
export async function removeOwnPasskey(context: ActionContext, id: string): Promise<Result> {
  const { db, config, actor } = context;
  const [user, passkeys] = await Promise.all([findUser(db, actor.id), listPasskeys(db, actor.id)]);
  const hasPassword = config.signIn.byPassword && Boolean(user?.passwordHash);
  const isOnlyWayIn = passkeys.length === 1 && passkeys[0]?.id === id && !hasPassword && config.access === null;
  if (isOnlyWayIn) return conflict("This passkey is your only way in. Add another one first.");
  const name = await removePasskey(db, actor.id, id);
  if (name === null) return notFound("passkey");
  await record(context, "passkey.removed", { field: "passkey", from: name, to: null });
  return { ok: true };
}

/** Ends one session. */
export async function endOwnSession(context: ActionContext, sessionHash: string): Promise<Result> {
  if (!(await endSession(context.db, sessionHash, context.actor.id))) return notFound("session");
  await record(context, "user.session_ended");
  return { ok: true };
}

/** Ends all sessions but the one that asks. */
export async function endOwnOtherSessions(
  context: ActionContext,
  ownSessionHash: string | null,
): Promise<Result<{ ended: number }>> {
  const ended = await endSessionsOf(context.db, context.actor.id, ownSessionHash);
  await record(context, "user.sessions_ended");
  return { ok: true, ended };
}

async function record(
  { db, now, actor }: ActionContext,
  action: string,
  change?: { field: string; from: string | null; to: string | null },
): Promise<void> {
  const subject = { kind: "user", id: actor.id, name: actor.name } as const;
  await recordActivity(db, now, actor, { action, subject, ...(change ? { changes: [change] } : {}) });
}
