/**
 * Changes a person's own password. Somebody who merely finds the browser open must not be able to take over the
 * account, so the current password is required, with the same limit on guesses as at sign-in.
 */
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { newPasswordFieldFor } from "../people/new-password.ts";
import { type NewSession, startSession } from "../people/sessions.ts";
import type { KnownDevice } from "../people/known-device.ts";
import type { Place } from "../people/person.ts";
import { checkPassword } from "../people/sign-in.ts";
import { changePassword } from "../people/users.ts";
import { invalid, type Result } from "./result.ts";

/**
 * Changes the password of the person who asks and ends all of their sessions; `session` replaces the one that asked.
 * `from`: where the request comes from.
 */
export async function changeOwnPassword(
  context: ActionContext,
  input: { current: string; wanted: string },
  from: { place: Place; known: KnownDevice | null },
): Promise<Result<{ session: NewSession }>> {
  const { id, name: email } = context.actor;
  if (input.current === "") return invalid([{ path: "current_password", message: "Enter your current password." }]);
  const field = await newPasswordFieldFor(context.db, context.config, email);
  const wanted = field
    .refine((text) => text !== input.current, "This is your current password. Choose another.")
    .safeParse(input.wanted);
  if (!wanted.success) return invalid([{ path: "new_password", message: wanted.error.issues[0]?.message ?? "" }]);
  const checked = await checkPassword(context.db, { email, password: input.current, ...from }, context.now);
  if (!checked.ok) {
    const isThrottled = checked.reason === "throttled";
    const message = isThrottled
      ? "Too many wrong passwords. Wait 15 minutes, then try again."
      : "This is not your current password.";
    return invalid([{ path: "current_password", message }]);
  }
  await changePassword(context.db, id, wanted.data);
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.password_changed",
    subject: { kind: "user", id, name: email },
  });
  return { ok: true, session: await startSession(context.db, id, context.now, from.place) };
}
