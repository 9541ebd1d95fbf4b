/**
 * Whom we notify, as people choose it: the one receiver of alerts, or the receiver of an instance's invoice events.
 * Looks up what the activity log calls it and what it may be notified of.
 */
import type { ActionContext } from "../app-context.ts";
import { findInstance } from "../instances/store.ts";
import { ALERT_KINDS, ALERTS_ENDPOINT, INVOICE_EVENTS } from "../notifications/event.ts";
import type { Subject } from "../people/activity.ts";
import { notFound, type Refusal } from "./result.ts";

/** `null` for alerts; otherwise the ID of an instance. */
export type AlertTarget = string | null;

export interface FoundTarget {
  ok: true;
  endpointId: string;
  subject: Subject;
  /** The events it may be notified of. */
  events: readonly string[];
  /** `alert.settings_saved` or `instance.event_settings_saved`: what the activity log calls it, by what was done. */
  action: (what: "settings_saved" | "secret_revealed" | "secret_rotated" | "test_sent" | "retried") => string;
}

/** The target, if it is in use. */
export async function findTarget(context: ActionContext, target: AlertTarget): Promise<FoundTarget | Refusal> {
  if (target === null) {
    const subject = { kind: "alerts", id: ALERTS_ENDPOINT, name: "Alerts" } as const;
    return { ok: true, endpointId: ALERTS_ENDPOINT, subject, events: ALERT_KINDS, action: (what) => `alert.${what}` };
  }
  const instance = await findInstance(context.db, target);
  if (!instance || instance.removedAt !== null) return notFound("instance");
  const subject = { kind: "instance", id: instance.id, name: instance.name } as const;
  return {
    ok: true,
    endpointId: instance.id,
    subject,
    events: INVOICE_EVENTS,
    action: (what) => `instance.event_${what}`,
  };
}
