/**
 * Finds out who makes the request: an API key on the API, a session or a Cloudflare Access token on the pages. The two
 * must never mix: a cookie does not open the API, so the API needs no guard against forged forms.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { recordOnceAnHour } from "../people/activity.ts";
import { findIssuedKey, findKeyHolder } from "../people/api-keys.ts";
import { ACCESS_HEADER, findAccessPerson } from "../people/cloudflare-access.ts";
import { strangerAt } from "../people/person.ts";
import { findSession, placeOf, readSessionCookie, type Session } from "../people/sessions.ts";
import { sha256Hex } from "../platform/ids.ts";

const BEARER = /^Bearer +(\S+)$/i;

export const keyHolder: MiddlewareHandler<AppEnv> = async (c, next) => {
  const key = BEARER.exec(c.req.header("authorization") ?? "")?.[1];
  if (key !== undefined) {
    const holder = await findKeyHolder(c.get("db"), key, c.get("now"));
    c.set("apiKey", holder);
    if (holder === null) await recordRefusedKey(c, key);
  }
  await next();
};

/** Somebody uses a key that was revoked, has ended or lost its owner. One that never was is not worth a row. */
async function recordRefusedKey(c: Context<AppEnv>, key: string): Promise<void> {
  const known = await findIssuedKey(c.get("db"), key);
  if (!known) return;
  const subject = { kind: "api_key", ...known } as const;
  const entry = { action: "api_key.refused", subject };
  await recordOnceAnHour(c.get("db"), c.get("now"), strangerAt(placeOf(c).address), entry);
}

/** `sessionHash` of an Access person, who has no session row: what is bound to a session is bound to the person. */
export const signedInPerson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const session = (await ownSession(c)) ?? (await accessSession(c));
  if (session) {
    c.set("person", session.person);
    c.set("sessionHash", session.sessionHash);
    c.set("confirmedAt", session.confirmedAt);
  }
  await next();
};

/** The session of our cookie. Where Cloudflare Access is the only way in, no cookie of ours opens anything. */
async function ownSession(c: Context<AppEnv>): Promise<Session | null> {
  const { signIn } = c.get("config");
  const token = readSessionCookie(c);
  if (token === undefined || !(signIn.byPassword || signIn.byPasskey)) return null;
  return findSession(c.get("db"), token, c.get("now"), !isReload(c));
}

async function accessSession(c: Context<AppEnv>): Promise<Session | null> {
  const { access } = c.get("config");
  const token = c.req.header(ACCESS_HEADER);
  if (!access || !token) return null;
  const found = await findAccessPerson(c.get("db"), { access, token }, c.get("now"));
  return found && { ...found, sessionHash: await sha256Hex(`access ${found.person.id}`) };
}

/** A part of a page that reloads itself: nobody has to be there for it. */
function isReload(c: Context<AppEnv>): boolean {
  return c.req.method === "GET" && c.req.header("hx-request-type") === "partial";
}
