/**
 * The fixes that the invoice page offers: link the invoice that uses the number, use another number, reactivate an
 * inactive customer or item. Each checks that the invoice is still failed, so a double click acts only once.
 */
import { findConnection } from "../../connections/store.ts";
import type { Runtime } from "../../app-context.ts";
import type { InvoiceRow } from "../invoice-row.ts";
import { runBatch, tookHold } from "../../platform/db.ts";
import { sha256Hex } from "../../platform/ids.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import { isVoided, readInvoice } from "../../quickbooks/invoices.ts";
import { MAX_DOC_NUMBER_CHARS } from "../../quickbooks/limits.ts";
import { type PushError, readError } from "../../failures/push-error.ts";
import { type Holder, heldElsewhere } from "../../failures/own-errors.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { findOtherOfOurs } from "../../pushes/failing/explain-duplicate.ts";
import { type LinkQuestion, compareToLink, questionText } from "./compare-to-link.ts";
import { changeInvoice } from "../invoice-writes.ts";
import { pushes } from "../../pushes/schema.ts";
import { judgeFailure } from "../../pushes/failing/judge-failure.ts";
import { type PushContext, newContext, quickBooksOf } from "../../pushes/push-context.ts";
import { sendInvoices } from "./send-invoices.ts";
import { errorOf, reportOf } from "../../pushes/outcome/report.ts";
import { changesWait } from "../../pushes/settle.ts";
import { settleRow } from "../../pushes/settle-row.ts";
import { subjectOf } from "../../pushes/subject-of.ts";
import type { Step } from "../../failures/subject.ts";
import { reactivate } from "../../quickbooks/reactivate.ts";

export type FixResult = { ok: true } | { ok: false; message: string; question?: LinkQuestion };

const NOT_FAILED: FixResult = {
  ok: false,
  message: "The invoice is no longer failed for this reason; check it again.",
};

/**
 * Links the QuickBooks invoice that uses the number: a person says that they are the same. Immediately only if both sides
 * agree; otherwise the result has a question, and `confirmed` is the person's answer, the question's `seen`. One metered
 * read. One that belongs to another document of ours is never linked.
 */
export async function linkInvoice(runtime: Runtime, row: InvoiceRow, confirmed?: string): Promise<FixResult> {
  const holder = fixSubject(row, "choose_number");
  const context = await contextOf(runtime, row);
  // An invoice that is already in QuickBooks can't be linked to a second one.
  if (!holder || !context || row.qboId !== null) return NOT_FAILED;
  return inQuickBooks(context, row, { kind: "document", operation: "create" }, async () => {
    const found = await readInvoice(quickBooksOf(context), holder.id);
    if (!found)
      return { ok: false, message: `Invoice ${holder.name} is no longer in QuickBooks. Send this one again.` };
    const other = await findOtherOfOurs(runtime.db, row, { connectionId: context.connection.id, found });
    if (other) return keepApart(context, row, found, other.document);
    if (isVoided(found)) return { ok: false, message: VOIDED_THERE };
    const question = await compareToLink(context, row, found, holder.name);
    if (question && question.seen !== confirmed) return { ok: false, message: questionText(question), question };
    const report = reportOf({ kind: "accepted", document: found, isLinked: true }, runtime.now, { recordAs: "found" });
    const settled = await settleRow(runtime.db, row, report, changesWait(context));
    if (!settled) return NOT_FAILED;
    return settled.qboId === found.id ? { ok: true } : { ok: false, message: readError(settled.error)?.message ?? "" };
  });
}

const VOIDED_THERE =
  "That invoice is voided in QuickBooks, so nothing is booked there for this one. Send this one under another number.";

/** It stays failed, and its error now names the invoice to which the one in QuickBooks belongs. */
async function keepApart(
  context: PushContext,
  row: InvoiceRow,
  found: QboDocument,
  holder: Holder | null,
): Promise<FixResult> {
  const error = heldElsewhere({ noun: "invoice", number: row.number }, found.id, holder);
  const report = reportOf({ kind: "refused", error }, context.now());
  await settleRow(context.db, row, report, changesWait(context));
  return { ok: false, message: `${error.message} It can't be linked to this one.` };
}

/** Sends the invoice under another number; an invalid number is reported in the result. */
export async function useAnotherNumber(runtime: Runtime, row: InvoiceRow, number: string): Promise<FixResult> {
  const docNumber = number.trim();
  if (docNumber === "" || docNumber.length > MAX_DOC_NUMBER_CHARS) {
    return { ok: false, message: `Enter a number of 1 to ${MAX_DOC_NUMBER_CHARS} characters.` };
  }
  if (docNumber === row.number) return { ok: false, message: `${docNumber} is already taken; enter another number.` };
  if (row.state !== "failed") return NOT_FAILED;
  const { content, moved } = changeInvoice(runtime.db, row, { docNumber }, { now: runtime.now });
  const changed = await runBatch(runtime.db, [...content, moved.returning({ id: pushes.documentId })]);
  return !tookHold(changed.at(-1)) ? NOT_FAILED : resend(runtime, row);
}

/** Reactivates the record named by the error in QuickBooks, and sends the invoice again. */
export async function makeActiveAgain(runtime: Runtime, row: InvoiceRow): Promise<FixResult> {
  const subject = fixSubject(row, "reactivate");
  const context = await contextOf(runtime, row);
  if (!subject || !context) return NOT_FAILED;
  const doing: Step =
    subject.kind === "customer"
      ? { kind: "customer", name: subject.name }
      : { kind: "item", name: subject.name, sku: null };
  return inQuickBooks(context, row, doing, async () => {
    const qb = quickBooksOf(context);
    const requestId = (await sha256Hex(`reactivate ${subject.kind} ${subject.id} ${row.id} ${row.rowVersion}`)).slice(
      0,
      36,
    );
    if (subject.kind === "customer") await reactivate(qb, "Customer", subject.id, requestId);
    else if (subject.kind === "item") await reactivate(qb, "Item", subject.id, requestId);
    else
      return {
        ok: false,
        message: `Make the ${subject.kind} '${subject.name}' active in QuickBooks, then send the invoice again.`,
      };
    return resend(runtime, row);
  });
}

/** A number that is probably free: the invoice's own with -2 appended, cut to fit. */
export function suggestNumber(row: Pick<InvoiceRow, "number" | "docNumber">): string {
  const [, base = row.number, count = "1"] = /^(.*)-(\d{1,2})$/.exec(row.docNumber ?? "") ?? [];
  const tail = `-${Number(count) + 1}`;
  return `${base.slice(-(MAX_DOC_NUMBER_CHARS - tail.length))}${tail}`;
}

async function resend(runtime: Runtime, row: InvoiceRow): Promise<FixResult> {
  const [sent] = await sendInvoices(runtime.env, runtime.db, [row.id], runtime.now);
  return sent?.status === "queued"
    ? { ok: true }
    : { ok: false, message: sent?.error?.message ?? "The invoice can't be sent now." };
}

function fixSubject(row: InvoiceRow, action: NonNullable<PushError["fix"]>["action"]) {
  const fix = row.state === "failed" ? readError(row.error)?.fix : null;
  return fix?.action === action ? (fix?.subject ?? null) : null;
}

async function contextOf(runtime: Runtime, row: InvoiceRow): Promise<PushContext | null> {
  const connection = row.connectionId === null ? null : await findConnection(runtime.db, row.connectionId);
  return connection && newContext(runtime.env, runtime.config, runtime.db, connection);
}

/** Runs a fix; a refusal by QuickBooks is reported like the error of an invoice. */
async function inQuickBooks(
  context: PushContext,
  row: InvoiceRow,
  doing: Step,
  work: () => Promise<FixResult>,
): Promise<FixResult> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof QuickBooksError)) throw error;
    const state = { id: row.id, retryCount: 0, isSent: false };
    const verdict = judgeFailure(error.failure, subjectOf(context, row, doing), state, context.now());
    const words = errorOf(verdict.outcome);
    const message = words ? `${words.message} ${words.remedy}` : "QuickBooks is busy; try again in a moment.";
    return { ok: false, message };
  }
}
