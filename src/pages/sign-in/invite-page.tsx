/**
 * Accepting an invitation: the one-time link asks for a password and signs the person in.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { acceptInvitation, findInvitation } from "../../people/invitations.ts";
import { newPasswordFieldFor, PASSWORD_HINT } from "../../people/new-password.ts";
import { openToAll } from "../../people/route-access.ts";
import { startSession, giveSession } from "../../people/sessions.ts";
import { Field } from "../../ui/field.tsx";
import { redirectWith } from "../parts/flash.ts";
import { readForm } from "../parts/form.ts";
import { showNarrowPage } from "../parts/shell.tsx";

export const invitePage = new Hono<AppEnv>();

invitePage.get("/invite/:token", openToAll("the one-time token guards it"), async (c) => {
  const invitation = await findInvitation(c.get("db"), c.req.param("token"), c.get("now"));
  if (!invitation) return showGone(c);
  return showNarrowPage(c, {
    title: "Invitation",
    body: <InviteForm token={c.req.param("token")} email={invitation.email} error={null} />,
  });
});

invitePage.post("/invite/:token", openToAll("the one-time token guards it"), async (c) => {
  const token = c.req.param("token");
  const invitation = await findInvitation(c.get("db"), token, c.get("now"));
  if (!invitation) return showGone(c);
  const field = await newPasswordFieldFor(c.get("db"), c.get("config"), invitation.email);
  const parsed = field.safeParse((await readForm(c)).values["password"]);
  if (!parsed.success) {
    const error = parsed.error.issues[0]?.message ?? null;
    return showNarrowPage(c, {
      title: "Invitation",
      status: 422,
      body: <InviteForm token={token} email={invitation.email} error={error} />,
    });
  }
  const person = await acceptInvitation(c.get("db"), token, parsed.data, c.get("now"));
  if (!person) return showGone(c);
  await giveSession(c, await startSession(c.get("db"), person.id, c.get("now")));
  return redirectWith(c, "/", { tone: "good", text: `Welcome. You are signed in as ${person.email}.` });
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

function InviteForm({ token, email, error }: { token: string; email: string; error: string | null }) {
  return (
    <div class="card">
      <h1>Choose a password</h1>
      <p>
        You were invited as <strong>{email}</strong>.
      </p>
      <form method="post" action={`/invite/${token}`} class="form" novalidate>
        <input type="hidden" name="email" value={email} autocomplete="username" />
        <Field
          name="password"
          label="Password"
          type="password"
          error={error}
          hint={PASSWORD_HINT}
          autocomplete="new-password"
          required
        />
        <button type="submit" class="button primary">
          Accept invitation
        </button>
      </form>
    </div>
  );
}
