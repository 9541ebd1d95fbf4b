/**
 * The fifth step of a push: what the response to the frozen bytes means. Only this step can end a push with an unknown
 * outcome. A refusal is explained with a read or two, so that a person knows what to do; if that fails, the refusal still
 * counts: it must never be treated as no answer.
 */
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import type { Failure } from "../quickbooks/faults.ts";
import { recordTaxable } from "../mapping/links.ts";
import type { WrittenInvoice } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { outcomeOfChange } from "./unanswered/outcome-of-change.ts";
import { confirmResend } from "./unanswered/confirm-resend.ts";
import { crashOutcome } from "./failing/crash-outcome.ts";
import { type Ended, ended, tracesOf } from "./ended.ts";
import { explainDuplicate } from "./failing/explain-duplicate.ts";
import { explainInactive } from "./failing/explain-inactive.ts";
import { type Verdict, judgeFailure } from "./failing/judge-failure.ts";
import { outcomeOfFound } from "./unanswered/outcome-of-found.ts";
import type { Frozen } from "./freeze.ts";
import type { Outcome } from "./outcome.ts";
import type { TryFacts } from "./report.ts";
import type { SendResponse } from "./send.ts";
import { subjectOf } from "./subject-of.ts";
import { isTaxLeftOut } from "./total-difference.ts";
import { recordCompanyNews } from "./failing/record-company-news.ts";

export async function judge(frozen: Frozen, response: SendResponse): Promise<Ended> {
  switch (response.kind) {
    case "too_late":
      return sent(frozen, { kind: "later", dueAt: frozen.claimed.context.now().toISOString(), error: null });
    case "failed":
      return judgeRefusal(frozen, response.failure);
    case "crashed":
      return crashed(frozen, response.cause);
    case "answered":
      return judgeAnswer(frozen, response.written);
  }
}

function sent(frozen: Frozen, outcome: Outcome, facts: TryFacts = {}): Ended {
  return ended(frozen.claimed, outcome, { requestId: frozen.requestId, ...facts });
}

function crashed(frozen: Frozen, cause: unknown): Ended {
  const outcome = crashOutcome(frozen.row, cause, { isSent: true, now: frozen.claimed.context.now() });
  return sent(frozen, outcome, { recordAs: "unanswered" });
}

async function judgeAnswer(frozen: Frozen, written: WrittenInvoice): Promise<Ended> {
  await noteExempt(frozen, written.invoice);
  const accepted = (invoice: WrittenInvoice["invoice"]): Ended => {
    const { httpStatus, intuitTid } = written;
    return sent(frozen, { kind: "accepted", invoice }, { recordAs: "accepted", httpStatus, intuitTid });
  };
  if (!frozen.isResend || frozen.row.operation === "void") return accepted(written.invoice);
  try {
    const confirmed = await confirmResend(frozen, written);
    if (confirmed.kind === "accepted") return accepted(confirmed.invoice);
    const { httpStatus, intuitTid } = written;
    return sent(frozen, confirmed, {
      recordAs: confirmed.kind === "gone" ? "found" : "unanswered",
      httpStatus,
      intuitTid,
    });
  } catch (cause) {
    return crashed(frozen, cause);
  }
}

/** Somebody may have made the customer exempt since it was read: it is read again before its next taxed invoice. */
async function noteExempt({ claimed: { context }, row }: Frozen, invoice: Invoice): Promise<void> {
  if (row.operation === "void" || !isTaxLeftOut(row, invoice) || invoice.customer === null) return;
  try {
    await recordTaxable(context.db, context.connection.id, invoice.customer.value, null);
  } catch (cause) {
    log("push.note_failed", { invoiceId: row.id, cause: causeText(cause) });
  }
}

async function judgeRefusal(frozen: Frozen, failure: Failure): Promise<Ended> {
  const { context } = frozen.claimed;
  const { row } = frozen;
  const state = { id: row.id, retryCount: row.retryCount, isSent: true };
  const verdict = judgeFailure(failure, subjectOf(context, row), state, context.now());
  try {
    return await explained(frozen, failure, verdict);
  } catch (cause) {
    log("push.explain_crashed", { invoiceId: row.id, cause: causeText(cause) });
    return unexplained(frozen, failure, verdict);
  }
}

async function explained(frozen: Frozen, failure: Failure, verdict: Verdict): Promise<Ended> {
  const instead = await outcomeOfChange(frozen, failure);
  if (instead)
    return sent(frozen, instead, { recordAs: instead.kind === "later" ? null : "found", ...tracesOf(failure) });
  await recordCompanyNews(frozen.claimed.context, verdict.company);
  const duplicate = await explainDuplicate(frozen, failure);
  if (duplicate?.kind === "ours")
    return sent(frozen, outcomeOfFound(frozen.row, duplicate.invoice), { recordAs: "found" });
  const error = duplicate?.error ?? (await explainInactive(frozen, failure));
  if (!error || verdict.outcome.kind !== "refused") return unexplained(frozen, failure, verdict);
  return unexplained(frozen, failure, { ...verdict, outcome: { kind: "refused", error } });
}

function unexplained(frozen: Frozen, failure: Failure, { outcome, recordAs }: Verdict): Ended {
  return sent(frozen, outcome, { recordAs, ...tracesOf(failure) });
}
