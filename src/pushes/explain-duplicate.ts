/**
 * QuickBooks says that the number is taken (6140). One read tells by what, so that a person can choose: link that
 * invoice, or send this one under another number (architecture.md section 3, rule 7). Never adopts by itself.
 */
import type { InvoiceRow } from "../invoices/invoice.ts";
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import { formatMinor, toMinor } from "../platform/money.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { type QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { findInvoicesByNumbers } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import type { PushError } from "./error.ts";
import { frozenDocNumber } from "./frozen-payload.ts";
import type { PushContext } from "./push-context.ts";
import { refusedError } from "./remedies.ts";
import type { Subject } from "./subject.ts";

const DUPLICATE_NUMBER = "6140";

/** The error that names what holds the number, or null where the refusal is about something else. */
export async function explainDuplicate(
  context: PushContext,
  qb: QuickBooks,
  row: InvoiceRow,
  error: QuickBooksError,
  subject: Subject,
): Promise<PushError | null> {
  if (!isRefusedWith(error, DUPLICATE_NUMBER) || error.failure.kind !== "refused") return null;
  const base = refusedError(error.failure.faults, subject, error.failure.intuitTid, context.now().toISOString());
  const number = frozenDocNumber(row) ?? row.number;
  const holder = await findHolder(context, qb, number);
  if (!holder) return { ...base, fix: { label: "Use another number", action: "choose_number" } };
  const customer = holder.customer?.name ?? "another customer";
  const currency = holder.currency ?? row.currency;
  const total = formatMinor(toMinor(holder.totalAmount, currency), currency);
  return {
    ...base,
    message: `The number ${number} is already used in ${context.connection.companyName}, by an invoice of ${total} ${currency} for ${customer}${holder.txnDate ? ` dated ${holder.txnDate}` : ""}.`,
    remedy: "If that is this very invoice, link it; if it is another one, send this one under another number.",
    fix: {
      label: "Link it or use another number",
      action: "choose_number",
      subject: { kind: "invoice", id: holder.id, name: number },
    },
  };
}

async function findHolder(context: PushContext, qb: QuickBooks, number: string): Promise<Invoice | null> {
  try {
    return (await findInvoicesByNumbers(qb, [number]))[0] ?? null;
  } catch (cause) {
    // The refusal stands either way; it is only told less precisely.
    log("push.explain_failed", { connectionId: context.connection.id, cause: causeText(cause) });
    return null;
  }
}
