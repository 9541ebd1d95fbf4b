/**
 * What a page answers where an action refused: the status that fits, and where it leads.
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

/** Back to a page that then says why; for buttons, which have nothing typed to keep. */
export function backWith(c: Context<AppEnv>, path: string, refusal: Refusal): Response {
  if (refusal.reason === "not_found") throw missing(refusal.message);
  return redirectWith(c, path, { tone: "bad", text: refusal.message });
}

/** The 404 of a page whose subject is not there. */
export function missing(detail: string): ProblemError {
  return new ProblemError({ status: 404, title: "Not found", detail });
}
