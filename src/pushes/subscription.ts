/**
 * A company whose subscription lapsed (6190) takes no data. It is looked at every hour, with the one read that
 * Intuit names for it (CompanyInfo's SubscriptionStatus), and goes on by itself when it is paid again.
 */
import { findConnection, clearSubscriptionLapsed, saveCompany } from "../connections/store.ts";
import type { Db } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { readCompanyInfo } from "../quickbooks/company.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";

const LOOK_EVERY_MS = 3_600_000;
/** Statuses that can be written to (qbo-api.md 5.1). */
const WRITABLE = new Set(["PAID", "TRIAL"]);

/** Looks, where the hour is over; a subscription that is in order again frees the company. Never throws. */
export async function lookAtSubscription(context: PushContext): Promise<void> {
  const { connection, db, now } = context;
  if (connection.subscriptionLapsedAt === null || connection.state !== "connected") return;
  if (now().getTime() < lookAt(connection).getTime()) return;
  try {
    const info = await readCompanyInfo(quickBooksOf(context));
    const facts = { ...connection.company, offeringSku: info.offeringSku, subscriptionStatus: info.subscriptionStatus };
    await saveCompany(db, connection.id, info.companyName, facts, now());
    const isPaid = info.subscriptionStatus === null || WRITABLE.has(info.subscriptionStatus);
    if (isPaid) await clearSubscriptionLapsed(db, connection.id, now());
    context.connection = { ...connection, company: facts, subscriptionLapsedAt: isPaid ? null : connection.subscriptionLapsedAt };
    log("subscription.looked_at", { connectionId: connection.id, isPaid });
  } catch (cause) {
    log("subscription.look_failed", { connectionId: connection.id, cause: String(cause) });
  }
}

/** When the company is to be looked at next, or null where its subscription is in order. */
export async function nextSubscriptionLookAt(db: Db, connectionId: string): Promise<string | null> {
  const connection = await findConnection(db, connectionId);
  if (!connection || connection.subscriptionLapsedAt === null || connection.state !== "connected") return null;
  return lookAt(connection).toISOString();
}

/** An hour after it was last read, or after it lapsed. */
function lookAt(connection: { subscriptionLapsedAt: string | null; companyReadAt: string }): Date {
  const last = [connection.subscriptionLapsedAt ?? "", connection.companyReadAt].toSorted().at(-1) ?? "";
  return new Date(Date.parse(last) + LOOK_EVERY_MS);
}
