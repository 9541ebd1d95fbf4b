/**
 * The answer to a resend may be the stored answer to the first send, so it does not prove that the document still exists.
 * One read by its ID shows it. Nothing is written.
 */
import { unansweredError } from "../../failures/waiting-errors.ts";
import { QuickBooksError } from "../../quickbooks/faults.ts";
import type { QboDocument, WrittenDocument } from "../../kinds/document-kind.ts";
import type { Frozen } from "../freeze.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { subjectOf } from "../subject-of.ts";

type Confirmed = Extract<Outcome, { kind: "accepted" | "gone" | "unanswered" }>;

/** The document as it is now; `unanswered` if it can't be read: it is looked up then. */
export async function confirmResend(frozen: Frozen, written: WrittenDocument): Promise<Confirmed> {
  const current = await readBack(frozen, written.document.id);
  if (current === "unreadable") {
    const silence = { reason: "unconfirmed", httpStatus: null, intuitTid: null, faults: [] } as const;
    return { kind: "unanswered", error: unansweredError(silence, subjectOf(frozen.claimed.context, frozen.row)) };
  }
  if (current && !frozen.claimed.document.isVoided(current)) return { kind: "accepted", document: current };
  return { kind: "gone", document: current, qboId: written.document.id };
}

/** Null: it was deleted. A failed read says nothing about the send before. */
async function readBack({ claimed }: Frozen, qboId: string): Promise<QboDocument | null | "unreadable"> {
  try {
    return await claimed.document.read(claimed.qb, qboId);
  } catch (error) {
    if (error instanceof QuickBooksError) return "unreadable";
    throw error;
  }
}
