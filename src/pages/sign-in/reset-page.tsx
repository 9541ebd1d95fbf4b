/**
 * Coming back after an administrator has reset the password: the one-time link asks for a new one and signs in.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { findReset, useReset } from "../../people/password-resets.ts";
import { openToAll } from "../../people/route-access.ts";
import { giveSession, placeOf } from "../../people/sessions.ts";
import { enter } from "../../people/sign-in.ts";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";
import { firstPage, PasswordChoice, readPasswordChoice } from "./password-choice.tsx";

export const resetPage = new Hono<AppEnv>();

resetPage.get("/reset/:token", openToAll("the one-time token guards it"), async (c) => {
  const user = await findReset(c.get("db"), c.req.param("token"), c.get("now"));
  return user ? showForm(c, user.email, null) : showGone(c);
});

resetPage.post("/reset/:token", openToAll("the one-time token guards it"), async (c) => {
  const token = c.req.param("token");
  const asked = await findReset(c.get("db"), token, c.get("now"));
  if (!asked) return showGone(c);
  const chosen = await readPasswordChoice(c, (await readForm(c)).values["password"], asked.email);
  if (!chosen.ok) return showForm(c, asked.email, chosen.error);
  const user = await useReset(c.get("db"), token, chosen.password, c.get("now"));
  if (!user) return showGone(c);
  await giveSession(
    c,
    await enter(c.get("db"), user, { way: "link to a new password", place: placeOf(c) }, c.get("now")),
  );
  return redirectWith(c, firstPage(c), {
    tone: "good",
    text: "You are signed in. You were signed out everywhere else, and passkeys that you had were removed.",
  });
});

function showGone(c: Context<AppEnv>): Promise<Response> {
  const body = (
    <div class="card">
      <h1>This link is no longer open</h1>
      <p>It was used, replaced or is older than a day. Ask an administrator for a new one.</p>
      <p>
        <a href="/login">Sign in</a>
      </p>
    </div>
  );
  return showNarrowPage(c, { title: "New password", status: 404, body });
}

function showForm(c: Context<AppEnv>, email: string, error: string | null): Promise<Response> {
  const body = (
    <div class="card">
      <h1>Choose a new password</h1>
      <p>
        For <strong>{email}</strong>. You will be signed out everywhere else, and your passkeys are removed: add them
        again afterwards.
      </p>
      <form method="post" action={c.req.path} class="form" novalidate>
        <input type="hidden" name="email" value={email} autocomplete="username" />
        <PasswordChoice c={c} error={error} />
        <button type="submit" class="button primary">
          Set password
        </button>
      </form>
    </div>
  );
  return showNarrowPage(c, { title: "New password", status: error === null ? 200 : 422, body });
}
