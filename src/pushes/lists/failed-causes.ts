/**
 * Failed invoices by what went wrong, so that one cure can be followed by one resend of all of them.
 * A cause is the category and QuickBooks' code of the error; where it went to matters, as the cure is made there.
 */
import { sql } from "drizzle-orm";
import type { Db } from "../../platform/db.ts";

/** Causes that a page shows; more than these differ only in the smallest groups. */
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

/** The groups, the largest first. Goes over the failed invoices only. */
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
