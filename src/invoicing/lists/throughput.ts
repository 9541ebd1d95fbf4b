/**
 * Deliveries and failures over time, for the dashboard's chart. Counts only; both queries use an index by time.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../../platform/db.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** ISO text up to the day, and up to the hour. */
const DAY_CHARS = 10;
const HOUR_CHARS = 13;

export type Span = "14d" | "24h";

export interface ThroughputBucket {
  /** Start of the bucket as ISO text: a day (`2026-11-20`) or an hour (`2026-11-20T10`), UTC. */
  at: string;
  sent: number;
  failed: number;
}

/** One bucket for each day of the last 14 days or each hour of the last 24, the current one last. */
export async function readThroughput(db: Db, span: Span, now: Date): Promise<ThroughputBucket[]> {
  const [step, count, chars] = span === "14d" ? [DAY_MS, 14, DAY_CHARS] : [HOUR_MS, 24, HOUR_CHARS];
  const starts = Array.from({ length: count }, (_, i) =>
    new Date(now.getTime() - (count - 1 - i) * step).toISOString().slice(0, chars),
  );
  const since = starts[0] ?? "";
  const [sent, failed] = await Promise.all([
    db.all<Count>(sql`SELECT substr(delivered_at, 1, ${chars}) AS at, count(*) AS n FROM pushes
      WHERE delivered_at IS NOT NULL AND delivered_at >= ${since} GROUP BY 1`),
    db.all<Count>(sql`SELECT substr(started_at, 1, ${chars}) AS at, count(*) AS n FROM push_attempts
      WHERE started_at >= ${since} AND outcome IN ('refused', 'failed') GROUP BY 1`),
  ]);
  return starts.map((at) => ({ at, sent: countOf(sent, at), failed: countOf(failed, at) }));
}

interface Count {
  at: string;
  n: number;
}

function countOf(rows: readonly Count[], at: string): number {
  return rows.find((row) => row.at === at)?.n ?? 0;
}
