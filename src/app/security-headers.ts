/**
 * The headers of every response, above all the policy: it must never allow inline code without the nonce of this very
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
/** How long a page waits for the discovery document, and how long it is not requested again after a failure. */
const DISCOVERY_WAIT_MS = 2_000;
const DISCOVERY_PAUSE_MS = 30_000;
/** Our pages use the clipboard and passkeys, and nothing else that a browser can do. */
const PERMISSIONS = {
  camera: [],
  microphone: [],
  geolocation: [],
  payment: [],
  usb: [],
  publickeyCredentialsGet: ["self"],
  publickeyCredentialsCreate: ["self"],
};
/** Address of a discovery document → when it may be requested again, in this isolate. */
const pausedUntil = new Map<string, number>();

/**
 * Headers of every response, even if the app is not configured. `form-action` names the authorization host, or Chromium
 * blocks the way there (docs/contract.md, section 9).
 */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  const nonce = randomToken(NONCE_BYTES);
  c.set("nonce", nonce);
  await next();
  const config: Config | undefined = c.get("config");
  // All of their pages, even a form that came back with errors: any of them may have the Reconnect button.
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
    permissionsPolicy: PERMISSIONS,
    strictTransportSecurity: config?.isSecure ? "max-age=31536000; includeSubDomains" : false,
  });
  await setHeaders(c, async () => {});
};

/** No browser or proxy may keep anything that the Worker responds with. */
export const noStore: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  c.header("cache-control", "no-cache, no-store");
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
    log("discovery.unavailable", { cause: error instanceof Error ? error.message : "unknown" });
    return null;
  }
}
