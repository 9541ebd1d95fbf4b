/**
 * What an event about a customer, item, account or tax code changes: only our own links and cached lists, or when the
 * company's facts are due. No read.
 */
import { and, eq } from "drizzle-orm";
import { companyLists } from "../../connections/schema.ts";
import { markCompanyDue } from "../../connections/store.ts";
import { followMerge, forgetLinksTo, recordTaxable } from "../../mapping/links.ts";
import type { PushContext } from "../push-context.ts";
import { type IntuitEventRow, readDeletedIds } from "./intuit-events.ts";

/** By the entity of the event. */
const LINK_KINDS = { customer: "customer", item: "item", account: "account" } as const;
const LIST_KINDS = { customer: "customer", item: "item", account: "account" } as const;

/**
 * Forgets links to what was deleted, moves those of what was merged, and drops the list that the event outdates. Whether
 * a changed customer is exempt from tax is read when it matters next. Tax codes are among the facts.
 */
export async function followNames({ connection, db, now }: PushContext, event: IntuitEventRow): Promise<void> {
  const linkKind = LINK_KINDS[event.entity as keyof typeof LINK_KINDS];
  if (linkKind && event.operation === "deleted") await forgetLinksTo(db, connection.id, linkKind, event.entityId);
  if (linkKind === "customer" && event.operation === "updated")
    await recordTaxable(db, connection.id, event.entityId, null);
  if (linkKind && event.operation === "merged") {
    const merge = { kind: linkKind, survivorId: event.entityId };
    for (const goneId of readDeletedIds(event)) await followMerge(db, connection.id, { ...merge, goneId }, now());
  }
  const listKind = LIST_KINDS[event.entity as keyof typeof LIST_KINDS];
  if (listKind)
    await db
      .delete(companyLists)
      .where(and(eq(companyLists.connectionId, connection.id), eq(companyLists.kind, listKind)));
  if (event.entity === "taxcode") await markCompanyDue(db, connection.id, now());
}
