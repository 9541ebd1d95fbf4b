/**
 * Your own account: the password. Everyone who is signed in may open it, and it never shows another person's.
 */
import { type Context, Hono } from "hono";
import { changeOwnPassword } from "../../actions/change-password.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { PASSWORD_HINT } from "../../people/new-password.ts";
import { needs } from "../../people/route-access.ts";
import { giveSession } from "../../people/sessions.ts";
import { findUser } from "../../people/users.ts";
import { Field } from "../../ui/field.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, readForm } from "../parts/form.ts";
import { showPage } from "../parts/shell.tsx";

const HERE = "/settings/account";

export const accountPage = new Hono<AppEnv>();

accountPage.get(HERE, needs("read"), (c) => show(c, {}));

accountPage.post(HERE, needs("read"), async (c) => {
  const { current_password: current = "", new_password: wanted = "" } = (await readForm(c)).values;
  const address = c.req.header("cf-connecting-ip") ?? null;
  const changed = await changeOwnPassword(actionContextOf(c), { current, wanted }, address);
  if (!changed.ok) return show(c, byField(changed.errors));
  await giveSession(c, changed.session);
  return redirectWith(c, HERE, {
    tone: "good",
    text: "Your password has been changed. You are signed out everywhere else.",
  });
});

async function show(c: Context<AppEnv>, errors: FieldErrors): Promise<Response> {
  const user = await findUser(c.get("db"), c.get("person")?.id ?? "");
  const body = (
    <>
      <PageHead title="Your account" lead={user?.email} />
      <section class="card">
        <h2>Password</h2>
        {user?.passwordHash ? (
          <PasswordForm email={user.email} errors={errors} />
        ) : (
          <p>You come in through Cloudflare Access, so there is no password here to change.</p>
        )}
      </section>
    </>
  );
  return showPage(c, { title: "Your account", body, status: Object.keys(errors).length > 0 ? 422 : 200 });
}

/** What was typed never comes back: passwords are not put into pages. */
function PasswordForm({ email, errors }: { email: string; errors: FieldErrors }) {
  return (
    <form method="post" action={HERE} class="form" novalidate>
      <input type="hidden" name="email" value={email} autocomplete="username" />
      <Field
        name="current_password"
        label="Current password"
        type="password"
        error={errors["current_password"]}
        autocomplete="current-password"
        required
      />
      <Field
        name="new_password"
        label="New password"
        type="password"
        error={errors["new_password"]}
        hint={`${PASSWORD_HINT} You will be signed out in all other browsers.`}
        autocomplete="new-password"
        required
      />
      <div class="card-actions">
        <button type="submit" class="button primary">
          Change password
        </button>
      </div>
    </form>
  );
}
