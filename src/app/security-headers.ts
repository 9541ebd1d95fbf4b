/**
 * The headers of every response, the policy above all: it must never allow inline code without the nonce of this very
 * response.
 */
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { AppEnv } from "../app-context.ts";
import type { Config } from "../env.ts";
import { randomToken } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { discover } from "../quickbooks/oauth.ts";

const NONCE_BYTES = 16;
/** How long a page waits for the discovery document, and how long after a failure it is not asked for again. */
const DISCOVERY_WAIT_MS = 2_000;
const DISCOVERY_PAUSE_MS = 30_000;
/** Address of a discovery document → when it may be asked for again, of this isolate. */
const pausedUntil = new Map<string, number>();

/**
 * Headers of every response, also where the app is not configured. `form-action` names the authorization host, or Chromium
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

function isPage(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").startsWith("text/html");
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
