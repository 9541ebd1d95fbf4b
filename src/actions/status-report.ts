/**
 * What `/status` shows, on the page, on a shared link and in the API: states, backlog, waiting, success, latency,
 * errors. It must hold no customer data, since a shared link shows it to strangers. No query here may scan all
 * invoices: INDEXED BY forces SQLite to use the index, which it would otherwise choose by its statistics.
 */
import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Connection } from "../connections/connection.ts";
import { gateOf } from "../connections/gate.ts";
import type { GateReport } from "../connections/realm-gate.ts";
import { listConnections } from "../connections/store.ts";
import type { Env } from "../env.ts";
import { CATEGORY_TITLES, ERROR_CATEGORIES } from "../failures/push-error.ts";
import { sumWrongSignatures, type WrongSignatureSum } from "../inbox/delivery-counts.ts";
import { countUnsettledRefusals } from "../inbox/refusals.ts";
import type { Instance } from "../instances/instance.ts";
import { listInstances } from "../instances/store.ts";
import { countByStatus } from "../invoicing/lists/counts.ts";
import { DOCUMENT_STATES } from "../documents/status.ts";
import { DATABASE_LIMIT_BYTES, readDatabaseSize } from "../platform/database-size.ts";
import type { Db } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { isAutoPushEffective } from "../pushes/admission.ts";

const LATENCY_WINDOW_MS = 24 * 3_600_000;
/** Newest deliveries that the percentiles are computed from: enough to be exact, few enough to be cheap. */
const MAX_LATENCY_ROWS = 5_000;
const WRONG_SIGNATURE_DAYS = 1;

const time = z.iso.datetime();
const counts = { waiting: z.int(), failed: z.int() };

const connectionStatus = z.object({
  id: z.string(),
  company_name: z.string(),
  state: z.enum(["connected", "reconnect_needed", "disconnected"]),
  state_changed_at: time,
  enabled: z.boolean(),
  auto_invoice: z.boolean(),
  subscription_lapsed_at: time.nullable(),
  /** Without a refresh the authorization ends then (100 days). */
  authorization_ends_at: z.string().nullable(),
  /** No refresh extends it beyond this (five years). */
  authorization_ends_for_good_at: z.string().nullable(),
  ...counts,
  /** Metered reads of this month; null if the gate did not respond. */
  reads: z.object({ month: z.string(), count: z.int() }).nullable(),
  /** While QuickBooks limits us or does not respond: until when nothing is sent, and why. */
  paused: z.object({ until: time, reason: z.enum(["throttled", "circuit"]) }).nullable(),
});
export type ConnectionStatus = z.infer<typeof connectionStatus>;

const instanceStatus = z.object({
  id: z.string(),
  name: z.string(),
  connection_id: z.string().nullable(),
  enabled: z.boolean(),
  auto_invoice: z.boolean(),
  auto_push_effective: z.boolean(),
  last_delivery_at: time.nullable(),
  refused_deliveries: z.int().meta({
    description: "Refused, and neither accepted since nor set aside: each may be an order without an invoice.",
  }),
  wrong_signatures: z
    .object({ count: z.int(), last_at: time })
    .nullable()
    .meta({ description: "Deliveries of the last 24 hours whose signature was wrong." }),
  ...counts,
});
export type InstanceStatus = z.infer<typeof instanceStatus>;

/** How big the database is. */
const databaseStatus = z.object({
  bytes: z.int(),
  limit_bytes: z.int().meta({ description: "At this size nothing more can be written." }),
  bytes_per_day: z
    .int()
    .nullable()
    .meta({ description: "Growth of the last 30 days; null until it was measured for a day." }),
  full_on: z.iso
    .date()
    .nullable()
    .meta({ description: "When it is full at that pace; null where not known, or not within 100 years." }),
});
export type DatabaseStatus = z.infer<typeof databaseStatus>;

/** The report in the API's words, which the pages use as well. */
export const statusReport = z.object({
  generated_at: time,
  connections: z.array(connectionStatus),
  instances: z.array(instanceStatus),
  /** Invoices by push status. */
  invoices: z.record(z.enum(DOCUMENT_STATES), z.int()),
  /** What is under way or waiting: queued, sending, unknown and held together. */
  backlog: z.int(),
  oldest_waiting: z.object({ invoice_id: z.string(), waiting_since: time }).nullable(),
  last_success_at: time.nullable(),
  /** From the request to send to QuickBooks' ID, over the last 24 hours; null if nothing was delivered. */
  push_latency: z.object({ p50_ms: z.int(), p95_ms: z.int(), count: z.int() }).nullable(),
  /** Open errors, the most frequent first. */
  errors: z.array(z.object({ category: z.enum(ERROR_CATEGORIES), title: z.string(), count: z.int() })),
  /** Null if the size could not be read. */
  database: databaseStatus.nullable(),
});
export type StatusReport = z.infer<typeof statusReport>;

/** Reads the report, without asking QuickBooks. */
export async function readStatus(env: Env, db: Db, now: Date): Promise<StatusReport> {
  const [connections, instances, counts, open, oldest, success, latency, errors, deliveries, refused, wrong, database] =
    await Promise.all([
      listConnections(db),
      listInstances(db),
      countByStatus(db),
      readOpenCounts(db),
      readOldestWaiting(db),
      readLastSuccess(db),
      readLatency(db, now),
      readErrors(db),
      readLastDeliveries(db),
      countUnsettledRefusals(db),
      sumWrongSignatures(db, WRONG_SIGNATURE_DAYS, now),
      readDatabase(db, now),
    ]);
  const gates = await Promise.all(connections.map((connection) => readGate(env, connection)));
  return {
    generated_at: now.toISOString(),
    connections: connections.map((connection, index) => toConnectionStatus(connection, open, gates[index] ?? null)),
    instances: instances.map((instance) =>
      toInstanceStatus(instance, connections, open, { last: deliveries, refused, wrong }),
    ),
    invoices: counts,
    backlog: open.reduce((sum, row) => sum + row.waiting, 0),
    oldest_waiting: oldest,
    last_success_at: success,
    push_latency: latency,
    errors,
    database,
  };
}

interface OpenCount {
  connection_id: string | null;
  instance_id: string;
  waiting: number;
  failed: number;
}

function toConnectionStatus(connection: Connection, open: OpenCount[], gate: GateReport | null): ConnectionStatus {
  const own = open.filter((row) => row.connection_id === connection.id);
  return {
    id: connection.id,
    company_name: connection.companyName,
    state: connection.state,
    state_changed_at: connection.stateChangedAt,
    enabled: connection.enabled,
    auto_invoice: connection.autoInvoice,
    subscription_lapsed_at: connection.subscriptionLapsedAt,
    authorization_ends_at: connection.refreshExpiresAt,
    authorization_ends_for_good_at: connection.refreshHardExpiresAt,
    ...sums(own),
    reads: gate?.reads ?? null,
    paused:
      gate?.blockedUntil && gate.blockedReason
        ? { until: new Date(gate.blockedUntil).toISOString(), reason: gate.blockedReason }
        : null,
  };
}

/** Of deliveries, by instance. */
interface Deliveries {
  last: Map<string, string>;
  refused: Map<string, number>;
  wrong: Map<string, WrongSignatureSum>;
}

function toInstanceStatus(
  instance: Instance,
  connections: Connection[],
  open: OpenCount[],
  deliveries: Deliveries,
): InstanceStatus {
  const wrong = deliveries.wrong.get(instance.id);
  const connection = connections.find(({ id }) => id === instance.connectionId) ?? null;
  return {
    id: instance.id,
    name: instance.name,
    connection_id: instance.connectionId,
    enabled: instance.enabled,
    auto_invoice: instance.autoInvoice,
    auto_push_effective: isAutoPushEffective(connection, instance),
    last_delivery_at: deliveries.last.get(instance.id) ?? null,
    refused_deliveries: deliveries.refused.get(instance.id) ?? 0,
    wrong_signatures: wrong ? { count: wrong.count, last_at: wrong.lastAt } : null,
    ...sums(open.filter((row) => row.instance_id === instance.id)),
  };
}

function sums(rows: OpenCount[]): { waiting: number; failed: number } {
  return {
    waiting: rows.reduce((sum, row) => sum + row.waiting, 0),
    failed: rows.reduce((sum, row) => sum + row.failed, 0),
  };
}

/** Reads the open invoices only, through the index by push status. */
function readOpenCounts(db: Db): Promise<OpenCount[]> {
  return db.all<OpenCount>(sql`
    SELECT connection_id, instance_id, sum(push_status <> 'failed') AS waiting, sum(push_status = 'failed') AS failed
    FROM pushes INDEXED BY pushes_by_status WHERE kind = 'invoice' AND push_status IN ('queued', 'sending', 'unknown', 'held', 'failed')
    GROUP BY connection_id, instance_id`);
}

async function readOldestWaiting(db: Db): Promise<StatusReport["oldest_waiting"]> {
  const [oldest] = await db.all<{ invoice_id: string; waiting_since: string }>(sql`
    SELECT document_id AS invoice_id, coalesce(requested_at, created_at) AS waiting_since
    FROM pushes INDEXED BY pushes_by_status WHERE kind = 'invoice' AND push_status IN ('queued', 'sending', 'unknown', 'held')
    ORDER BY coalesce(requested_at, created_at) LIMIT 1`);
  return oldest ?? null;
}

async function readLastSuccess(db: Db): Promise<string | null> {
  const [newest] = await db.all<{ delivered_at: string }>(sql`
    SELECT delivered_at FROM pushes WHERE delivered_at IS NOT NULL ORDER BY delivered_at DESC LIMIT 1`);
  return newest?.delivered_at ?? null;
}

/** Nearest-rank percentiles. */
async function readLatency(db: Db, now: Date): Promise<StatusReport["push_latency"]> {
  const since = new Date(now.getTime() - LATENCY_WINDOW_MS).toISOString();
  const [latency] = await db.all<{ p50: number | null; p95: number | null; count: number }>(sql`
    WITH newest AS (
      SELECT (unixepoch(delivered_at, 'subsec') - unixepoch(requested_at, 'subsec')) * 1000 AS ms
      FROM pushes WHERE delivered_at IS NOT NULL AND delivered_at >= ${since} AND requested_at IS NOT NULL
      ORDER BY delivered_at DESC LIMIT ${MAX_LATENCY_ROWS}),
    ranked AS (SELECT ms, row_number() OVER (ORDER BY ms) AS place, count(*) OVER () AS total FROM newest)
    SELECT min(CASE WHEN place >= total * 0.5 THEN ms END) AS p50, min(CASE WHEN place >= total * 0.95 THEN ms END) AS p95,
      count(*) AS count FROM ranked`);
  if (!latency || latency.p50 === null || latency.p95 === null) return null;
  return {
    p50_ms: Math.max(0, Math.round(latency.p50)),
    p95_ms: Math.max(0, Math.round(latency.p95)),
    count: latency.count,
  };
}

async function readErrors(db: Db): Promise<StatusReport["errors"]> {
  const rows = await db.all<{ category: string; count: number }>(sql`
    SELECT json_extract(error, '$.category') AS category, count(*) AS count
    FROM pushes INDEXED BY pushes_by_status WHERE kind = 'invoice' AND push_status IN ('queued', 'unknown', 'held', 'failed') AND error IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1`);
  return rows.flatMap(({ category, count }) => {
    const known = ERROR_CATEGORIES.find((name) => name === category);
    return known ? [{ category: known, title: CATEGORY_TITLES[known], count }] : [];
  });
}

/** One index lookup per instance, since `max` over all deliveries would read each of them. */
async function readLastDeliveries(db: Db): Promise<Map<string, string>> {
  const rows = await db.all<{ id: string; at: string | null }>(sql`
    SELECT id, (SELECT max(received_at) FROM order_events WHERE instance_id = instances.id) AS at
    FROM instances WHERE removed_at IS NULL`);
  return new Map(rows.flatMap(({ id, at }) => (at === null ? [] : [[id, at]])));
}

async function readDatabase(db: Db, now: Date): Promise<DatabaseStatus | null> {
  const size = await readDatabaseSize(db, now);
  if (!size) return null;
  return {
    bytes: size.bytes,
    limit_bytes: DATABASE_LIMIT_BYTES,
    bytes_per_day: size.bytesPerDay,
    full_on: size.fullOn,
  };
}

/** A gate that does not respond must not take down the status page: that is exactly when people look. */
async function readGate(env: Env, connection: Connection): Promise<GateReport | null> {
  try {
    return await gateOf(env, connection.id).report();
  } catch (error) {
    log("status.gate_silent", { connectionId: connection.id, cause: error instanceof Error ? error.name : "unknown" });
    return null;
  }
}
