/**
 * Compares an invoice with the one in QuickBooks that a person wants to link it to, part by part. Only if all parts agree
 * is it linked without a question. Must never write anything.
 */
import { readContent } from "../../invoices/invoice.ts";
import { desiredCustomer } from "../../mapping/desired-customer.ts";
import { findLinks } from "../../mapping/links.ts";
import { formatMinor } from "../../platform/money.ts";
import { listText } from "../../failures/words.ts";
import type { Invoice } from "../../quickbooks/wire-invoice.ts";
import { isSameName } from "../../quickbooks/names.ts";
import { minorOrNull } from "../../pushes/outcome/total-difference.ts";
import type { PushContext } from "../../pushes/push-context.ts";
import type { InvoiceRow } from "../invoice-row.ts";

/** One part on both sides, as people read it. */
export interface LinkPart {
  name: "number" | "customer" | "date" | "total" | "balance";
  /** Null: only QuickBooks knows it. */
  ours: string | null;
  theirs: string;
  isSame: boolean;
}

/** What a person is asked before an invoice is linked to one that differs from it. */
export interface LinkQuestion {
  qboId: string;
  /** Stands for what was compared: an answer counts only if QuickBooks still has the same. */
  seen: string;
  parts: LinkPart[];
}

/** The question to ask, or null if both sides agree. `number`: the one with which it was refused. */
export async function compareToLink(
  context: PushContext,
  row: InvoiceRow,
  found: Invoice,
  number: string,
): Promise<LinkQuestion | null> {
  const parts = [
    numberPart(number, found),
    await customerPart(context, row, found),
    { name: "date" as const, ours: row.date, theirs: found.txnDate ?? "none", isSame: row.date === found.txnDate },
    totalPart(row, found),
    { name: "balance" as const, ours: null, theirs: amountText(found, found.balance, row), isSame: true },
  ];
  if (parts.every(({ isSame }) => isSame)) return null;
  return { qboId: found.id, seen: `${found.id}/${found.syncToken}`, parts };
}

/** What differs, in one sentence for people. */
export function questionText({ parts }: LinkQuestion): string {
  const different = parts.filter(({ isSame }) => !isSame);
  const sides = different.map(({ name, ours, theirs }) => `its ${name} is ${theirs}, not ${ours ?? "known"}`);
  return `The invoice in QuickBooks is not the same: ${listText(sides)}.`;
}

function numberPart(number: string, { docNumber }: Invoice): LinkPart {
  return { name: "number", ours: number, theirs: docNumber ?? "none", isSame: isSameName(docNumber ?? "", number) };
}

/** The customer that this invoice goes to is known by its link; only if there is none do names decide. */
async function customerPart({ db, connection }: PushContext, row: InvoiceRow, found: Invoice): Promise<LinkPart> {
  const desired = desiredCustomer(connection, row.instanceId, readContent(row.body).order);
  const link = (await findLinks(db, connection.id, "customer", [desired.key])).get(desired.key);
  const theirs = found.customer?.name ?? found.customer?.value ?? "none";
  const isSame = link ? link.qboId === found.customer?.value : isSameName(theirs, desired.name);
  const inQuickBooks = link?.name ?? desired.name;
  const isRenamed = !isSameName(inQuickBooks, row.customerName);
  const ours = isRenamed ? `${row.customerName}, in QuickBooks '${inQuickBooks}'` : inQuickBooks;
  if (isSame || !isSameName(inQuickBooks, theirs)) return { name: "customer", ours, theirs, isSame };
  // Two customers of one name.
  const withId = (text: string, id: string | undefined) => (id === undefined ? text : `${text} (customer ${id})`);
  return { name: "customer", ours: withId(ours, link?.qboId), theirs: withId(theirs, found.customer?.value), isSame };
}

function totalPart(row: InvoiceRow, found: Invoice): LinkPart {
  const isSameCurrency = (found.currency ?? row.currency) === row.currency;
  return {
    name: "total",
    ours: `${formatMinor(row.totalMinor, row.currency)} ${row.currency}`,
    theirs: amountText(found, found.totalAmount, row),
    isSame: isSameCurrency && minorOrNull(found.totalAmount, row.currency) === row.totalMinor,
  };
}

function amountText({ currency }: Invoice, amount: string, row: InvoiceRow): string {
  const unit = currency ?? row.currency;
  const minor = minorOrNull(amount, unit);
  return `${minor === null ? amount : formatMinor(minor, unit)} ${unit}`;
}
