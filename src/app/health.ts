/**
 * `/healthz`: does this Worker reach its storage? It needs no key, so it must say nothing but yes or no, and the
 * version.
 */
import type { Context } from "hono";
import packageJson from "../../package.json" with { type: "json" };
import type { AppEnv } from "../app-context.ts";
import { log } from "../platform/log.ts";

/** 200 if D1 and KV respond, otherwise 503 (docs/contract.md, section 6). */
export async function respondHealth(c: Context<AppEnv>): Promise<Response> {
  try {
    await Promise.all([c.env.DB.prepare("SELECT 1").run(), c.env.TOKENS.get("health")]);
    return c.json({ ok: true, version: packageJson.version });
  } catch (error) {
    log("health.failed", { cause: error instanceof Error ? error.name : "unknown" });
    return c.json({ ok: false }, 503, { "retry-after": "30" });
  }
}
