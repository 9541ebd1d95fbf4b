/**
 * How a page responds when an action refuses: the matching status, and where to go.
 */
import type { Context } from "hono";
import type { Refusal } from "../../actions/result.ts";
import type { AppEnv } from "../../app-context.ts";
import { ProblemError } from "../../platform/problem.ts";
import { redirectWith } from "./flash.ts";

/** The status of a page that shows why something was refused. */
export type RefusalStatus = 404 | 409 | 422 | 503;

const STATUSES = { not_found: 404, conflict: 409, invalid: 422, unavailable: 503 } as const;

/** The status of a page that shows the refusal. */
export function statusOf(refusal: Refusal): RefusalStatus {
  return STATUSES[refusal.reason];
}

/** Redirects to a page that says why; for buttons, which have no typed values to keep. */
export function backWith(c: Context<AppEnv>, path: string, refusal: Refusal): Response {
  if (refusal.reason === "not_found") throw missing(refusal.message);
  return redirectWith(c, path, { tone: "bad", text: refusal.message });
}

/** The 404 for a page whose subject does not exist. */
export function missing(detail: string): ProblemError {
  return new ProblemError({ status: 404, title: "Not found", detail });
}
