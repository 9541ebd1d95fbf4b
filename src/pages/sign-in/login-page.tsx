/**
 * Signing in and out. The page never reveals whether an address has an account.
 */
import { Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { openToAll } from "../../people/route-access.ts";
import { clearSessionCookie, endSession, giveSession } from "../../people/sessions.ts";
import { signIn } from "../../people/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { readForm } from "../parts/form.ts";
import { localPath, redirectTo } from "../parts/local-redirect.ts";
import { showNarrowPage } from "../parts/shell.tsx";

export const loginPage = new Hono<AppEnv>();

loginPage.get("/login", openToAll("it is the way in"), async (c) => {
  const next = afterSignIn(c.req.query("next"));
  if (c.get("person")) return redirectTo(c, next);
  return showNarrowPage(c, { title: "Sign in", body: <LoginForm next={next} email="" error={null} /> });
});

loginPage.post("/login", openToAll("it is the way in; failed tries are counted"), async (c) => {
  const { values } = await readForm(c);
  const next = afterSignIn(values["next"]);
  const email = values["email"] ?? "";
  const address = c.req.header("cf-connecting-ip") ?? null;
  const result = await signIn(c.get("db"), { email, password: values["password"] ?? "", address }, c.get("now"));
  if (result.ok) {
    await giveSession(c, result.session);
    return redirectTo(c, next);
  }
  if (result.retryAfterSeconds !== null) c.header("Retry-After", String(result.retryAfterSeconds));
  const status = result.reason === "throttled" ? 429 : 422;
  return showNarrowPage(c, {
    title: "Sign in",
    status,
    body: <LoginForm next={next} email={email} error={result.message} />,
  });
});

loginPage.post("/logout", openToAll("it ends the visitor's own session"), async (c) => {
  const sessionHash = c.get("sessionHash");
  if (sessionHash) await endSession(c.get("db"), sessionHash);
  clearSessionCookie(c);
  return redirectTo(c, "/login");
});

function LoginForm({ next, email, error }: { next: string; email: string; error: string | null }) {
  return (
    <div class="card">
      <h1>Sign in</h1>
      {error && <Notice tone="bad">{error}</Notice>}
      <form method="post" action="/login" class="form">
        <input type="hidden" name="next" value={next} />
        <Field
          name="email"
          label="Email"
          type="email"
          value={email}
          autocomplete="username"
          required
          spellcheck={false}
        />
        <Field name="password" label="Password" type="password" autocomplete="current-password" required />
        <button type="submit" class="button primary">
          Sign in
        </button>
      </form>
    </div>
  );
}

/**
 * Where signing in leads: to the page that was requested, never back to the sign-in page; otherwise to the dashboard.
 */
function afterSignIn(next: string | undefined): string {
  const path = localPath(next);
  return path === null || path.startsWith("/login") ? "/" : path;
}
