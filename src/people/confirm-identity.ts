/**
 * Asks again who it is before what matters: inviting, roles, keys, secrets, addresses, disconnecting. A cookie that was
 * stolen, or a browser that was left open, is then not enough. The page that asks (pages/sign-in/confirm-page.tsx) carries
 * the refused form along and sends it again with the proof, so that nothing has to be typed twice.
 */
import type { Context } from "hono";
import type { AppEnv } from "../app-context.ts";
import { knownDeviceOf } from "./known-device.ts";
import { type ChallengePurpose, findPasskeyOwner } from "./passkeys.ts";
import { confirmSession, placeOf } from "./sessions.ts";
import { checkPassword } from "./sign-in.ts";

/** How long a sign-in counts as recent. */
const RECENT_MS = 10 * 60_000;

/** The fields in which the page that asks sends the proof. */
export const CONFIRM_PASSWORD = "confirm_password";
export const CONFIRM_PASSKEY = "confirm_passkey";

/** Thrown where the person has to prove again who they are; `fault` says what was wrong with the proof, if there was one. */
export class IdentityNotConfirmed extends Error {
  override readonly name = "IdentityNotConfirmed";
  constructor(readonly fault: { message: string; retryAfterSeconds: number | null } | null) {
    super("a recent sign-in is needed");
  }
}

/** Goes on if the person signed in lately, or proves now who they are. Throws IdentityNotConfirmed otherwise. */
export async function confirmIdentity(c: Context<AppEnv>): Promise<void> {
  const confirmedAt = c.get("confirmedAt");
  if (confirmedAt !== null && c.get("now").getTime() - Date.parse(confirmedAt) < RECENT_MS) return;
  const form = await c.req.formData();
  const [password, passkey] = [form.get(CONFIRM_PASSWORD), form.get(CONFIRM_PASSKEY)];
  if (typeof passkey === "string" && passkey !== "") await confirmByPasskey(c, passkey);
  else if (typeof password === "string") await confirmByPassword(c, password);
  else throw new IdentityNotConfirmed(null);
  const sessionHash = c.get("sessionHash");
  if (sessionHash !== null) await confirmSession(c.get("db"), sessionHash, c.get("now"));
}

/** What the challenge of a passkey is for where the person of this session proves who they are. */
export function confirmPurpose(c: Context<AppEnv>): ChallengePurpose {
  return `confirm ${c.get("sessionHash")}`;
}

async function confirmByPasskey(c: Context<AppEnv>, answer: string): Promise<void> {
  const context = { db: c.get("db"), config: c.get("config"), now: c.get("now") };
  const isOn = context.config.signIn.byPasskey;
  const owner = isOn ? await findPasskeyOwner(context, answer, confirmPurpose(c)) : null;
  if (owner?.id !== c.get("person")?.id)
    throw new IdentityNotConfirmed({ message: "That passkey was not accepted. Try again.", retryAfterSeconds: null });
}

async function confirmByPassword(c: Context<AppEnv>, password: string): Promise<void> {
  const email = c.get("config").signIn.byPassword ? c.get("person")?.email : undefined;
  if (email === undefined) throw new IdentityNotConfirmed(null);
  const input = { email, password, place: placeOf(c), known: await knownDeviceOf(c) };
  const checked = await checkPassword(c.get("db"), input, c.get("now"));
  if (checked.ok) return;
  const message = checked.reason === "wrong" ? "This is not your password." : checked.message;
  throw new IdentityNotConfirmed({ message, retryAfterSeconds: checked.retryAfterSeconds });
}
