/**
 * A new invoice that once went out unanswered, or that QuickBooks once accepted as its attempts tell (a row restored to
 * before that), is looked for by its mark before anything of it goes out under another request ID (architecture.md
 * section 3, rule 3). Costs two reads, and only where there is such an attempt.
 */
import { findLinks } from "../mapping/links.ts";
import { readContent } from "../invoices/invoice.ts";
import { QuickBooksError, isRefusedWith } from "../quickbooks/faults.ts";
import { findInvoicesByNumbers, findInvoicesCreatedIn } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { timeOfCreate } from "./backoff.ts";
import { SUBSCRIPTION_LAPSED } from "./failure-outcome.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import { findMark } from "../mapping/mark.ts";
import { type Push, subjectOf } from "./push-report.ts";
import { desiredCustomer } from "../mapping/desired-customer.ts";
import { type OpenSend, listOpenSends } from "./store.ts";
import { docNumberOf } from "../mapping/to-qbo-invoice.ts";
import { lookRefusedError } from "../failures/waiting-errors.ts";

/** Queries lag behind, users report for minutes: only past this an empty look is believed. */
const QUERY_LAG_MS = 10 * 60_000;

export type EarlierSend = { kind: "found"; invoice: Invoice } | { kind: "later"; dueAt: Date };

/** The invoice as it stands in QuickBooks, or when to look again; null where it may be sent. Throws QuickBooksError. */
export async function findEarlierSend(push: Push): Promise<EarlierSend | null> {
  const { context, row } = push;
  if (row.attemptCount === 0) return null;
  const sends = await listOpenSends(context.db, row.id);
  if (sends.length === 0) return null;
  const found = await look(push, sends);
  if (found) return { kind: "found", invoice: found };
  const believedAt = emptyLookBelievedAt(sends);
  return context.now() < believedAt ? { kind: "later", dueAt: believedAt } : null;
}

/** From when on a look that finds nothing is believed, after sends that stayed unanswered. */
export function emptyLookBelievedAt(sends: readonly OpenSend[]): Date {
  return new Date(Math.max(...sends.map((send) => Date.parse(send.startedAt) + send.durationMs)) + QUERY_LAG_MS);
}

/** By its numbers, and by its customer and the times of the sends, since numbers change. */
async function look(push: Push, sends: readonly OpenSend[]): Promise<Invoice | null> {
  const { context, row, qb } = push;
  const { connection, db } = context;
  push.doing = { kind: "invoice", operation: row.operation };
  const numbers = [...new Set([row.number, row.docNumber ?? row.number].map((number) => docNumberOf(number)))];
  const byNumber = await processed(() => findInvoicesByNumbers(qb, numbers));
  const ofNumber = byNumber?.find((invoice) => findMark(invoice.privateNote, row.id));
  if (ofNumber) return ofNumber;
  const { key } = desiredCustomer(connection, row.instanceId, readContent(row.body).order);
  const customer = (await findLinks(db, connection.id, "customer", [key])).get(key);
  if (!customer) return null;
  for (const { startedAt, durationMs } of sends) {
    const time = timeOfCreate(startedAt, durationMs);
    const ofCustomer = await processed(() => findInvoicesCreatedIn(qb, customer.qboId, time));
    // Neither look can be made: then nobody but a person can tell.
    if (ofCustomer === null && byNumber === null)
      throw new LocalRefusal(lookRefusedError(subjectOf(push), context.now().toISOString()));
    const found = ofCustomer?.find((invoice) => findMark(invoice.privateNote, row.id));
    if (found) return found;
  }
  return null;
}

/** What a look found, or null where QuickBooks can't process it: the other look then has to do. */
async function processed<T>(lookUp: () => Promise<T>): Promise<T | null> {
  try {
    return await lookUp();
  } catch (error) {
    if (isAboutTheQuestion(error)) return null;
    throw error;
  }
}

/** A rule of QuickBooks' refused the look, or more matches than can be read; a lapsed subscription is neither. */
export function isAboutTheQuestion(cause: unknown): boolean {
  if (!(cause instanceof QuickBooksError)) return cause instanceof RangeError;
  return cause.failure.kind === "refused" && !isRefusedWith(cause, SUBSCRIPTION_LAPSED);
}
