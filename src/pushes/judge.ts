/**
 * The fifth step of a push: what the response to the frozen bytes means. Only this step can end a push with an unknown
 * outcome. A refusal is explained with a read or two, so that a person knows what to do; if that fails, the refusal still
 * counts: it must never be treated as no answer.
 */
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import type { Failure } from "../quickbooks/faults.ts";
import type { QboDocument, WrittenDocument } from "../kinds/document-kind.ts";
import { outcomeOfChange } from "./unanswered/outcome-of-change.ts";
import { confirmResend } from "./unanswered/confirm-resend.ts";
import { crashOutcome } from "./failing/crash-outcome.ts";
import { type Ended, ended, tracesOf } from "./ended.ts";
import { explainDuplicate } from "./failing/explain-duplicate.ts";
import { learnFromDocument, learnFromRefusal } from "./failing/learn-letters.ts";
import { explainInactive } from "./failing/explain-inactive.ts";
import { type Verdict, judgeFailure } from "./failing/judge-failure.ts";
import { outcomeOfFound } from "./unanswered/outcome-of-found.ts";
import type { Frozen } from "./freeze.ts";
import type { Outcome } from "./outcome/outcome.ts";
import type { TryFacts } from "./outcome/report.ts";
import type { SendResponse } from "./send.ts";
import { subjectOf } from "./subject-of.ts";
import { noteExempt } from "./failing/note-exempt.ts";
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

async function judgeAnswer(frozen: Frozen, written: WrittenDocument): Promise<Ended> {
  const accepted = async (document: QboDocument): Promise<Ended> => {
    await noteExempt(frozen.claimed.context, frozen.row, document);
    await learnFromDocument(frozen.claimed.context, frozen.row, document);
    const { httpStatus, intuitTid } = written;
    return sent(frozen, { kind: "accepted", document }, { recordAs: "accepted", httpStatus, intuitTid });
  };
  if (!frozen.isResend || frozen.row.operation === "void") return accepted(written.document);
  try {
    const confirmed = await confirmResend(frozen, written);
    if (confirmed.kind === "accepted") return await accepted(confirmed.document);
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

async function judgeRefusal(frozen: Frozen, failure: Failure): Promise<Ended> {
  const { context } = frozen.claimed;
  const { row } = frozen;
  const state = { id: row.id, retryCount: row.retryCount, isSent: true };
  const verdict = judgeFailure(failure, subjectOf(context, row), state, context.now());
  try {
    return await explained(frozen, failure, verdict);
  } catch (cause) {
    log("push.explain_crashed", { documentId: row.id, cause: causeText(cause) });
    return unexplained(frozen, failure, verdict);
  }
}

async function explained(frozen: Frozen, failure: Failure, verdict: Verdict): Promise<Ended> {
  const instead = await outcomeOfChange(frozen, failure);
  if (instead)
    return sent(frozen, instead, { recordAs: instead.kind === "later" ? null : "found", ...tracesOf(failure) });
  await recordCompanyNews(frozen.claimed.context, verdict.company);
  const duplicate = await explainDuplicate(frozen, failure);
  if (duplicate?.kind === "ours") {
    await learnFromDocument(frozen.claimed.context, frozen.row, duplicate.document);
    return sent(frozen, outcomeOfFound(frozen.row, duplicate.document), { recordAs: "found" });
  }
  if (verdict.outcome.kind === "refused" && (await learnFromRefusal(frozen.claimed.context, failure)))
    return unexplained(frozen, failure, { ...verdict, outcome: { ...verdict.outcome, goesAgain: true } });
  const inactive = duplicate ? null : await explainInactive(frozen, failure);
  if (verdict.outcome.kind !== "refused") return unexplained(frozen, failure, verdict);
  const error = duplicate?.error ?? inactive?.error ?? verdict.outcome.error;
  const goesAgain = inactive?.goesAgain ?? false;
  return unexplained(frozen, failure, { ...verdict, outcome: { kind: "refused", error, goesAgain } });
}

function unexplained(frozen: Frozen, failure: Failure, { outcome, recordAs }: Verdict): Ended {
  return sent(frozen, outcome, { recordAs, ...tracesOf(failure) });
}
