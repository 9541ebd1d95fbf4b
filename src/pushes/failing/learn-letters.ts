/**
 * What QuickBooks made of a document may show which characters the company keeps (docs/letters.md). Never throws: an answer
 * counts whatever becomes of this, and the next document shows it again.
 */
import type { QboDocument } from "../../kinds/document-kind.ts";
import { learnLetters } from "../../mapping/learn-letters.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import type { Failure } from "../../quickbooks/faults.ts";
import type { Letters } from "../../quickbooks/letters.ts";
import type { DocumentRow } from "../document-row.ts";
import { lettersKept } from "../kept-letters.ts";
import type { PushContext } from "../push-context.ts";

/** From a document in QuickBooks that was made of the frozen payload. */
export async function learnFromDocument(
  context: PushContext,
  row: Pick<DocumentRow, "frozenPayload">,
  found: QboDocument,
): Promise<void> {
  await learn(context, lettersKept(row.frozenPayload, found));
}

/** From a refusal. Returns whether other texts may be accepted. */
export async function learnFromRefusal(context: PushContext, failure: Failure): Promise<boolean> {
  if (failure.kind !== "refused" || failure.letters === undefined) return false;
  await learn(context, failure.letters);
  return true;
}

async function learn(context: PushContext, letters: Letters | null): Promise<void> {
  if (letters === null) return;
  try {
    await learnLetters(context, letters);
  } catch (cause) {
    log("company.letters_lost", { connectionId: context.connection.id, letters, cause: causeText(cause) });
  }
}
