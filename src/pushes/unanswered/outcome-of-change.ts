/**
 * QuickBooks says that the document to be changed or voided is not as we knew it (5010, or 610 if it was deleted): one read
 * shows its present version. If somebody voided or deleted it, it stays that way; otherwise our change is made on top of
 * theirs.
 */
import { OBJECT_NOT_FOUND, STALE_OBJECT } from "../../quickbooks/codes.ts";
import { type Failure, QuickBooksError, isRefusal } from "../../quickbooks/faults.ts";
import type { QboDocument } from "../../kinds/document-kind.ts";
import type { Claimed } from "../claim.ts";
import type { Frozen } from "../freeze.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { isWhatWeSent } from "./is-what-we-sent.ts";

/** The outcome instead of the refusal, or null if the refusal counts. */
export async function outcomeOfChange({ claimed, row }: Frozen, failure: Failure): Promise<Outcome | null> {
  if (row.operation === "create" || row.qboId === null) return null;
  if (!isRefusal(failure, STALE_OBJECT, OBJECT_NOT_FOUND)) return null;
  const current = await readNow(claimed, row.qboId);
  if (current === "unreadable") return { kind: "later", dueAt: null, error: null };
  if (current === null || claimed.document.isVoided(current)) return { kind: "gone", document: current };
  if (row.operation === "update" && row.unansweredCount > 0 && isWhatWeSent(row, current))
    return { kind: "accepted", document: current };
  if (current.syncToken === row.qboSyncToken) return null;
  return { kind: "later", dueAt: claimed.context.now().toISOString(), error: null, syncToken: current.syncToken };
}

async function readNow({ document, qb }: Claimed, qboId: string): Promise<QboDocument | null | "unreadable"> {
  try {
    return await document.read(qb, qboId);
  } catch (error) {
    if (error instanceof QuickBooksError) return "unreadable";
    throw error;
  }
}
