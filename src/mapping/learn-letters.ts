/**
 * Remembers which characters a company keeps, as soon as one of its answers shows it. From then on texts are made fit for
 * it (docs/contract.md, section 8, *Letters*): in this worker at once, in others with the next run.
 */
import { findConnection, recordLetters } from "../connections/store.ts";
import { log } from "../platform/log.ts";
import { type Letters, isLess } from "../quickbooks/letters.ts";
import type { ResolveContext } from "./resolve-task.ts";

/** The company keeps no more than these. Does nothing if that is known. */
export async function learnLetters(context: ResolveContext, letters: Letters): Promise<void> {
  const { connection, db, now } = context;
  if (!isLess(letters, connection.letters)) return;
  context.connection = { ...connection, letters };
  await recordLetters(db, connection.id, letters, now());
  log("company.letters_learned", { connectionId: connection.id, letters });
}

/** Whether another worker has learned since that the company keeps less; then this one knows it, too. One database read. */
export async function learnFromOthers(context: ResolveContext): Promise<boolean> {
  const { connection, db } = context;
  const stored = await findConnection(db, connection.id);
  if (!stored || !isLess(stored.letters, connection.letters)) return false;
  context.connection = { ...connection, letters: stored.letters };
  return true;
}
