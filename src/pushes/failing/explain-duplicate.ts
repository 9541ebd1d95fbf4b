/**
 * QuickBooks says that the number is taken (6140). One read shows by which document. One with our own mark is adopted;
 * otherwise a person chooses: link that one, or send this one under another number (docs/architecture.md, section 3,
 * rule 7). One that belongs to another document of ours can't be linked.
 */
import type { DocumentRef } from "../../kinds/kinds.ts";
import { causeText } from "../../platform/cause.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { withArticle } from "../../platform/words.ts";
import { formatMinor, toMinor } from "../../platform/money.ts";
import { NUMBER_TAKEN } from "../../quickbooks/codes.ts";
import { type Failure, isRefusal } from "../../quickbooks/faults.ts";
import type { Fix, PushError } from "../../failures/push-error.ts";
import type { Claimed } from "../claim.ts";
import type { Frozen } from "../freeze.ts";
import { findMark, readMarks } from "../../mapping/mark.ts";
import { type Holder, holderText, onlyNumberFix } from "../../failures/own-errors.ts";
import { refusedError } from "../../failures/remedies.ts";
import { findDocument } from "../document-row.ts";
import { findHolderOf } from "../settle-row.ts";
import { subjectOf } from "../subject-of.ts";

export type Duplicate =
  /** The holder is this very document: it carries our mark. */
  { kind: "ours"; document: QboDocument } | { kind: "other"; error: PushError };

/** Who uses the number, or null if the refusal is about something else. */
export async function explainDuplicate({ claimed, row }: Frozen, failure: Failure): Promise<Duplicate | null> {
  if (!isRefusal(failure, NUMBER_TAKEN)) return null;
  const { context } = claimed;
  const { noun } = claimed.document;
  const base = refusedError(failure, subjectOf(context, row));
  const number = claimed.document.readFrozen(row.frozenPayload)?.number ?? row.number;
  // The document being changed has this number itself; that is not a conflict.
  const holders = (await findHolders(claimed, number)).filter((holder) => holder.id !== row.qboId);
  const ours = holders.find((holder) => findMark(holder.privateNote, row.id) !== null);
  if (ours && row.operation === "create") return { kind: "ours", document: ours };
  const [holder] = holders;
  const onlyNumber = onlyNumberFix(null);
  if (!holder) return { kind: "other", error: { ...base, fix: onlyNumber } };
  const customer = holder.customer?.name ?? "another customer";
  const currency = holder.currency ?? row.currency;
  const total = formatMinor(toMinor(holder.totalAmount, currency), currency);
  const message = `The number ${number} is already used in ${context.connection.companyName}, by ${withArticle(noun)} of ${total} ${currency} for ${customer}${holder.txnDate ? ` dated ${holder.txnDate}` : ""}.`;
  if (row.qboId !== null) {
    const remedy = `QuickBooks already has this ${noun} under its former number; send the change under another number.`;
    return { kind: "other", error: { ...base, message, remedy, fix: onlyNumber } };
  }
  const other = await findOtherOfOurs(context.db, row, { connectionId: context.connection.id, found: holder });
  if (other) {
    const remedy = `That ${noun} belongs to ${holderText(noun, other.document)}; send this one under another number.`;
    return { kind: "other", error: { ...base, message, remedy, fix: onlyNumberFix(other.document) } };
  }
  const remedy = `If it is the same ${noun}, link it; if it is a different one, send this ${noun} under another number.`;
  const fix: Fix = {
    label: "Link it or use another number",
    action: "choose_number",
    subject: { kind: row.kind, id: holder.id, name: number },
  };
  return { kind: "other", error: { ...base, message, remedy, fix } };
}

/**
 * The other document of ours to which one in QuickBooks belongs: its ID is linked, or it carries the other's mark. Null: it
 * belongs to none. `document` is null if the mark names one that is not stored here.
 */
export async function findOtherOfOurs(
  db: Db,
  { kind, id }: DocumentRef,
  { connectionId, found }: { connectionId: string; found: QboDocument },
): Promise<{ document: Holder | null } | null> {
  const linkedId = await findHolderOf(db, { kind, connectionId }, found.id);
  const marked = readMarks(found.privateNote).find((mark) => mark.invoiceId !== id);
  const otherId = linkedId !== null && linkedId !== id ? linkedId : marked?.invoiceId;
  return otherId === undefined ? null : { document: await findDocument(db, { kind, id: otherId }) };
}

async function findHolders({ context, document, qb }: Claimed, number: string): Promise<QboDocument[]> {
  try {
    return await document.findByNumbers(qb, [number]);
  } catch (cause) {
    // The refusal counts either way; the message is only less precise.
    log("push.explain_failed", { connectionId: context.connection.id, cause: causeText(cause) });
    return [];
  }
}
