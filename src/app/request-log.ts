/**
 * One wide line per request. It names the route's pattern, never the address itself: addresses carry tokens, searches
 * and customers' names. Who it was is an ID, never a name.
 */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { AppEnv } from "../app-context.ts";
import { log } from "../platform/log.ts";

export const requestLog: MiddlewareHandler<AppEnv> = async (c, next) => {
  const startedAt = Date.now();
  await next();
  const route = matchedRoutes(c).findLast((matched) => matched.method !== "ALL");
  log("request", {
    method: c.req.method,
    route: route?.path ?? "(none)",
    status: c.res.status,
    durationMs: Date.now() - startedAt,
    who: c.get("apiKey") ? "api_key" : c.get("person") ? "user" : "nobody",
    whoId: c.get("apiKey")?.id ?? c.get("person")?.id,
    ray: c.req.header("cf-ray"),
  });
};
