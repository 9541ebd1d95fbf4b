/**
 * Which kind of caller an address is for: it decides how faults are reported and which guards apply, never who may
 * enter.
 */
import type { Context } from "hono";

/** True for programs (API, webhooks, health): they get problems as JSON, and no cookie guards them. */
export function isForPrograms(c: Context): boolean {
  return isApi(c) || c.req.path.startsWith("/webhooks/") || c.req.path === "/healthz";
}

/** True for the API with its keys; its readable docs are a page. */
export function isApi(c: Context): boolean {
  return c.req.path === "/api" || (c.req.path.startsWith("/api/") && c.req.path !== "/api/docs");
}

/** True if a page was requested; a caller that accepts anything gets HTML here. */
export function isPageRequest(c: Context): boolean {
  return c.req.method === "GET" && !isForPrograms(c) && /text\/html|\*\/\*/.test(c.req.header("accept") ?? "*/*");
}
