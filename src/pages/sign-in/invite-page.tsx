/**
 * Accepting an invitation: the one-time link asks for a password and signs the person in.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { acceptInvitation, findInvitation } from "../../people/invitations.ts";
import { openToAll } from "../../people/route-access.ts";
import { giveSession, placeOf } from "../../people/sessions.ts";
import { enter } from "../../people/sign-in.ts";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";
import { firstPage, PasswordChoice, readPasswordChoice } from "./password-choice.tsx";

export const invitePage = new Hono<AppEnv>();

invitePage.get("/invite/:token", openToAll("the one-time token guards it"), async (c) => {
  const invitation = await findInvitation(c.get("db"), c.req.param("token"), c.get("now"));
  return invitation ? showForm(c, invitation.email, null) : showGone(c);
});

invitePage.post("/invite/:token", openToAll("the one-time token guards it"), async (c) => {
  const token = c.req.param("token");
  const invitation = await findInvitation(c.get("db"), token, c.get("now"));
  if (!invitation) return showGone(c);
  const chosen = await readPasswordChoice(c, (await readForm(c)).values["password"], invitation.email);
  if (!chosen.ok) return showForm(c, invitation.email, chosen.error);
  const person = await acceptInvitation(c.get("db"), token, chosen.password, c.get("now"));
  if (!person) return showGone(c);
  await giveSession(c, await enter(c.get("db"), person, { way: "invitation", place: placeOf(c) }, c.get("now")));
  return redirectWith(c, firstPage(c), { tone: "good", text: `Welcome. You are signed in as ${person.email}.` });
});

function showGone(c: Context<AppEnv>): Promise<Response> {
  const body = (
    <div class="card">
      <h1>This invitation is no longer open</h1>
      <p>It was used, replaced or is older than seven days. Ask an administrator for a new one.</p>
      <p>
        <a href="/login">Sign in</a> if you already have an account.
      </p>
    </div>
  );
  return showNarrowPage(c, { title: "Invitation", status: 404, body });
}

function showForm(c: Context<AppEnv>, email: string, error: string | null): Promise<Response> {
  const body = (
    <div class="card">
      <h1>{c.get("config").signIn.byPassword ? "Choose a password" : "Accept the invitation"}</h1>
      <p>
        You were invited as <strong>{email}</strong>.
      </p>
      <form method="post" action={c.req.path} class="form" novalidate>
        <input type="hidden" name="email" value={email} autocomplete="username" />
        <PasswordChoice c={c} error={error} />
        <button type="submit" class="button primary">
          Accept invitation
        </button>
      </form>
    </div>
  );
  return showNarrowPage(c, { title: "Invitation", status: error === null ? 200 : 422, body });
}
