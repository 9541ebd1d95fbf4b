/**
 * Changes a person's own password. Somebody who merely finds the browser open must not be able to take over the
 * account, so the current password is required, with the same limit on guesses as at sign-in.
 */
import { z } from "zod";
import type { ActionContext } from "../app-context.ts";
import { recordActivity } from "../people/activity.ts";
import { newPasswordField } from "../people/passwords.ts";
import { type NewSession, startSession } from "../people/sessions.ts";
import { signIn } from "../people/sign-in.ts";
import { changePassword } from "../people/users.ts";
import { invalid, type Result } from "./result.ts";

export const passwordChange = z.object({
  current_password: z.string().min(1, "Enter your current password."),
  new_password: newPasswordField,
});

/**
 * Changes the password of the person who asks and ends all of their sessions; `session` replaces the one that asked.
 * `address` is the browser's network address, or null if unknown.
 */
export async function changeOwnPassword(
  context: ActionContext,
  input: z.infer<typeof passwordChange>,
  address: string | null,
): Promise<Result<{ session: NewSession }>> {
  const { id, name: email } = context.actor;
  const checked = await signIn(context.db, { email, password: input.current_password, address }, context.now);
  if (!checked.ok) {
    const isThrottled = checked.reason === "throttled";
    const message = isThrottled
      ? "Too many wrong passwords. Wait 15 minutes, then try again."
      : "This is not your current password.";
    return invalid([{ path: "current_password", message }]);
  }
  await changePassword(context.db, id, input.new_password);
  await recordActivity(context.db, context.now, context.actor, {
    action: "user.password_changed",
    subject: { kind: "user", id, name: email },
  });
  return { ok: true, session: await startSession(context.db, id, context.now) };
}
