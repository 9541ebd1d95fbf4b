/**
 * Compares what is wrong now with what was told: each alert is told once when it begins and once when it is over, across
 * restarts, since D1 holds what was told. Only what the receiver of alerts wants is looked at.
 */
import { z } from "zod";
import { listConnections } from "../connections/store.ts";
import type { Db } from "../platform/db.ts";
import { type Condition, attentionConditions, backlogConditions } from "./alert-conditions.ts";
import { listAlerts, tellChange } from "./alert-store.ts";
import { eventsOf, findEndpoint } from "./endpoints.ts";
import { ALERTS_ENDPOINT, type AlertKind } from "./event.ts";
import { type AlertLook, tellFailures } from "./failure-alerts.ts";
import type { Alert } from "./schema.ts";

const aboutShape = z.record(z.string(), z.unknown());
/** These are compared as a whole; failures are told by what is new. */
const LASTING: readonly AlertKind[] = ["connection.attention", "backlog.delayed"];

/** Tells what began and what is over. Run by the cron; safe to run twice at once. */
export async function evaluateAlerts(db: Db, appOrigin: string, now: Date): Promise<void> {
  const endpoint = await findEndpoint(db, ALERTS_ENDPOINT);
  if (!endpoint || endpoint.url === null) return;
  const wanted = new Set(eventsOf(endpoint));
  const [known, connections] = await Promise.all([listAlerts(db), listConnections(db)]);
  const wrong = [
    ...(wanted.has("connection.attention") ? await attentionConditions(db, connections, appOrigin) : []),
    ...(wanted.has("backlog.delayed") ? await backlogConditions(db, now, appOrigin) : []),
  ];
  for (const condition of wrong) await begin(db, known, condition, now);
  const keys = new Set(wrong.map((condition) => condition.key));
  for (const alert of known) {
    const kind = LASTING.find((name) => name === alert.kind);
    if (kind && alert.isOn && !keys.has(alert.key)) await end({ db, appOrigin, now }, alert, kind);
  }
  if (wanted.has("invoices.failed")) await tellFailures({ db, appOrigin, now }, known, connections);
}

async function begin(db: Db, known: readonly Alert[], condition: Condition, now: Date): Promise<void> {
  const before = known.find((alert) => alert.key === condition.key);
  if (before?.isOn) return;
  const { key, kind, about, details } = condition;
  await tellChange(db, before, { key, kind, isOn: true, about, type: kind, data: { ...about, ...details } }, now);
}

async function end({ db, appOrigin, now }: AlertLook, alert: Alert, kind: AlertKind): Promise<void> {
  const about = aboutShape.parse(JSON.parse(alert.about));
  const data = { ...about, began_at: alert.beganAt, message: overWords(kind, about), url: `${appOrigin}/status` };
  await tellChange(db, alert, { key: alert.key, kind, isOn: false, about, type: `${kind}.resolved`, data }, now);
}

function overWords(kind: AlertKind, about: Record<string, unknown>): string {
  if (kind === "backlog.delayed") return "No invoice has waited for more than 15 minutes any more.";
  const company = String(about["company_name"]);
  switch (about["cause"]) {
    case "subscription_lapsed":
      return `The QuickBooks subscription of ${company} is in order again.`;
    case "disconnected":
      return `${company} is connected again, or no invoice waits for it any more.`;
    default:
      return `The connection of ${company} no longer needs reconnecting.`;
  }
}
