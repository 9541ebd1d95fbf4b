/**
 * Several queries in one request to QuickBooks (docs/qbo-api.md, section 6). Used for look-ups only: batches have their own
 * rate limit, and an invoice is never created through one. Items come back in any order, each with its own result.
 */
import { z } from "zod";
import { failureOf, faultsOf } from "./answer.ts";
import { type QuickBooks, call } from "./client.ts";
import { QuickBooksError } from "./faults.ts";
import { MAX_BATCH_ITEMS } from "./limits.ts";
import { type Entity, type Identified, rowsOf, statement } from "./query.ts";
import { readPart, readWith } from "./wire.ts";

export interface BatchQuery<T extends Identified> {
  entity: Entity;
  schema: z.ZodType<T>;
  clauses: readonly string[];
}

const batchItem = z.object({
  bId: z.string(),
  Fault: z.unknown().optional(),
  QueryResponse: z.record(z.string(), z.unknown()).optional(),
});

/**
 * Runs up to 30 queries and returns their rows in the order of the queries. Throws QuickBooksError if one of them failed:
 * an incomplete look-up would be taken for 'not there'.
 */
export async function runQueries<T extends Identified>(
  qb: QuickBooks,
  queries: readonly BatchQuery<T>[],
): Promise<T[][]> {
  if (queries.length > MAX_BATCH_ITEMS) throw new RangeError(`A batch takes at most ${MAX_BATCH_ITEMS} queries`);
  if (queries.length === 0) return [];
  const answer = await call(qb, {
    kind: "batch",
    method: "POST",
    path: "/batch",
    body: JSON.stringify({
      BatchItemRequest: queries.map((query, i) => ({ bId: `q${i}`, Query: statement(query.entity, query.clauses) })),
    }),
  });
  const items = readPart(z.array(batchItem), answer, "BatchItemResponse");
  return queries.map((query, i) => {
    const found = items.find((one) => one.bId === `q${i}`);
    if (found?.Fault !== undefined && found.Fault !== null) {
      const { httpStatus, intuitTid } = answer;
      throw new QuickBooksError(failureOf(faultsOf(found.Fault), httpStatus, intuitTid));
    }
    const response = readWith(
      z.record(z.string(), z.unknown()),
      found?.QueryResponse,
      answer,
      `BatchItemResponse.q${i}`,
    );
    return rowsOf(query.schema, query.entity, response, answer);
  });
}
