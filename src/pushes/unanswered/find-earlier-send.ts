/**
 * A new invoice that once went out unanswered, or that QuickBooks once accepted as its attempts tell (a row restored to
 * before that), is looked for by its mark before anything of it goes out under another request ID
 * (docs/architecture.md, section 3, rule 3). Costs two reads, and only where there is such an attempt.
 */
import { findLinks } from "../../mapping/links.ts";
import { readContent } from "../../invoices/invoice.ts";
import { QuickBooksError, isRefusedWith } from "../../quickbooks/faults.ts";
import type { Invoice } from "../../quickbooks/wire.ts";
import { timeOfCreate } from "../backoff.ts";
import { SUBSCRIPTION_LAPSED } from "../../quickbooks/codes.ts";
import type { PushError } from "../../failures/push-error.ts";
import { findMark } from "../../mapping/mark.ts";
import type { Claimed } from "../claim.ts";
import { subjectOf } from "../subject-of.ts";
import { desiredCustomer } from "../../mapping/desired-customer.ts";
import { type OpenSend, listOpenSends } from "../store.ts";
import { docNumberOf } from "../../mapping/to-qbo-invoice.ts";
import { lookRefusedError } from "../../failures/waiting-errors.ts";

/** Queries lag behind, users report for minutes: only past this an empty look is believed. */
const QUERY_LAG_MS = 10 * 60_000;

export type EarlierSend =
  | { kind: "found"; invoice: Invoice }
  /** Not found, but it is too early to believe that. */
  | { kind: "later"; dueAt: Date }
  /** QuickBooks can't process either look: nobody but a person can tell. */
  | { kind: "refused"; error: PushError }
  /** It may be sent. */
  | { kind: "none" };

const NONE: EarlierSend = { kind: "none" };

/** Throws QuickBooksError. */
export async function findEarlierSend(claimed: Claimed): Promise<EarlierSend> {
  const { context, row } = claimed;
  if (row.attemptCount === 0) return NONE;
  const sends = await listOpenSends(context.db, row.id);
  if (sends.length === 0) return NONE;
  const seen = await look(claimed, sends);
  if (seen.kind !== "none") return seen;
  const believedAt = emptyLookBelievedAt(sends);
  return context.now() < believedAt ? { kind: "later", dueAt: believedAt } : NONE;
}

/** From when on a look that finds nothing is believed, after sends that stayed unanswered. */
export function emptyLookBelievedAt(sends: readonly OpenSend[]): Date {
  return new Date(Math.max(...sends.map((send) => Date.parse(send.startedAt) + send.durationMs)) + QUERY_LAG_MS);
}

/** By its numbers, and by its customer and the times of the sends, since numbers change. */
async function look({ context, document, qb, row }: Claimed, sends: readonly OpenSend[]): Promise<EarlierSend> {
  const { connection, db } = context;
  const numbers = [...new Set([row.number, row.docNumber ?? row.number].map((number) => docNumberOf(number)))];
  const byNumber = await processed(() => document.findByNumbers(qb, numbers));
  const ofNumber = byNumber?.find((invoice) => findMark(invoice.privateNote, row.id));
  if (ofNumber) return { kind: "found", invoice: ofNumber };
  const { key } = desiredCustomer(connection, row.instanceId, readContent(row.body).order);
  const customer = (await findLinks(db, connection.id, "customer", [key])).get(key);
  if (!customer) return NONE;
  for (const { startedAt, durationMs } of sends) {
    const time = timeOfCreate(startedAt, durationMs);
    const ofCustomer = await processed(() => document.findCreatedIn(qb, customer.qboId, time));
    if (ofCustomer === null && byNumber === null)
      return { kind: "refused", error: lookRefusedError(subjectOf(context, row)) };
    const found = ofCustomer?.find((invoice) => findMark(invoice.privateNote, row.id));
    if (found) return { kind: "found", invoice: found };
  }
  return NONE;
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
