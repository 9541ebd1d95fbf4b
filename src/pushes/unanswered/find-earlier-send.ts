/**
 * A new document that was once sent without an answer, or that QuickBooks once accepted according to its attempts (a row
 * restored to an earlier time), is looked up by its mark before it is sent under another request ID
 * (docs/architecture.md, section 3, rule 3). Only if there is such an attempt; costs a read by its numbers, and one by its
 * customer for each time in which it was sent.
 */
import { findStoredLink } from "../../mapping/links.ts";
import { QuickBooksError, isRefusedWith } from "../../quickbooks/faults.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import { timesOfCreates } from "../backoff.ts";
import { SUBSCRIPTION_LAPSED } from "../../quickbooks/codes.ts";
import type { PushError } from "../../failures/push-error.ts";
import { findMark } from "../../mapping/mark.ts";
import type { Claimed } from "../claim.ts";
import { subjectOf } from "../subject-of.ts";
import { type OpenSend, listOpenSends } from "../attempts.ts";
import { lookRefusedError } from "../../failures/waiting-errors.ts";

/** Query results lag behind, by minutes according to users: an empty look-up is believed only after this time. */
const QUERY_LAG_MS = 10 * 60_000;

export type EarlierSend =
  | { kind: "found"; document: QboDocument }
  /** Not found, but too early to be sure. */
  | { kind: "later"; dueAt: Date }
  /** QuickBooks can't process a look-up that has to be empty before it may be sent: only a person can decide. */
  | { kind: "refused"; error: PushError }
  /** It may be sent. */
  | { kind: "none" };

const NONE: EarlierSend = { kind: "none" };

/** Throws QuickBooksError, and what `keepLease` throws. */
export async function findEarlierSend(claimed: Claimed, keepLease: () => Promise<void>): Promise<EarlierSend> {
  const { context, row } = claimed;
  if (row.attemptCount === 0) return NONE;
  const sends = await listOpenSends(context.db, row.id);
  if (sends.length === 0) return NONE;
  const seen = await look(claimed, sends, keepLease);
  if (seen.kind !== "none") return seen;
  const believedAt = emptyLookBelievedAt(sends);
  return context.now() < believedAt ? { kind: "later", dueAt: believedAt } : NONE;
}

/** The time after which an empty look-up is believed, after sends without an answer. */
export function emptyLookBelievedAt(sends: readonly OpenSend[]): Date {
  return new Date(Math.max(...sends.map((send) => Date.parse(send.startedAt) + send.durationMs)) + QUERY_LAG_MS);
}

/**
 * By its numbers, and by its customer and the times of the sends, because numbers change. So a look-up by customer that
 * QuickBooks can't process never counts as empty; one by numbers may be replaced by that.
 */
async function look(
  { context, document, qb, row }: Claimed,
  sends: readonly OpenSend[],
  keepLease: () => Promise<void>,
): Promise<EarlierSend> {
  const { connection, db } = context;
  const { numbers, customerKey } = document.searchTerms(row, connection);
  const byNumber = await processed(() => document.findByNumbers(qb, numbers));
  const ofNumber = byNumber?.find(({ privateNote }) => findMark(privateNote, row.id));
  if (ofNumber) return { kind: "found", document: ofNumber };
  const stored = await findStoredLink(db, connection.id, { kind: "customer", key: customerKey });
  const customer = stored?.link;
  const refused: EarlierSend = { kind: "refused", error: lookRefusedError(subjectOf(context, row)) };
  if (!customer) return byNumber === null ? refused : NONE;
  for (const time of timesOfCreates(sends)) {
    await keepLease();
    const ofCustomer = await processed(() => document.findCreatedIn(qb, customer.qboId, time));
    if (ofCustomer === null) return refused;
    const found = ofCustomer.find(({ privateNote }) => findMark(privateNote, row.id));
    if (found) return { kind: "found", document: found };
  }
  return NONE;
}

/** What a look-up found, or null if QuickBooks can't process it: then the other look-up decides. */
async function processed<T>(lookUp: () => Promise<T>): Promise<T | null> {
  try {
    return await lookUp();
  } catch (error) {
    if (isAboutTheQuestion(error)) return null;
    throw error;
  }
}

/** QuickBooks refused the query itself, or there are more matches than can be read; a lapsed subscription does not count. */
export function isAboutTheQuestion(cause: unknown): boolean {
  if (!(cause instanceof QuickBooksError)) return cause instanceof RangeError;
  return cause.failure.kind === "refused" && !isRefusedWith(cause, SUBSCRIPTION_LAPSED);
}
