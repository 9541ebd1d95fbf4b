/**
 * What guards the pages in the browser: the headers, the one host name, forms from our own pages only.
 * The policy must never allow inline code without the nonce of this very answer.
 */
import type { Context, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../app-context.ts";
import type { Config } from "../env.ts";
import { randomToken } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { ProblemError } from "../platform/problem.ts";
import { discover } from "../quickbooks/oauth.ts";
import { isForPrograms, isPageRequest } from "./areas.ts";

const NONCE_BYTES = 16;
const REDIRECT_STATUS = 302;
/** How long a page waits for the discovery document, and how long after a failure it is not asked for again. */
const DISCOVERY_WAIT_MS = 2_000;
const DISCOVERY_PAUSE_MS = 30_000;
/** Address of a discovery document → when it may be asked for again, of this isolate. */
const pausedUntil = new Map<string, number>();

/**
 * Headers of every answer, also where the app is not configured. `form-action` names the authorization host, or Chromium
 * blocks the way there (docs/contract.md, section 9).
 */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  const nonce = randomToken(NONCE_BYTES);
  c.set("nonce", nonce);
  await next();
  const config: Config | undefined = c.get("config");
  // Every page of theirs, also a form that came back with its faults: the Reconnect button may stand on it.
  const mayConnect = config !== undefined && c.get("person") && isPage(c.res);
  const authorization = mayConnect ? await authorizationOrigin(config) : null;
  const setHeaders = secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", `'nonce-${nonce}'`],
      styleSrc: ["'self'", `'nonce-${nonce}'`],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      formAction: ["'self'", ...(authorization ? [authorization] : [])],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    referrerPolicy: "same-origin",
    xFrameOptions: "DENY",
    strictTransportSecurity: config?.isSecure ? "max-age=31536000; includeSubDomains" : false,
  });
  await setHeaders(c, async () => {});
};

/** Nothing that the Worker answers may be kept by a browser or a proxy. */
export const noStore: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};

/**
 * A page under another host name is sent to APP_ORIGIN, where cookies and the OAuth redirect belong (docs/contract.md,
 * section 9).
 */
export const oneHost: MiddlewareHandler<AppEnv> = async (c, next) => {
  const url = new URL(c.req.url);
  const { appOrigin } = c.get("config");
  if (isPageRequest(c) && url.hostname !== new URL(appOrigin).hostname) {
    return c.redirect(appOrigin + url.pathname + url.search, REDIRECT_STATUS);
  }
  return next();
};

/**
 * Forms are taken from our own pages only, and only as forms. Programs come with a key or a signature instead of a cookie.
 * A request that names no origin at all comes from no browser of the last years, so nobody's cookie can be abused by it.
 */
export const ownForms: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isForPrograms(c)) return next();
  const readAndGoOn = async () => {
    if (!SAFE_METHODS.has(c.req.method)) await readForm(c);
    await next();
  };
  const isFromBrowser = c.req.header("origin") !== undefined || c.req.header("sec-fetch-site") !== undefined;
  return isFromBrowser ? formsFrom(c, readAndGoOn) : readAndGoOn();
};

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const formsFrom = csrf({
  origin: (origin, c: Context<AppEnv>) => origin === c.get("config").appOrigin || origin === new URL(c.req.url).origin,
});

/** Reads the form, for the handler too (Hono keeps it), so that what is no form is told in one place and is no fault of ours. */
async function readForm(c: Context<AppEnv>): Promise<void> {
  const type = c.req.header("content-type");
  if (type === undefined) return;
  if (!FORM_TYPE.test(type))
    throw new ProblemError({ status: 415, title: "Not a form", detail: "Pages take forms; programs use the API." });
  try {
    await c.req.formData();
  } catch {
    throw new ProblemError({
      status: 400,
      title: "Unreadable form",
      detail: "The form could not be read. Open the page again and repeat what you did.",
    });
  }
}

function isPage(answer: Response): boolean {
  return (answer.headers.get("content-type") ?? "").startsWith("text/html");
}

async function authorizationOrigin(config: Config): Promise<string | null> {
  const { discoveryUrl } = config.intuit;
  if (Date.now() < (pausedUntil.get(discoveryUrl) ?? 0)) return null;
  try {
    const waiting = new Promise<never>((_resolve, reject) =>
      setTimeout(() => reject(new Error("too slow")), DISCOVERY_WAIT_MS),
    );
    const found = await Promise.race([discover(fetch, discoveryUrl), waiting]);
    return new URL(found.authorizationEndpoint).origin;
  } catch (error) {
    pausedUntil.set(discoveryUrl, Date.now() + DISCOVERY_PAUSE_MS);
    log("discovery.unavailable", { reason: error instanceof Error ? error.message : "unknown" });
    return null;
  }
}
