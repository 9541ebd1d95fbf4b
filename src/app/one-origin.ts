/**
 * Serves everything under one origin, APP_ORIGIN: the one that cookies, passkeys and the OAuth redirect belong to, and the
 * one that firewall, rate limits and Cloudflare Access stand in front of (docs/contract.md, section 9). A page that is
 * opened elsewhere leads there; anything else under another host, or by http, is refused and never redirected, since its
 * key or its form has been sent the wrong way already.
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { isLoopback } from "../env.ts";
import { ProblemError } from "../platform/problem.ts";
import { isPageRequest } from "./areas.ts";

const REDIRECT_STATUS = 302;

export const oneOrigin: MiddlewareHandler<AppEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  const own = new URL(c.get("config").appOrigin);
  if (url.origin === own.origin) return next();
  // What stays on this machine may use any port, and a program any of the machine's own names.
  const isLocal = own.protocol === "http:" && isLoopback(own.hostname) && isLoopback(url.hostname);
  if (isLocal && (url.hostname === own.hostname || !isPageRequest(c))) return next();
  if (isPageRequest(c)) return c.redirect(own.origin + url.pathname + url.search, REDIRECT_STATUS);
  if (url.host === own.host)
    throw new ProblemError({
      status: 403,
      title: "Only https",
      detail: `This came by http, so that others could read it. Use ${own.origin}, and replace the key or password that was sent.`,
    });
  throw new ProblemError({ status: 421, title: "Another host", detail: `This app answers at ${own.origin} only.` });
};
