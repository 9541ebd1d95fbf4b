/**
 * The last administrator's way back in: whoever runs the Worker sets a new SETUP_TOKEN and opens this page with it. Each
 * value works once; without one that is current and unspent the page is a 404.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { runtimeOf } from "../../people/action-context.ts";
import { mayRecover, recoverAdmin } from "../../people/password-resets.ts";
import { openToAll } from "../../people/route-access.ts";
import { giveSession, placeOf } from "../../people/sessions.ts";
import { enter } from "../../people/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { redirectWith } from "../parts/flash.ts";
import { type FieldErrors, readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";
import { firstPage, PasswordChoice, readPasswordChoice } from "./password-choice.tsx";

export const recoverPage = new Hono<AppEnv>();

recoverPage.get("/recover", openToAll("an unspent set-up token guards it"), async (c) => {
  const token = c.req.query("token") ?? "";
  if (!(await mayRecover(c.get("db"), c.get("config"), token))) return c.notFound();
  return showForm(c, { token, email: "", errors: {} });
});

recoverPage.post("/recover", openToAll("an unspent set-up token guards it"), async (c) => {
  const { token = "", email = "", password } = (await readForm(c)).values;
  const { db, config, now } = runtimeOf(c);
  if (!(await mayRecover(db, config, token))) return c.notFound();
  const chosen = await readPasswordChoice(c, password, email);
  if (!chosen.ok) return showForm(c, { token, email, errors: { password: chosen.error } });
  const input = { email: email.trim().toLowerCase(), password: chosen.password };
  const admin = await recoverAdmin(db, config, input, now);
  if (!admin) return showForm(c, { token, email, errors: { email: "No administrator has this address." } });
  await giveSession(c, await enter(db, admin, { way: "set-up token", place: placeOf(c) }, now));
  return redirectWith(c, firstPage(c), { tone: "good", text: "You are signed in, and signed out everywhere else." });
});

interface RecoverProps {
  token: string;
  email: string;
  errors: FieldErrors;
}

function showForm(c: Context<AppEnv>, { token, email, errors }: RecoverProps): Promise<Response> {
  const body = (
    <div class="card">
      <h1>Get back in as administrator</h1>
      <p class="muted">
        This page works once for each value of SETUP_TOKEN. Everybody else is given a link by an administrator.
      </p>
      <form method="post" action="/recover" class="form" novalidate>
        <input type="hidden" name="token" value={token} />
        <Field
          name="email"
          label="Email"
          type="email"
          value={email}
          error={errors["email"]}
          autocomplete="username"
          required
          spellcheck={false}
        />
        <PasswordChoice c={c} error={errors["password"]} />
        <button type="submit" class="button primary">
          Set password
        </button>
      </form>
    </div>
  );
  return showNarrowPage(c, { title: "Get back in", status: Object.keys(errors).length > 0 ? 422 : 200, body });
}
