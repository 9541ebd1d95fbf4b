/**
 * QuickBooks says that a record on a document is inactive or gone (610, 2500), but not always which one. At most two
 * reads find it. Links to such records are forgotten and the document goes again: then they are looked up anew, and where
 * exactly one active record fits it is taken (docs/contract.md, section 8). Otherwise the error names the record and
 * offers to reactivate it.
 */
import { forgetLinksTo } from "../../mapping/links.ts";
import { causeText } from "../../platform/cause.ts";
import { log } from "../../platform/log.ts";
import { INVALID_CUSTOMER, INVALID_REFERENCE, OBJECT_NOT_FOUND } from "../../quickbooks/codes.ts";
import { readCustomerIfThere } from "../../quickbooks/customers.ts";
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
  /** Null: there is no such record. */
  name: string | null;
}

export interface Explained {
  /** With the culprit's name and fix; null: as QuickBooks worded it. */
  error: PushError | null;
  /** Links were forgotten that this push did not make itself, so that other records may be found now. */
  goesAgain: boolean;
}

/** What is behind the refusal, or null if it is about something else. */
export async function explainInactive({ claimed, row }: Frozen, failure: Failure): Promise<Explained | null> {
  if (!isRefusal(failure, OBJECT_NOT_FOUND, INVALID_REFERENCE, INVALID_CUSTOMER)) return null;
  const payload = claimed.document.readFrozen(row.frozenPayload);
  const culprits = payload === null ? [] : await findCulprits(claimed, payload);
  const named = culprits.find(({ name }) => name !== null);
  return {
    error: named?.name ? errorOf({ claimed, row }, failure, { ...named, name: named.name }) : null,
    goesAgain: await forget(claimed, culprits),
  };
}

function errorOf(
  { claimed: { context, document }, row }: Pick<Frozen, "claimed" | "row">,
  failure: Failure & { kind: "refused" },
  culprit: Culprit & { name: string },
): PushError {
  const { noun } = document;
  return {
    ...refusedError(failure, subjectOf(context, row)),
    message: tidy(
      `The ${culprit.kind} '${culprit.name}' on ${noun} ${row.number} was made inactive in ${context.connection.companyName}. ${failure.faults[0]?.detail ?? ""}`,
    ),
    remedy: `Click Make active again to reactivate the ${culprit.kind} and resend the ${noun}, or make it active in QuickBooks and send the ${noun} again.`,
    fix: { label: "Make active again", action: "reactivate", subject: culprit },
    concerns: `${culprit.kind} '${culprit.name}'`,
  };
}

async function findCulprits({ context, qb }: Claimed, payload: FrozenDocument): Promise<Culprit[]> {
  const itemIds = [...new Set(payload.itemIds)].filter((id) => /^\d+$/.test(id));
  try {
    const items = await findItemsById(qb, itemIds);
    const culprits = itemIds.flatMap((id): Culprit[] => {
      const item = items.find((one) => one.id === id);
      return item?.isActive ? [] : [{ kind: "item", id, name: item ? withoutSuffix(item.name) : null }];
    });
    if (culprits.length > 0) return culprits;
    const id = payload.customerId;
    const customer = await readCustomerIfThere(qb, id);
    return customer?.isActive
      ? []
      : [{ kind: "customer", id, name: customer ? withoutSuffix(customer.displayName) : null }];
  } catch (cause) {
    // The refusal counts either way; the message is only less precise.
    log("push.explain_failed", { connectionId: context.connection.id, cause: causeText(cause) });
    return [];
  }
}

/** A link that is as new as this push was made of what a query said just now: another look would find the same. */
async function forget({ context, startedAt }: Claimed, culprits: readonly Culprit[]): Promise<boolean> {
  const { db, connection } = context;
  const stored: string[] = [];
  for (const { kind, id } of culprits) stored.push(...(await forgetLinksTo(db, connection.id, kind, id)));
  return stored.some((at) => at < startedAt.toISOString());
}
