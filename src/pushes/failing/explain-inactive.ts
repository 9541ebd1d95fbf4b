/**
 * QuickBooks says that something on an invoice is inactive or gone (610, 2500) but not always what. Here it is found
 * out, with two reads at most: the error then names it and offers to make it active again. Links to what is gone for
 * good are forgotten, so that the next send looks everything up anew.
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
import { readFrozenInvoice } from "../frozen-payload.ts";
import { refusedError } from "../../failures/remedies.ts";
import { subjectOf } from "../subject-of.ts";
import { tidy } from "../../failures/words.ts";

interface Culprit {
  kind: "item" | "customer";
  id: string;
  name: string;
}

/** The error with the culprit's name and fix, or null where the refusal is about something else. */
export async function explainInactive({ claimed, row }: Frozen, failure: Failure): Promise<PushError | null> {
  if (!isRefusal(failure, OBJECT_NOT_FOUND, INVALID_REFERENCE, INVALID_CUSTOMER)) return null;
  const payload = readFrozenInvoice(row);
  const culprit = payload && (await findCulprit(claimed, payload));
  if (!culprit) return null;
  const { context } = claimed;
  const base = refusedError(failure, subjectOf(context, row));
  return {
    ...base,
    message: tidy(
      `The ${culprit.kind} '${culprit.name}' on invoice ${row.number} was made inactive in ${context.connection.companyName}. ${failure.faults[0]?.detail ?? ""}`,
    ),
    remedy: `Press Make active again: the ${culprit.kind} comes back and the invoice is sent again. Or make it active in QuickBooks and send the invoice.`,
    fix: { label: "Make active again", action: "reactivate", subject: culprit },
  };
}

async function findCulprit(
  { context, qb }: Claimed,
  payload: NonNullable<ReturnType<typeof readFrozenInvoice>>,
): Promise<Culprit | null> {
  const { db, connection } = context;
  try {
    const itemIds = [...new Set(payload.Line.flatMap((line) => line.SalesItemLineDetail?.ItemRef.value ?? []))];
    const items = await findItemsById(
      qb,
      itemIds.filter((id) => /^\d+$/.test(id)),
    );
    const inactive = items.find((item) => !item.isActive);
    if (inactive) return { kind: "item", id: inactive.id, name: withoutSuffix(inactive.name) };
    for (const id of itemIds) {
      if (!items.some((item) => item.id === id)) await forgetLinksTo(db, connection.id, "item", id);
    }
    const customer = await readCustomer(qb, payload.CustomerRef.value);
    if (!customer.isActive) return { kind: "customer", id: customer.id, name: withoutSuffix(customer.displayName) };
  } catch (cause) {
    // The refusal stands either way; it is only told less precisely.
    log("push.explain_failed", { connectionId: connection.id, cause: causeText(cause) });
    await forgetLinksTo(db, connection.id, "customer", payload.CustomerRef.value);
  }
  return null;
}
