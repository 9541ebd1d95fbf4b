/**
 * Finds out who makes the request: an API key on the API, a session or a Cloudflare Access token on the pages. The two
 * must never mix: a cookie does not open the API, so the API needs no guard against forged forms.
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { findKeyHolder } from "../people/api-keys.ts";
import { ACCESS_HEADER, findAccessPerson } from "../people/cloudflare-access.ts";
import { findSession, readSessionCookie } from "../people/sessions.ts";
import { sha256Hex } from "../platform/ids.ts";

const BEARER = /^Bearer +(\S+)$/i;

export const keyHolder: MiddlewareHandler<AppEnv> = async (c, next) => {
  const key = BEARER.exec(c.req.header("authorization") ?? "")?.[1];
  if (key !== undefined) c.set("apiKey", await findKeyHolder(c.get("db"), key, c.get("now")));
  await next();
};

export const signedInPerson: MiddlewareHandler<AppEnv> = async (c, next) => {
  const token = readSessionCookie(c);
  const session = token === undefined ? null : await findSession(c.get("db"), token, c.get("now"));
  if (session) {
    c.set("person", session.person);
    c.set("sessionHash", session.sessionHash);
  } else {
    const { access } = c.get("config");
    const accessToken = c.req.header(ACCESS_HEADER);
    if (access && accessToken) {
      const person = await findAccessPerson(c.get("db"), { access, token: accessToken }, c.get("now"));
      c.set("person", person);
      // An Access person has no session row, so what is bound to a session (a started authorization) is bound to the
      // person.
      if (person) c.set("sessionHash", await sha256Hex(`access ${person.id}`));
    }
  }
  await next();
};
