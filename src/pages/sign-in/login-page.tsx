/**
 * Signing in and out. The page never reveals whether an address has an account.
 */
import { type Context, Hono } from "hono";
import type { AppEnv } from "../../app-context.ts";
import { runtimeOf } from "../../people/action-context.ts";
import { ACCESS_HEADER } from "../../people/cloudflare-access.ts";
import { knownDeviceOf, rememberDevice } from "../../people/known-device.ts";
import { findPasskeyOwner, passkeyChallenge } from "../../people/passkeys.ts";
import { openToAll } from "../../people/route-access.ts";
import { clearSessionCookie, endSession, giveSession, placeOf } from "../../people/sessions.ts";
import { enter, signIn } from "../../people/sign-in.ts";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { readForm } from "../parts/form.ts";
import { localPath, redirectTo } from "../parts/local-redirect.ts";
import { PasskeyForm } from "../parts/passkey-form.tsx";
import { showNarrowPage } from "../parts/shell.tsx";

/** Cloudflare's own page that ends its session, on every host behind Access. */
const ACCESS_LOGOUT = "/cdn-cgi/access/logout";

export const loginPage = new Hono<AppEnv>();

loginPage.get("/login", openToAll("it is the way in"), async (c) => {
  const next = afterSignIn(c.req.query("next"));
  if (c.get("person")) return redirectTo(c, next);
  return showLogin(c, { next, email: "", error: null }, 200);
});

loginPage.post("/login", openToAll("it is the way in; failed tries are counted"), async (c) => {
  const { values } = await readForm(c);
  const next = afterSignIn(values["next"]);
  if (!c.get("config").signIn.byPassword)
    return showLogin(c, { next, email: "", error: "Nobody signs in by password here." }, 403);
  const { email = "", password = "" } = values;
  const known = await knownDeviceOf(c);
  const result = await signIn(c.get("db"), { email, password, place: placeOf(c), known }, c.get("now"));
  if (result.ok) {
    await giveSession(c, result.session);
    await rememberDevice(c, result.person.id);
    return redirectTo(c, next);
  }
  if (result.retryAfterSeconds !== null) c.header("Retry-After", String(result.retryAfterSeconds));
  return showLogin(c, { next, email, error: result.message }, result.reason === "throttled" ? 429 : 422);
});

loginPage.post("/login/passkey", openToAll("it is a way in; the passkey's signature guards it"), async (c) => {
  const { values } = await readForm(c);
  const next = afterSignIn(values["next"]);
  const context = runtimeOf(c);
  const isOn = context.config.signIn.byPasskey;
  const user = isOn ? await findPasskeyOwner(context, values["passkey"] ?? "", "sign in") : null;
  if (!user) return showLogin(c, { next, email: "", error: "That passkey was not accepted. Try again." }, 422);
  await giveSession(c, await enter(context.db, user, { way: "passkey", place: placeOf(c) }, context.now));
  await rememberDevice(c, user.id);
  return redirectTo(c, next);
});

loginPage.post("/logout", openToAll("it ends the visitor's own session"), async (c) => {
  const sessionHash = c.get("sessionHash");
  if (sessionHash) await endSession(c.get("db"), sessionHash);
  clearSessionCookie(c);
  // What the browser keeps of our pages; not the cookies, which it would also take from other hosts of the domain.
  c.header("Clear-Site-Data", '"cache", "storage"');
  return redirectTo(c, c.req.header(ACCESS_HEADER) === undefined ? "/login" : ACCESS_LOGOUT);
});

interface LoginProps {
  next: string;
  email: string;
  error: string | null;
}

async function showLogin(c: Context<AppEnv>, props: LoginProps, status: 200 | 403 | 422 | 429): Promise<Response> {
  const context = runtimeOf(c);
  const { byPassword, byPasskey } = context.config.signIn;
  const challenge = byPasskey ? await passkeyChallenge(context, "sign in") : null;
  const body = (
    <div class="card">
      <h1>Sign in</h1>
      {props.error && <Notice tone="bad">{props.error}</Notice>}
      {byPassword && <PasswordForm {...props} />}
      {challenge !== null && (
        <PasskeyForm
          action="/login/passkey"
          label="Sign in with a passkey"
          does="get"
          challenge={challenge}
          field="passkey"
          isPrimary={!byPassword}
        >
          <input type="hidden" name="next" value={props.next} />
        </PasskeyForm>
      )}
      {!byPassword && !byPasskey && <p>You come in through Cloudflare Access: open the app by its usual address.</p>}
    </div>
  );
  return showNarrowPage(c, { title: "Sign in", status, body });
}

function PasswordForm({ next, email }: LoginProps) {
  return (
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
  );
}

/**
 * Where signing in leads: to the page that was requested, never back to the sign-in page; otherwise to the dashboard.
 */
function afterSignIn(next: string | undefined): string {
  const path = localPath(next);
  return path === null || path.startsWith("/login") ? "/" : path;
}
