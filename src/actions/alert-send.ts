/**
 * Sending by hand: a test to see whether an address works, and another try of what was not acknowledged. Both are tried
 * at once, so that the person who asked hears how it went.
 */
import type { Act } from "../app-context.ts";
import { deliverOne } from "../notifications/deliver.ts";
import { findEndpoint } from "../notifications/endpoints.ts";
import { TEST_EVENT } from "../notifications/event.ts";
import { notifications } from "../notifications/schema.ts";
import { type TryResult, newNotification, retryNotification } from "../notifications/store.ts";
import { recordActivity } from "../people/activity.ts";
import { newId } from "../platform/ids.ts";
import { type AlertTarget, findTarget, type FoundTarget } from "./alert-target.ts";
import { conflict, notFound, type Result } from "./result.ts";

const NO_ADDRESS = "Enter an address first.";

/** `result` is null where another worker tries it at this very moment. */
export type Tried = Result<{ result: TryResult | null }>;

/** Makes a test notice and tries it; one that fails is tried again as any other. */
export async function sendTestNotice(act: Act, target: AlertTarget): Promise<Tried> {
  const found = await findTarget(act, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(act.db, found.endpointId);
  if (!endpoint?.url) return conflict(NO_ADDRESS);
  const data = { message: `This is a test from Bookbridge (${found.subject.name}). Nothing has happened.` };
  const notice = newNotification(
    { endpointId: endpoint.id, type: TEST_EVENT, source: `test:${newId(act.now)}`, data },
    act.now,
  );
  await act.db.insert(notifications).values(notice);
  await recordActivity(act.db, act.now, act.actor, { action: found.action("test_sent"), subject: found.subject });
  return tryNow(act, found, notice.id);
}

/** Begins the tries of a notice anew; never of one that was acknowledged. */
export async function retryAlert(act: Act, target: AlertTarget, noticeId: string): Promise<Tried> {
  const found = await findTarget(act, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(act.db, found.endpointId);
  if (!endpoint?.url) return conflict(NO_ADDRESS);
  if (!(await retryNotification(act.db, found.endpointId, noticeId, act.now)))
    return conflict("It was delivered meanwhile, or is being sent right now.");
  await recordActivity(act.db, act.now, act.actor, { action: found.action("retried"), subject: found.subject });
  return tryNow(act, found, noticeId);
}

async function tryNow(act: Act, found: FoundTarget, noticeId: string): Promise<Tried> {
  const endpoint = await findEndpoint(act.db, found.endpointId);
  if (!endpoint) return notFound("address");
  const startedMs = Date.now();
  const now = () => new Date(act.now.getTime() + Date.now() - startedMs);
  return { ok: true, result: await deliverOne({ db: act.db, config: act.config, now }, endpoint, noticeId) };
}
