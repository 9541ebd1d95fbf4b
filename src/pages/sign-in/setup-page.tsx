/**
 * Creates the first administrator. Without the right token, and permanently once an administrator exists, the page is a
 * 404.
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { AppEnv } from "../../app-context.ts";
import { emailField } from "../../people/email.ts";
import { newPasswordFieldFor, PASSWORD_HINT } from "../../people/new-password.ts";
import { openToAll } from "../../people/route-access.ts";
import { startSession, giveSession } from "../../people/sessions.ts";
import { createFirstAdmin, isSetupOpen } from "../../people/setup.ts";
import { Field } from "../../ui/field.tsx";
import { redirectWith } from "../parts/flash.ts";
import { type FieldErrors, fieldErrorsOf, readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";

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
  const password = await newPasswordFieldFor(c.get("db"), c.get("config"), values["email"] ?? "");
  const parsed = z.object({ email: emailField, password }).safeParse(values);
  if (!parsed.success) return showForm(c, { token, email: values["email"] ?? "", errors: fieldErrorsOf(parsed.error) });
  const person = await createFirstAdmin(c.get("db"), parsed.data, c.get("now"));
  if (!person) return c.notFound();
  await giveSession(c, await startSession(c.get("db"), person.id, c.get("now")));
  return redirectWith(c, "/", {
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
  return showNarrowPage(c, { title: "Set up", status, body: <SetupForm {...props} /> });
}

function SetupForm({ token, email, errors }: SetupFormProps) {
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
        <Field
          name="password"
          label="Password"
          type="password"
          error={errors["password"]}
          hint={PASSWORD_HINT}
          autocomplete="new-password"
          required
        />
        <button type="submit" class="button primary">
          Create administrator
        </button>
      </form>
    </div>
  );
}
