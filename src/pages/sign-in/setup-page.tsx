/**
 * Creates the first administrator. Without the right token, and permanently once an administrator exists, the page is a
 * 404.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { emailField } from "../../people/email.ts";
import { openToAll } from "../../people/route-access.ts";
import { giveSession, placeOf } from "../../people/sessions.ts";
import { createFirstAdmin, isSetupOpen } from "../../people/setup.ts";
import { enter } from "../../people/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { redirectWith } from "../parts/flash.ts";
import { type FieldErrors, readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";
import { firstPage, PasswordChoice, readPasswordChoice } from "./password-choice.tsx";

export const setupPage = new Hono<AppEnv>();

setupPage.get("/setup", openToAll("the set-up token guards it"), async (c) => {
  const token = c.req.query("token");
  if (token === undefined || !(await isSetupOpen(c.get("db"), c.get("config"), token))) return c.notFound();
  return showForm(c, { token, email: "", errors: {} });
});

setupPage.post("/setup", openToAll("the set-up token guards it"), async (c) => {
  const { values } = await readForm(c);
  const token = values["token"] ?? c.req.query("token");
  if (token === undefined || !(await isSetupOpen(c.get("db"), c.get("config"), token))) return c.notFound();
  const email = emailField.safeParse(values["email"]);
  const chosen = await readPasswordChoice(c, values["password"], values["email"] ?? "");
  if (!email.success || !chosen.ok) {
    const errors: FieldErrors = chosen.ok ? {} : { password: chosen.error };
    if (!email.success) errors["email"] = email.error.issues[0]?.message ?? "";
    return showForm(c, { token, email: values["email"] ?? "", errors });
  }
  const input = { email: email.data, password: chosen.password, setupToken: token };
  const person = await createFirstAdmin(c.get("db"), input, c.get("now"));
  if (!person) return c.notFound();
  await giveSession(c, await enter(c.get("db"), person, { way: "set-up token", place: placeOf(c) }, c.get("now")));
  return redirectWith(c, firstPage(c), {
    tone: "good",
    text: "You are now the administrator. The steps below lead to the first invoice in QuickBooks.",
  });
});

interface SetupFormProps {
  token: string;
  email: string;
  errors: FieldErrors;
}

function showForm(c: Context<AppEnv>, props: SetupFormProps): Promise<Response> {
  const status = Object.keys(props.errors).length > 0 ? 422 : 200;
  return showNarrowPage(c, { title: "Set up", status, body: <SetupForm c={c} {...props} /> });
}

function SetupForm({ c, token, email, errors }: SetupFormProps & { c: Context<AppEnv> }) {
  return (
    <div class="card">
      <h1>Create the first administrator</h1>
      <p class="muted">This page works once. Everybody else is invited by an administrator.</p>
      <form method="post" action="/setup" class="form" novalidate>
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
          Create administrator
        </button>
      </form>
    </div>
  );
}
