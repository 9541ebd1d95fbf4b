/**
 * Compares what is wrong now with what was notified: each alert is sent once when it begins and once when it is
 * resolved, also across restarts, since D1 holds what was sent. Only checks what the receiver of alerts wants.
 */
import { z } from "zod";
import { listConnections } from "../connections/store.ts";
import type { Db } from "../platform/db.ts";
import { type Condition, attentionConditions, backlogConditions } from "./alert-conditions.ts";
import { listAlerts, notifyChange } from "./alert-store.ts";
import { deliveryConditions } from "./delivery-conditions.ts";
import { eventsOf, findEndpoint } from "./endpoints.ts";
import { ALERTS_ENDPOINT, type AlertKind } from "./event.ts";
import { type AlertContext, notifyFailures } from "./failure-alerts.ts";
import type { Alert } from "./schema.ts";

const aboutShape = z.record(z.string(), z.unknown());
/** These are compared with the current conditions; failures are sent when there are new ones. */
const LASTING: readonly AlertKind[] = ["connection.attention", "backlog.delayed", "deliveries.refused"];

/** Notifies of what began and what is resolved. Run by the cron; safe to run twice at the same time. */
export async function evaluateAlerts(db: Db, appOrigin: string, now: Date): Promise<void> {
  const endpoint = await findEndpoint(db, ALERTS_ENDPOINT);
  if (!endpoint || endpoint.url === null) return;
  const wanted = new Set(eventsOf(endpoint));
  const [known, connections] = await Promise.all([listAlerts(db), listConnections(db)]);
  const wrong = [
    ...(wanted.has("connection.attention") ? await attentionConditions(db, connections, appOrigin) : []),
    ...(wanted.has("backlog.delayed") ? await backlogConditions(db, now, appOrigin) : []),
    ...(wanted.has("deliveries.refused") ? await deliveryConditions(db, now, appOrigin) : []),
  ];
  for (const condition of wrong) await begin(db, known, condition, now);
  const keys = new Set(wrong.map((condition) => condition.key));
  for (const alert of known) {
    const kind = LASTING.find((name) => name === alert.kind);
    if (kind && alert.isOn && !keys.has(alert.key)) await end({ db, appOrigin, now }, alert, kind);
  }
  if (wanted.has("invoices.failed")) await notifyFailures({ db, appOrigin, now }, known, connections);
}

async function begin(db: Db, known: readonly Alert[], condition: Condition, now: Date): Promise<void> {
  const before = known.find((alert) => alert.key === condition.key);
  if (before?.isOn) return;
  const { key, kind, about, details } = condition;
  await notifyChange(db, before, { key, kind, isOn: true, about, type: kind, data: { ...about, ...details } }, now);
}

async function end({ db, appOrigin, now }: AlertContext, alert: Alert, kind: AlertKind): Promise<void> {
  const about = aboutShape.parse(JSON.parse(alert.about));
  const data = { ...about, began_at: alert.beganAt, message: resolvedMessage(kind, about), url: `${appOrigin}/status` };
  await notifyChange(db, alert, { key: alert.key, kind, isOn: false, about, type: `${kind}.resolved`, data }, now);
}

function resolvedMessage(kind: AlertKind, about: Record<string, unknown>): string {
  if (kind === "backlog.delayed") return "No invoice has been waiting for more than 15 minutes now.";
  if (kind === "deliveries.refused") return resolvedDelivery(String(about["instance_name"]), about["cause"]);
  const company = String(about["company_name"]);
  switch (about["cause"]) {
    case "subscription_lapsed":
      return `The QuickBooks subscription of ${company} is active again.`;
    case "disconnected":
      return `${company} is connected again, or no invoices are waiting for it.`;
    default:
      return `The connection of ${company} no longer needs reconnecting.`;
  }
}

function resolvedDelivery(instance: string, cause: unknown): string {
  return cause === "wrong_signature"
    ? `${instance}: no delivery has had a wrong signature for an hour.`
    : `${instance}: no refused delivery is open any more.`;
}
