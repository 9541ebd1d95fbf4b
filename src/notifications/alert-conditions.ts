/**
 * What is wrong right now, for the alerts: connections that need a person, and a backlog that does not move. Only
 * reads, and only from indexes, since the cron asks every minute. An alert contains no customer data: company names,
 * counts, causes.
 */
import { sql } from "drizzle-orm";
import type { Connection } from "../connections/connection.ts";
import { countWaiting } from "./count-waiting.ts";
import type { Db } from "../platform/db.ts";
import { agree, plural } from "../platform/words.ts";
import type { AlertKind } from "./event.ts";

const BACKLOG_LIMIT_MS = 15 * 60_000;
const MINUTE_MS = 60_000;

/** Something that is wrong until it is resolved. */
export interface Condition {
  key: string;
  kind: AlertKind;
  /** What identifies it, in both notifications. */
  about: Record<string, unknown>;
  /** What the first notification adds. */
  details: Record<string, unknown>;
}

type AttentionCause = "reconnect_needed" | "disconnected" | "subscription_lapsed";

/** Connections that need a person: the same as the banner on every page, and lapsed subscriptions. */
export async function attentionConditions(
  db: Db,
  connections: readonly Connection[],
  appOrigin: string,
): Promise<Condition[]> {
  const conditions: Condition[] = [];
  for (const connection of connections) {
    const causes = causesOf(connection);
    if (causes.length === 0) continue;
    const waiting = await countWaiting(db, connection.id);
    for (const { cause, since } of causes) {
      if (cause === "disconnected" && waiting === 0) continue;
      const about = { connection_id: connection.id, company_name: connection.companyName, cause };
      const details = {
        since,
        waiting_invoices: waiting,
        message: attentionWords(connection.companyName, cause, waiting),
        url: `${appOrigin}/settings/quickbooks/${connection.id}`,
      };
      conditions.push({
        key: `connection.attention:${connection.id}:${cause}`,
        kind: "connection.attention",
        about,
        details,
      });
    }
  }
  return conditions;
}

/** The oldest waiting invoice has waited too long; one alert for the whole backlog. */
export async function backlogConditions(db: Db, now: Date, appOrigin: string): Promise<Condition[]> {
  const [backlog] = await db.all<{ oldest: string | null; waiting: number }>(sql`
    SELECT min(coalesce(requested_at, created_at)) AS oldest, count(*) AS waiting
    FROM pushes WHERE kind = 'invoice' AND push_status IN ('queued', 'unknown', 'held')`);
  if (!backlog || backlog.oldest === null) return [];
  const ageMs = now.getTime() - Date.parse(backlog.oldest);
  if (ageMs <= BACKLOG_LIMIT_MS) return [];
  const message = `${invoiceWords(backlog.waiting)} for QuickBooks, the oldest for ${Math.floor(ageMs / MINUTE_MS)} minutes.`;
  const details = {
    waiting_invoices: backlog.waiting,
    oldest_waiting_since: backlog.oldest,
    message,
    url: `${appOrigin}/status`,
  };
  return [{ key: "backlog.delayed", kind: "backlog.delayed", about: {}, details }];
}

function causesOf({
  state,
  stateChangedAt,
  subscriptionLapsedAt,
}: Connection): { cause: AttentionCause; since: string }[] {
  return [
    ...(state === "connected" ? [] : [{ cause: state, since: stateChangedAt }]),
    ...(subscriptionLapsedAt === null ? [] : [{ cause: "subscription_lapsed" as const, since: subscriptionLapsedAt }]),
  ];
}

function attentionWords(company: string, cause: AttentionCause, waiting: number): string {
  const what: Record<AttentionCause, string> = {
    reconnect_needed: `QuickBooks no longer accepts Bookbridge's connection to ${company}.`,
    disconnected: `${company} is disconnected from QuickBooks.`,
    subscription_lapsed: `The QuickBooks subscription of ${company} has lapsed.`,
  };
  return `${what[cause]} ${waiting === 0 ? "No invoice waits." : `${invoiceWords(waiting)}.`}`;
}

function invoiceWords(count: number): string {
  return `${plural(count, "invoice")} ${agree(count, "waits", "wait")}`;
}
