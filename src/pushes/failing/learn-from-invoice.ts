/**
 * What QuickBooks made of an invoice may show which characters the company keeps (docs/letters.md). Never throws: an answer
 * counts whatever becomes of this, and the next invoice shows it again.
 */
import { learnLetters } from "../../mapping/learn-letters.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import type { Failure } from "../../quickbooks/faults.ts";
import type { Letters } from "../../quickbooks/letters.ts";
import type { Invoice } from "../../quickbooks/wire.ts";
import { lettersKept } from "../frozen-payload.ts";
import type { InvoiceRow } from "../invoice-row.ts";
import type { PushContext } from "../push-context.ts";

/** From an invoice in QuickBooks that was made of the frozen payload. */
export async function learnFromInvoice(
  context: PushContext,
  row: Pick<InvoiceRow, "frozenPayload">,
  found: Invoice,
): Promise<void> {
  await learn(context, lettersKept(row, found));
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
