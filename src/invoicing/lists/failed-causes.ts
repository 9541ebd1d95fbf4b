/**
 * Failed invoices by cause, so that after one fix all of them can be resent together. A cause is the company and the
 * error's category and QuickBooks code, because the fix is made in the company.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../../platform/db.ts";

/** Causes that a page shows; only the smallest groups are left out. */
const MAX_CAUSES = 50;

export interface FailedCause {
  connectionId: string | null;
  category: string;
  code: string | null;
  count: number;
  /** The newest invoice in the group. */
  sampleId: string;
  /** JSON of the error of that invoice. */
  sample: string;
}

/** The groups, the largest first. Reads only failed invoices. */
export function listFailedCauses(db: Db): Promise<FailedCause[]> {
  return db.all<FailedCause>(sql`
    SELECT connection_id AS connectionId, json_extract(error, '$.category') AS category, json_extract(error, '$.code') AS code,
      count(*) AS count, document_id AS sampleId, error AS sample, max(document_date) AS newest
    FROM pushes WHERE kind = 'invoice' AND push_status = 'failed' AND error IS NOT NULL
    GROUP BY 1, 2, 3 ORDER BY 4 DESC LIMIT ${MAX_CAUSES}`);
}

/** The IDs of one group, oldest first, up to `limit`. */
export async function listIdsOfCause(
  db: Db,
  cause: Pick<FailedCause, "connectionId" | "category" | "code">,
  limit: number,
): Promise<string[]> {
  const rows = await db.all<{ id: string }>(sql`
    SELECT document_id AS id FROM pushes WHERE kind = 'invoice' AND push_status = 'failed' AND connection_id IS ${cause.connectionId}
      AND json_extract(error, '$.category') = ${cause.category} AND json_extract(error, '$.code') IS ${cause.code}
    ORDER BY document_date, document_id LIMIT ${limit}`);
  return rows.map((row) => row.id);
}
