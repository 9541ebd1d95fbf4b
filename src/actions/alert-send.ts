/**
 * Manual sending: a test to see whether an address works, and a retry of what was not acknowledged. Both are tried
 * immediately, so the person who asked sees the result.
 */
import type { ActionContext } from "../app-context.ts";
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

/** `result` is null if another worker is trying it at this very moment. */
export type Tried = Result<{ result: TryResult | null }>;

/** Creates a test notice and tries it; if that fails, it is retried like any other. */
export async function sendTestNotice(context: ActionContext, target: AlertTarget): Promise<Tried> {
  const found = await findTarget(context, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(context.db, found.endpointId);
  if (!endpoint?.url) return conflict(NO_ADDRESS);
  const data = { message: `This is a test from Bookbridge (${found.subject.name}). Nothing has happened.` };
  const notice = newNotification(
    { endpointId: endpoint.id, type: TEST_EVENT, source: `test:${newId(context.now)}`, data },
    context.now,
  );
  await context.db.insert(notifications).values(notice);
  await recordActivity(context.db, context.now, context.actor, {
    action: found.action("test_sent"),
    subject: found.subject,
  });
  return tryNow(context, found, notice.id);
}

/** Starts the tries of a notice again; never of one that was acknowledged. */
export async function retryAlert(context: ActionContext, target: AlertTarget, noticeId: string): Promise<Tried> {
  const found = await findTarget(context, target);
  if (!found.ok) return found;
  const endpoint = await findEndpoint(context.db, found.endpointId);
  if (!endpoint?.url) return conflict(NO_ADDRESS);
  if (!(await retryNotification(context.db, found.endpointId, noticeId, context.now)))
    return conflict("It was delivered meanwhile, or is being sent right now.");
  await recordActivity(context.db, context.now, context.actor, {
    action: found.action("retried"),
    subject: found.subject,
  });
  return tryNow(context, found, noticeId);
}

async function tryNow(context: ActionContext, found: FoundTarget, noticeId: string): Promise<Tried> {
  const endpoint = await findEndpoint(context.db, found.endpointId);
  if (!endpoint) return notFound("address");
  const startedMs = Date.now();
  const now = () => new Date(context.now.getTime() + Date.now() - startedMs);
  return { ok: true, result: await deliverOne({ db: context.db, config: context.config, now }, endpoint, noticeId) };
}
