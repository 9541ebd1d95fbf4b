/**
 * Forgets which letters a company keeps: texts go to it as they are again, until its answers show what it keeps.
 */
import type { ActionContext } from "../app-context.ts";
import { findConnection, forgetLetters } from "../connections/store.ts";
import { recordActivity } from "../people/activity.ts";
import { notFound, type Result } from "./result.ts";

/** Does nothing if nothing is known. */
export async function forgetLettersOf(context: ActionContext, id: string): Promise<Result> {
  const { actor, db, now } = context;
  const connection = await findConnection(db, id);
  if (!connection) return notFound("connection");
  if (connection.letters === "all") return { ok: true };
  await forgetLetters(db, id, now);
  await recordActivity(db, now, actor, {
    action: "connection.letters_forgotten",
    subject: { kind: "connection", id, name: connection.companyName },
    changes: [{ field: "letters", from: connection.letters, to: "all" }],
  });
  return { ok: true };
}
