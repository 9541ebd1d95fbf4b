/**
 * A fault of ours, or of storage, the gate or the platform, which word theirs in too many ways to tell them apart. What had
 * gone out is to be found out; what had not is tried again, and parked after some tries. Every crash has a reference that
 * finds it in the log.
 */
import { internalError } from "../../failures/own-errors.ts";
import type { InvoiceRow } from "../invoice-row.ts";
import { causeText, framesOf } from "../../platform/cause.ts";
import { newId } from "../../platform/ids.ts";
import { log } from "../../platform/log.ts";
import type { Outcome } from "../outcome.ts";

/** What was thrown before anything was sent is tried again this often: mostly it passes. */
const MAX_CRASH_RETRIES = 5;

export function crashOutcome(
  row: Pick<InvoiceRow, "id" | "number" | "crashCount">,
  cause: unknown,
  { isSent, now }: { isSent: boolean; now: Date },
): Extract<Outcome, { kind: "unanswered" | "later" | "refused" }> {
  const reference = newId(now).slice(-12);
  log("push.crashed", { reference, invoiceId: row.id, cause: causeText(cause), frames: framesOf(cause) });
  const error = internalError(reference, `Bookbridge failed while working on invoice ${row.number}.`);
  if (isSent) return { kind: "unanswered", error };
  if (row.crashCount >= MAX_CRASH_RETRIES) return { kind: "refused", error };
  return { kind: "later", dueAt: null, isCrash: true, error: { ...error, retryable: true } };
}
