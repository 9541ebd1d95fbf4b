/**
 * QuickBooks says that a record on a document is inactive or gone (610, 2500), but not always which one. At most two
 * reads find it, so the error can name it and offer to reactivate it. Links to records that no longer exist are
 * forgotten, so the next send looks everything up again.
 */
import { forgetLinksTo } from "../../mapping/links.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import { INVALID_CUSTOMER, INVALID_REFERENCE, OBJECT_NOT_FOUND } from "../../quickbooks/codes.ts";
import { readCustomer } from "../../quickbooks/customers.ts";
import { withoutSuffix } from "../../quickbooks/inactive-names.ts";
import { type Failure, isRefusal } from "../../quickbooks/faults.ts";
import { findItemsById } from "../../quickbooks/items.ts";
import type { PushError } from "../../failures/push-error.ts";
import type { Claimed } from "../claim.ts";
import type { Frozen } from "../freeze.ts";
import type { FrozenDocument } from "../../kinds/document-kind.ts";
import { refusedError } from "../../failures/remedies.ts";
import { subjectOf } from "../subject-of.ts";
import { tidy } from "../../failures/words.ts";

interface Culprit {
  kind: "item" | "customer";
  id: string;
  name: string;
}

/** The error with the culprit's name and fix, or null if the refusal is about something else. */
export async function explainInactive({ claimed, row }: Frozen, failure: Failure): Promise<PushError | null> {
  if (!isRefusal(failure, OBJECT_NOT_FOUND, INVALID_REFERENCE, INVALID_CUSTOMER)) return null;
  const { noun } = claimed.document;
  const payload = claimed.document.readFrozen(row.frozenPayload);
  const culprit = payload && (await findCulprit(claimed, payload));
  if (!culprit) return null;
  const { context } = claimed;
  const base = refusedError(failure, subjectOf(context, row));
  return {
    ...base,
    message: tidy(
      `The ${culprit.kind} '${culprit.name}' on ${noun} ${row.number} was made inactive in ${context.connection.companyName}. ${failure.faults[0]?.detail ?? ""}`,
    ),
    remedy: `Click Make active again to reactivate the ${culprit.kind} and resend the ${noun}, or make it active in QuickBooks and send the ${noun} again.`,
    fix: { label: "Make active again", action: "reactivate", subject: culprit },
    concerns: `${culprit.kind} '${culprit.name}'`,
  };
}

async function findCulprit({ context, qb }: Claimed, payload: FrozenDocument): Promise<Culprit | null> {
  const { db, connection } = context;
  try {
    const itemIds = [...new Set(payload.itemIds)];
    const items = await findItemsById(
      qb,
      itemIds.filter((id) => /^\d+$/.test(id)),
    );
    const inactive = items.find((item) => !item.isActive);
    if (inactive) return { kind: "item", id: inactive.id, name: withoutSuffix(inactive.name) };
    for (const id of itemIds) {
      if (!items.some((item) => item.id === id)) await forgetLinksTo(db, connection.id, "item", id);
    }
    const customer = await readCustomer(qb, payload.customerId);
    if (!customer.isActive) return { kind: "customer", id: customer.id, name: withoutSuffix(customer.displayName) };
  } catch (cause) {
    // The refusal counts either way; the message is only less precise.
    log("push.explain_failed", { connectionId: connection.id, cause: causeText(cause) });
    await forgetLinksTo(db, connection.id, "customer", payload.customerId);
  }
  return null;
}
