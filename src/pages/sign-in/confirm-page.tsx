/**
 * Asks again who it is, where what a form does needs a recent sign-in. The form's fields wait in this page and are sent
 * on with the proof; nothing is done before.
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { runtimeOf } from "../../people/action-context.ts";
import {
  CONFIRM_PASSKEY,
  CONFIRM_PASSWORD,
  confirmPurpose,
  type IdentityNotConfirmed,
} from "../../people/confirm-identity.ts";
import { listPasskeys, passkeyChallenge } from "../../people/passkeys.ts";
import { findUser } from "../../people/users.ts";
import { Field } from "../../ui/field.tsx";
import { localPath } from "../parts/local-redirect.ts";
import { PasskeyForm } from "../parts/passkey-form.tsx";
import { showNarrowPage } from "../parts/shell.tsx";

/** The page that asks, in place of what was asked for: 403, or 422 where the proof was wrong. */
export async function askWhoItIs(c: Context<AppEnv>, { fault }: IdentityNotConfirmed): Promise<Response> {
  const context = runtimeOf(c);
  const { signIn, access } = context.config;
  const userId = c.get("person")?.id ?? "";
  const [user, passkeys] = await Promise.all([findUser(context.db, userId), listPasskeys(context.db, userId)]);
  const hasPassword = signIn.byPassword && Boolean(user?.passwordHash);
  const hasPasskey = signIn.byPasskey && passkeys.length > 0;
  const fields = [...(await c.req.formData())].flatMap(([name, value]) =>
    typeof value === "string" && name !== CONFIRM_PASSKEY && name !== CONFIRM_PASSWORD ? [{ name, value }] : [],
  );
  const { pathname, search } = new URL(c.req.url);
  const body = (
    <div class="card">
      <h1>Confirm that it is you</h1>
      <p class="muted">You signed in more than ten minutes ago, and this is a step that matters.</p>
      {hasPassword && (
        <form method="post" action={pathname + search} class="form" novalidate>
          <Carried fields={fields} />
          <input type="hidden" name="username" value={user?.email} autocomplete="username" />
          <Field
            name={CONFIRM_PASSWORD}
            label="Password"
            type="password"
            error={fault?.message}
            autocomplete="current-password"
            required
          />
          <button type="submit" class="button primary">
            Confirm
          </button>
        </form>
      )}
      {hasPasskey && (
        <PasskeyForm
          action={pathname + search}
          label="Confirm with a passkey"
          does="get"
          challenge={await passkeyChallenge(context, confirmPurpose(c))}
          field={CONFIRM_PASSKEY}
          passkeys={passkeys.map((passkey) => passkey.id)}
          isPrimary={!hasPassword}
        >
          <Carried fields={fields} />
        </PasskeyForm>
      )}
      {!hasPassword && fault && <p class="field-error">{fault.message}</p>}
      {access && (
        <p>
          <a href="/cdn-cgi/access/logout">Sign in again through Cloudflare Access</a>, then repeat what you did.
        </p>
      )}
      <p>
        <a href={whereFrom(c)}>Cancel</a>
      </p>
    </div>
  );
  if (fault?.retryAfterSeconds) c.header("Retry-After", String(fault.retryAfterSeconds));
  const status = fault === null ? 403 : fault.retryAfterSeconds === null ? 422 : 429;
  return showNarrowPage(c, { title: "Confirm that it is you", status, body });
}

function Carried({ fields }: { fields: { name: string; value: string }[] }) {
  return (
    <>
      {fields.map(({ name, value }) => (
        <input type="hidden" name={name} value={value} />
      ))}
    </>
  );
}

/** The page with the form, if the browser says which one it was. */
function whereFrom(c: Context<AppEnv>): string {
  const from = c.req.header("referer");
  if (from === undefined || !URL.canParse(from)) return "/";
  const { pathname, search } = new URL(from);
  return localPath(pathname + search) ?? "/";
}
