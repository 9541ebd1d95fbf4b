/**
 * Saves whom we notify and of what. The activity log gets the address without its path, which may hold a secret.
 */
import type { ActionContext } from "../app-context.ts";
import { checkAddress, maskedAddress } from "../notifications/address.ts";
import { eventsOf, findEndpoint, saveEndpoint } from "../notifications/endpoints.ts";
import { type Change, changesBetween, recordActivity } from "../people/activity.ts";
import { type AlertTarget, findTarget } from "./alert-target.ts";
import { invalid, type Result } from "./result.ts";

export interface AlertSettings {
  /** As typed; if empty, nothing is sent. */
  address: string;
  events: readonly string[];
}

/** Saves address and events; an unknown event is left out. */
export async function saveAlertSettings(
  context: ActionContext,
  target: AlertTarget,
  given: AlertSettings,
): Promise<Result> {
  const found = await findTarget(context, target);
  if (!found.ok) return found;
  const address = given.address.trim();
  const verdict = address === "" ? { ok: true as const, url: null } : checkAddress(address, context.config.appOrigin);
  if (!verdict.ok) return invalid([{ path: "address", message: verdict.message }]);
  const events = found.events.filter((event) => given.events.includes(event));
  const before = await findEndpoint(context.db, found.endpointId);
  await saveEndpoint(context.db, context.config.keys, { id: found.endpointId, url: verdict.url, events }, context.now);
  const changes = changesOf(
    { url: before?.url ?? null, events: before ? eventsOf(before) : [] },
    { url: verdict.url, events },
  );
  if (changes.length === 0) return { ok: true };
  await recordActivity(context.db, context.now, context.actor, {
    action: found.action("settings_saved"),
    subject: found.subject,
    changes,
  });
  return { ok: true };
}

interface Facts {
  url: string | null;
  events: readonly string[];
}

/** Another path at the same host is a change too, even though both look alike in the log. */
function changesOf(before: Facts, after: Facts): Change[] {
  const facts = ({ url, events }: Facts) => ({
    address: maskedAddress(url),
    events: events.length === 0 ? null : events.join(", "),
  });
  const changes = changesBetween(facts(before), facts(after), ["address", "events"]);
  const isHidden = before.url !== after.url && !changes.some((change) => change.field === "address");
  return isHidden
    ? [{ field: "address", from: maskedAddress(before.url), to: maskedAddress(after.url) }, ...changes]
    : changes;
}
