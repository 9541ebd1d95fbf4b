/**
 * Checks an authorize request (docs/qbo-api.md, section 1.2). An invalid request gets a page and never a redirect,
 * because an address that was not registered must not receive anything.
 */
import type { Env } from "../env.ts";
import type { OauthSettings } from "./oauth-settings.ts";

const KNOWN_SCOPES: ReadonlySet<string> = new Set([
  "com.intuit.quickbooks.accounting",
  "com.intuit.quickbooks.payment",
  "openid",
  "profile",
  "email",
  "phone",
  "address",
]);

export interface AuthorizeRequest {
  clientId: string;
  redirectUri: string;
  scope: string;
  state: string;
}

export type Judged = { ok: true; request: AuthorizeRequest } | { ok: false; reason: string };

/** `read` returns a parameter's value, or undefined if it is missing. */
export function judgeAuthorize(read: (name: string) => string | undefined, env: Env, settings: OauthSettings): Judged {
  const refuse = (reason: string): Judged => ({ ok: false, reason });
  const clientId = read("client_id") ?? "";
  if (clientId !== env.CLIENT_ID) return refuse("The client_id query parameter is not that of a known app.");
  const redirectUri = read("redirect_uri") ?? "";
  if (!isRegistered(redirectUri, settings)) {
    return refuse(
      "The redirect_uri query parameter value is invalid. It has to be an address that is registered for the app.",
    );
  }
  if (read("response_type") !== "code") return refuse("The response_type query parameter has to be code.");
  const scopes = (read("scope") ?? "").split(" ").filter((scope) => scope !== "");
  const unknown = scopes.find((scope) => !KNOWN_SCOPES.has(scope));
  if (scopes.length === 0 || unknown !== undefined) {
    return refuse(
      `The scope query parameter is missing or names a scope that does not exist${unknown === undefined ? "" : `: ${unknown}`}.`,
    );
  }
  const state = read("state") ?? "";
  if (state === "") return refuse("The state query parameter is missing.");
  return { ok: true, request: { clientId, redirectUri, scope: scopes.join(" "), state } };
}

/** Whether consent is for a company at all: only the accounting and payment scopes come with a realm ID. */
export function needsCompany(scope: string): boolean {
  return scope.split(" ").some((part) => part.startsWith("com.intuit.quickbooks."));
}

/** The callback address with the result added. */
export function callbackUrl(redirectUri: string, result: Record<string, string>): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  return url.toString();
}

function isRegistered(redirectUri: string, settings: OauthSettings): boolean {
  if (settings.redirect_uris.length > 0) return settings.redirect_uris.includes(redirectUri);
  return /^https?:\/\/[^\s#]+$/.test(redirectUri) && URL.canParse(redirectUri);
}
