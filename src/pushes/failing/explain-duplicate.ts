/**
 * QuickBooks says that the number is taken (6140). One read shows by which invoice. One with our own mark is adopted;
 * otherwise a person chooses: link that invoice, or send this one under another number (docs/architecture.md, section 3,
 * rule 7). An invoice that belongs to another document of ours can't be linked.
 */
import type { InvoiceRow } from "../invoice-row.ts";
import { causeText } from "../../platform/cause.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { formatMinor, toMinor } from "../../platform/money.ts";
import { NUMBER_TAKEN } from "../../quickbooks/codes.ts";
import { type Failure, isRefusal } from "../../quickbooks/faults.ts";
import type { Invoice } from "../../quickbooks/wire.ts";
import type { Fix, PushError } from "../../failures/push-error.ts";
import type { Claimed } from "../claim.ts";
import type { Frozen } from "../freeze.ts";
import { frozenDocNumber } from "../frozen-payload.ts";
import { findMark, readMarks } from "../../mapping/mark.ts";
import { refusedError } from "../../failures/remedies.ts";
import { findHolderOf } from "../store.ts";
import { subjectOf } from "../subject-of.ts";

export type Duplicate =
  /** The holder is this very invoice: it carries our mark. */
  { kind: "ours"; invoice: Invoice } | { kind: "other"; error: PushError };

/** Who uses the number, or null if the refusal is about something else. */
export async function explainDuplicate({ claimed, row }: Frozen, failure: Failure): Promise<Duplicate | null> {
  if (!isRefusal(failure, NUMBER_TAKEN)) return null;
  const { context } = claimed;
  const base = refusedError(failure, subjectOf(context, row));
  const number = frozenDocNumber(row) ?? row.number;
  // The invoice being changed has this number itself; that is not a conflict.
  const holders = (await findHolders(claimed, number)).filter((holder) => holder.id !== row.qboInvoiceId);
  const ours = holders.find((holder) => findMark(holder.privateNote, row.id) !== null);
  if (ours && row.operation === "create") return { kind: "ours", invoice: ours };
  const [holder] = holders;
  const onlyNumber: Fix = { label: "Use another number", action: "choose_number" };
  if (!holder) return { kind: "other", error: { ...base, fix: onlyNumber } };
  const customer = holder.customer?.name ?? "another customer";
  const currency = holder.currency ?? row.currency;
  const total = formatMinor(toMinor(holder.totalAmount, currency), currency);
  const message = `The number ${number} is already used in ${context.connection.companyName}, by an invoice of ${total} ${currency} for ${customer}${holder.txnDate ? ` dated ${holder.txnDate}` : ""}.`;
  if (row.qboInvoiceId !== null) {
    const remedy = "QuickBooks already has this invoice under its former number; send the change under another number.";
    return { kind: "other", error: { ...base, message, remedy, fix: onlyNumber } };
  }
  if (await isAnotherOfOurs(context.db, context.connection.id, row, holder)) {
    const remedy = "That invoice is linked to another invoice in Bookbridge; send this one under another number.";
    return { kind: "other", error: { ...base, message, remedy, fix: onlyNumber } };
  }
  const remedy =
    "If it is the same invoice, link it; if it is a different one, send this invoice under another number.";
  const fix: Fix = {
    label: "Link it or use another number",
    action: "choose_number",
    subject: { kind: "invoice", id: holder.id, name: number },
  };
  return { kind: "other", error: { ...base, message, remedy, fix } };
}

/** Whether an invoice in QuickBooks belongs to another document of ours: it carries that document's mark, or its ID is linked. */
export async function isAnotherOfOurs(
  db: Db,
  connectionId: string,
  row: Pick<InvoiceRow, "id">,
  found: Invoice,
): Promise<boolean> {
  if (readMarks(found.privateNote).some((mark) => mark.invoiceId !== row.id)) return true;
  const holder = await findHolderOf(db, connectionId, found.id);
  return holder !== null && holder !== row.id;
}

async function findHolders({ context, document, qb }: Claimed, number: string): Promise<Invoice[]> {
  try {
    return await document.findByNumbers(qb, [number]);
  } catch (cause) {
    // The refusal counts either way; the message is only less precise.
    log("push.explain_failed", { connectionId: context.connection.id, cause: causeText(cause) });
    return [];
  }
}
