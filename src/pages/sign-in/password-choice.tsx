/**
 * Choosing a password, for whoever comes in by a link: an invitation, a reset, the set-up. Where people don't sign in by
 * password there is none to choose, and the button alone is the form.
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { newPasswordFieldFor, PASSWORD_HINT } from "../../people/new-password.ts";
import { Field } from "../../ui/field.tsx";

/** The field, or nothing where there are no passwords. */
export function PasswordChoice({ c, error }: { c: Context<AppEnv>; error?: string | null | undefined }) {
  if (!c.get("config").signIn.byPassword) return <p>You sign in without a password here. Add a passkey afterwards.</p>;
  return (
    <Field
      name="password"
      label="Password"
      type="password"
      error={error}
      hint={PASSWORD_HINT}
      autocomplete="new-password"
      required
    />
  );
}

/** The password that was chosen, null where there are none, or what is wrong with it. */
export async function readPasswordChoice(
  c: Context<AppEnv>,
  typed: string | undefined,
  email: string,
): Promise<{ ok: true; password: string | null } | { ok: false; error: string }> {
  if (!c.get("config").signIn.byPassword) return { ok: true, password: null };
  const parsed = (await newPasswordFieldFor(c.get("db"), c.get("config"), email)).safeParse(typed);
  if (parsed.success) return { ok: true, password: parsed.data };
  return { ok: false, error: parsed.error.issues[0]?.message ?? "Choose another password." };
}

/** Where somebody goes who has just come in: without a password the first thing to do is to add a passkey. */
export function firstPage(c: Context<AppEnv>): string {
  return c.get("config").signIn.byPassword ? "/" : "/settings/account";
}
