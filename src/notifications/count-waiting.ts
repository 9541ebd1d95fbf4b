/**
 * How many invoices wait for a connection, for the banner on every page and for the alerts. It names the table
 * directly, since this folder may not import pushes/.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";

/** Invoices of a connection that are on their way or held. Two counts, since each has a partial index of its own. */
export async function countWaiting(db: Db, connectionId: string): Promise<number> {
  const [row] = await db.all<{ waiting: number }>(sql`
    SELECT (SELECT count(*) FROM pushes WHERE connection_id = ${connectionId} AND state = 'held')
      + (SELECT count(*) FROM pushes WHERE connection_id = ${connectionId} AND state IN ('queued', 'sending', 'unknown')) AS waiting`);
  return row?.waiting ?? 0;
}
