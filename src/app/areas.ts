/**
 * Which kind of caller an address is for: it decides how a fault is told and which guards apply, never who may come in.
 */
import type { Context } from "hono";

/** True for programs (API, webhooks, health): they get problems in JSON, and are not guarded by cookies. */
export function isForPrograms(c: Context): boolean {
  return isApi(c) || c.req.path.startsWith("/webhooks/") || c.req.path === "/healthz";
}

/** True for the API with its keys; its readable docs are a page. */
export function isApi(c: Context): boolean {
  return c.req.path === "/api" || (c.req.path.startsWith("/api/") && c.req.path !== "/api/docs");
}

/** True where a page is asked for; who accepts anything gets HTML here. */
export function isPageRequest(c: Context): boolean {
  return c.req.method === "GET" && !isForPrograms(c) && /text\/html|\*\/\*/.test(c.req.header("accept") ?? "*/*");
}
