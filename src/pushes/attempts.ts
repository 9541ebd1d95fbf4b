/**
 * Reads the attempts of a push. They are written with its outcome (settle-row.ts) and never changed afterwards.
 */
import { and, asc, desc, eq, inArray, isNotNull } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { pushAttempts } from "./schema.ts";

export type Attempt = typeof pushAttempts.$inferSelect;

/** When a send began and how long we waited for its answer. */
export type OpenSend = Pick<Attempt, "startedAt" | "durationMs">;

/** Attempts of a document's create (or another operation) after which it may be in QuickBooks, the oldest first. */
export async function listOpenSends(
  db: Db,
  documentId: string,
  operation: Attempt["operation"] = "create",
): Promise<OpenSend[]> {
  return db
    .select({ startedAt: pushAttempts.startedAt, durationMs: pushAttempts.durationMs })
    .from(pushAttempts)
    .where(
      and(
        eq(pushAttempts.documentId, documentId),
        eq(pushAttempts.operation, operation),
        // Without a request ID nothing of the document itself was sent: the unanswered call was for its customer or an item.
        isNotNull(pushAttempts.requestId),
        inArray(pushAttempts.outcome, ["unanswered", "accepted", "found"]),
      ),
    )
    .orderBy(asc(pushAttempts.number));
}

/** Every attempt of a document, newest first. */
export async function listAttempts(db: Db, documentId: string): Promise<Attempt[]> {
  return db
    .select()
    .from(pushAttempts)
    .where(eq(pushAttempts.documentId, documentId))
    .orderBy(desc(pushAttempts.number));
}
