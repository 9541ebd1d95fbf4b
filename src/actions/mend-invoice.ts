/**
 * Mending a failed invoice from its page: link the invoice that holds the number, use another number, make what is
 * inactive active again. The deeds are in pushes/by-hand/mend.ts; here they are found, carried out and recorded.
 */
import type { Act } from "../app-context.ts";
import { findRow } from "../pushes/store.ts";
import { recordActivity } from "../people/activity.ts";
import { linkInvoice, makeActiveAgain, useAnotherNumber } from "../pushes/by-hand/mend.ts";
import { conflict, notFound, type Result } from "./result.ts";

export type Mend = { kind: "link" } | { kind: "number"; number: string } | { kind: "reactivate" };

const ACTIONS = {
  link: "invoice.linked",
  number: "invoice.number_changed",
  reactivate: "invoice.reference_reactivated",
} as const;

/** Carries the mend out; refused with a sentence where it can't be done (any more). */
export async function mendInvoice(act: Act, id: string, mend: Mend): Promise<Result> {
  const invoice = await findRow(act.db, id);
  if (!invoice) return notFound("invoice");
  const mending = { env: act.env, config: act.config, db: act.db, now: act.now };
  const result =
    mend.kind === "link"
      ? await linkInvoice(mending, invoice)
      : mend.kind === "number"
        ? await useAnotherNumber(mending, invoice, mend.number)
        : await makeActiveAgain(mending, invoice);
  if (!result.ok) return conflict(result.message);
  const changes =
    mend.kind === "number"
      ? [{ field: "doc_number", from: invoice.docNumber ?? invoice.number, to: mend.number.trim() }]
      : [];
  await recordActivity(act.db, act.now, act.actor, {
    action: ACTIONS[mend.kind],
    subject: { kind: "invoice", id, name: invoice.number },
    changes,
  });
  return { ok: true };
}
