/**
 * A fault of our own code, storage, the gate or the platform, whose errors have too many forms to tell apart. If the
 * document had been sent, it has to be looked up; if not, it is tried again, and fails after some tries. Every crash has a
 * reference under which it is found in the log.
 */
import { internalError } from "../../failures/own-errors.ts";
import { kindOf } from "../../kinds/kinds.ts";
import type { DocumentRow } from "../document-row.ts";
import { causeText, framesOf } from "../../platform/cause.ts";
import { newId } from "../../platform/ids.ts";
import { log } from "../../platform/log.ts";
import type { Outcome } from "../outcome/outcome.ts";

/** How often a crash before anything was sent is tried again: most are temporary. */
const MAX_CRASH_RETRIES = 5;

export function crashOutcome(
  row: Pick<DocumentRow, "kind" | "id" | "number" | "crashCount">,
  cause: unknown,
  { isSent, now }: { isSent: boolean; now: Date },
): Extract<Outcome, { kind: "unanswered" | "later" | "refused" }> {
  const reference = newId(now).slice(-12);
  log("push.crashed", { reference, documentId: row.id, cause: causeText(cause), frames: framesOf(cause) });
  const error = internalError(reference, `Bookbridge failed while working on ${kindOf(row).noun} ${row.number}.`);
  if (isSent) return { kind: "unanswered", error };
  if (row.crashCount >= MAX_CRASH_RETRIES) return { kind: "refused", error };
  return { kind: "later", dueAt: null, isCrash: true, error: { ...error, retryable: true } };
}
