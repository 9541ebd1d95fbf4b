/**
 * Serves pages under one host name, the one that cookies and the OAuth redirect belong to (docs/contract.md, section
 * 9).
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { isPageRequest } from "./areas.ts";

const REDIRECT_STATUS = 302;

/** Redirects a page under another host name to APP_ORIGIN. */
export const oneHost: MiddlewareHandler<AppEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  const { appOrigin } = c.get("config");
  if (isPageRequest(c) && url.hostname !== new URL(appOrigin).hostname) {
    return c.redirect(appOrigin + url.pathname + url.search, REDIRECT_STATUS);
  }
  return next();
};
