/**
 * Your own account: password, passkeys, sessions. Everyone who is signed in may open it, and it never shows another
 * person's.
 */
import { type Context, Hono } from "hono";
import { changeOwnPassword } from "../../actions/change-password.ts";
import { addOwnPasskey, endOwnOtherSessions, endOwnSession, removeOwnPasskey } from "../../actions/own-account.ts";
import type { AppEnv } from "../../app-context.ts";
import { actionContextOf, runtimeOf } from "../../people/action-context.ts";
import { browserWords } from "../../people/browser-words.ts";
import { knownDeviceOf } from "../../people/known-device.ts";
import { listPasskeys, passkeyChallenge } from "../../people/passkeys.ts";
import { needs } from "../../people/route-access.ts";
import { giveSession, listSessions, placeOf } from "../../people/sessions.ts";
import { findUser } from "../../people/users.ts";
import { agree, plural } from "../../platform/words.ts";
import { redirectWith } from "../parts/flash.ts";
import { byField, type FieldErrors, readForm } from "../parts/form.ts";
import { backWith } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { AccountView } from "./account-view.tsx";

const HERE = "/settings/account";

export const accountPage = new Hono<AppEnv>();

accountPage.get(HERE, needs("read"), (c) => show(c, {}));

accountPage.post(HERE, needs("read"), async (c) => {
  const { current_password: current = "", new_password: wanted = "" } = (await readForm(c)).values;
  const from = { place: placeOf(c), known: await knownDeviceOf(c) };
  const changed = await changeOwnPassword(actionContextOf(c), { current, wanted }, from);
  if (!changed.ok) return show(c, byField(changed.errors));
  await giveSession(c, changed.session);
  return redirectWith(c, HERE, {
    tone: "good",
    text: "Your password has been changed. You are signed out everywhere else.",
  });
});

accountPage.post(`${HERE}/passkeys`, needs("read", "recent"), async (c) => {
  const answer = (await readForm(c)).values["passkey"] ?? "";
  const added = await addOwnPasskey(actionContextOf(c), answer, browserWords(placeOf(c).agent));
  if (!added.ok) return backWith(c, HERE, added);
  return redirectWith(c, HERE, { tone: "good", text: "The passkey is added. You can sign in with it from now on." });
});

accountPage.post(`${HERE}/passkeys/remove`, needs("read", "recent"), async (c) => {
  const removed = await removeOwnPasskey(actionContextOf(c), (await readForm(c)).values["passkey"] ?? "");
  if (!removed.ok) return backWith(c, HERE, removed);
  return redirectWith(c, HERE, { tone: "good", text: "The passkey is removed: it no longer signs you in." });
});

accountPage.post(`${HERE}/sessions/end`, needs("read"), async (c) => {
  const ended = await endOwnSession(actionContextOf(c), (await readForm(c)).values["session"] ?? "");
  if (!ended.ok) return backWith(c, HERE, ended);
  return redirectWith(c, HERE, { tone: "good", text: "The session has ended: that browser is signed out." });
});

accountPage.post(`${HERE}/sessions/end-others`, needs("read"), async (c) => {
  const ended = await endOwnOtherSessions(actionContextOf(c), c.get("sessionHash"));
  if (!ended.ok) return backWith(c, HERE, ended);
  const text = `${plural(ended.ended, "other session")} ${agree(ended.ended, "has", "have")} ended.`;
  return redirectWith(c, HERE, { tone: "good", text });
});

async function show(c: Context<AppEnv>, errors: FieldErrors): Promise<Response> {
  const context = runtimeOf(c);
  const { db, config, now } = context;
  const id = c.get("person")?.id ?? "";
  const [user, passkeys, sessions] = await Promise.all([
    findUser(db, id),
    listPasskeys(db, id),
    listSessions(db, id, now),
  ]);
  const props = {
    userId: id,
    email: user?.email ?? "",
    hasPassword: config.signIn.byPassword && Boolean(user?.passwordHash),
    hasAccess: config.access !== null,
    passkeys,
    challenge: config.signIn.byPasskey ? await passkeyChallenge(context, `add ${id}`) : null,
    sessions,
    ownHash: c.get("sessionHash"),
    now,
    errors,
  };
  const status = Object.keys(errors).length > 0 ? 422 : 200;
  return showPage(c, { title: "Your account", body: <AccountView here={HERE} {...props} />, status });
}
