/**
 * Alerts of failed invoices: new failures since the last alert, by cause, at most one alert every five minutes per
 * connection, and one when the connection has no failed invoices left. An alert contains no customer data.
 */
import { type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import type { Connection } from "../connections/connection.ts";
import type { Db } from "../platform/db.ts";
import { plural } from "../platform/words.ts";
import { notifyChange } from "./alert-store.ts";
import { type Alert, freshFailures } from "./schema.ts";

const KIND = "invoices.failed";
const PACE_MS = 5 * 60_000;
const MAX_FAILURES_PER_ALERT = 1_000;
const MAX_CAUSES = 20;

interface Failure {
  invoiceId: string;
  at: string;
  connectionId: string | null;
  /** Null if the invoice is no longer failed, so there is nothing to report. */
  category: string | null;
  title: string | null;
  code: string | null;
}

const aboutShape = z.object({ connection_id: z.string().nullable(), company_name: z.string().nullable() });

/** What one evaluation of the alerts works with. */
export interface AlertContext {
  db: Db;
  appOrigin: string;
  now: Date;
}

/** Notifies of new failures, and of connections that have none left. */
export async function notifyFailures(
  context: AlertContext,
  known: readonly Alert[],
  connections: readonly Connection[],
): Promise<void> {
  const { db, now } = context;
  const fresh = await listFresh(db);
  for (const [connectionId, failures] of groupBy(fresh, (failure) => failure.connectionId)) {
    const before = known.find((alert) => alert.key === keyOf(connectionId));
    if (before && now.getTime() - Date.parse(before.notifiedAt) < PACE_MS) continue;
    const failed = failures.filter((failure) => failure.category !== null);
    if (failed.length === 0) await forget(db, failures, sql`1`);
    else
      await notifyNew(context, before, {
        connectionId,
        companyName: nameOf(connections, connectionId),
        failed,
        all: failures,
      });
  }
  const withFailures = new Set(fresh.map((failure) => keyOf(failure.connectionId)));
  for (const alert of known) {
    if (alert.kind === KIND && alert.isOn && !withFailures.has(alert.key)) await notifyIfNoneLeft(context, alert);
  }
}

interface NewFailures {
  connectionId: string | null;
  companyName: string | null;
  failed: Failure[];
  /** Including those that are no longer failed: they are done with as well. */
  all: Failure[];
}

async function notifyNew(
  { db, appOrigin, now }: AlertContext,
  before: Alert | undefined,
  news: NewFailures,
): Promise<void> {
  const about = { connection_id: news.connectionId, company_name: news.companyName };
  const causes = [...groupBy(news.failed, ({ category, code }) => `${category} ${code}`).values()]
    .map((group) => ({
      category: group[0]?.category,
      title: group[0]?.title,
      code: group[0]?.code,
      count: group.length,
    }))
    .toSorted((a, b) => b.count - a.count)
    .slice(0, MAX_CAUSES);
  const count = news.failed.length;
  const where = news.companyName === null ? "" : ` for ${news.companyName}`;
  const message = `${plural(count, "invoice")} failed${where}: ${causes.map(causeWords).join(", ")}.`;
  const data = { ...about, new_failures: count, causes, message, url: `${appOrigin}/invoices?status=needs_attention` };
  const more = (isMine: SQL) => [forget(db, news.all, isMine)];
  const change = { key: keyOf(news.connectionId), kind: KIND, isOn: true, about, type: KIND, data, more } as const;
  await notifyChange(db, before, change, now);
}

function causeWords({
  title,
  code,
  count,
}: {
  title: string | null | undefined;
  code: string | null | undefined;
  count: number;
}): string {
  return `${title}${code ? `, code ${code}` : ""} (${count})`;
}

async function notifyIfNoneLeft({ db, appOrigin, now }: AlertContext, alert: Alert): Promise<void> {
  const about = aboutShape.parse(JSON.parse(alert.about));
  const [left] = await db.all(
    sql`SELECT 1 FROM pushes WHERE kind = 'invoice' AND push_status = 'failed' AND connection_id IS ${about.connection_id} LIMIT 1`,
  );
  if (left) return;
  const where = about.company_name === null ? "" : ` of ${about.company_name}`;
  const data = {
    ...about,
    began_at: alert.beganAt,
    message: `No failed invoices${where} are left.`,
    url: `${appOrigin}/invoices`,
  };
  await notifyChange(
    db,
    alert,
    { key: alert.key, kind: KIND, isOn: false, about, type: `${KIND}.resolved`, data },
    now,
  );
}

function listFresh(db: Db): Promise<Failure[]> {
  return db.all<Failure>(sql`
    SELECT f.invoice_id AS invoiceId, f.at AS at, v.connection_id AS connectionId,
      json_extract(v.error, '$.category') AS category, json_extract(v.error, '$.title') AS title, json_extract(v.error, '$.code') AS code
    FROM fresh_failures f LEFT JOIN pushes v ON v.kind = 'invoice' AND v.document_id = f.invoice_id AND v.push_status = 'failed'
    ORDER BY f.at LIMIT ${MAX_FAILURES_PER_ALERT}`);
}

/** By ID and time: an invoice that failed again in the meantime stays. */
function forget(db: Db, failures: readonly Failure[], condition: SQL) {
  const list = JSON.stringify(failures.map(({ invoiceId, at }) => ({ id: invoiceId, at })));
  const isListed = sql`(invoice_id, at) IN (SELECT value ->> 'id', value ->> 'at' FROM json_each(${list}))`;
  return db.delete(freshFailures).where(sql`${condition} AND ${isListed}`);
}

function keyOf(connectionId: string | null): string {
  return `${KIND}:${connectionId ?? "none"}`;
}

function nameOf(connections: readonly Connection[], id: string | null): string | null {
  return connections.find((connection) => connection.id === id)?.companyName ?? null;
}

function groupBy<T, K>(items: readonly T[], keyFor: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyFor(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
