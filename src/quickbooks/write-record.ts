/**
 * Writes a customer, item or account: creates it, or gives one that we created the texts that the company keeps. The answer
 * tells whether the company kept the characters that were sent (letters.ts). Repeats no write.
 */
import { z } from "zod";
import { type Answer, type QuickBooks, call } from "./client.ts";
import { type Letters, foreignCharacters, lettersAfterAnswer } from "./letters.ts";
import { id, readPart } from "./wire.ts";

type Entity = "Account" | "Customer" | "Item";
type Body = Record<string, unknown>;

export interface Written<T> {
  record: T;
  /** What the company keeps, if it holds other characters than were sent; else null. */
  letters: Letters | null;
}

export interface RecordWrite<T> {
  entity: Entity;
  schema: z.ZodType<T>;
  body: Body;
  requestId: string;
}

/** Throws QuickBooksError; 6240 says that the name is taken. */
export async function writeRecord<T>(
  qb: QuickBooks,
  { entity, schema, body, requestId }: RecordWrite<T>,
): Promise<Written<T>> {
  const text = JSON.stringify(body);
  const path = pathOf(entity);
  const answer: Answer = await call(qb, { kind: "write", method: "POST", path, body: text, requestId });
  const letters = lettersAfterAnswer(text, foreignCharacters(answer.json));
  return { record: readPart(schema, answer, entity), letters };
}

/**
 * Changes a record; whether the update is sparse, `body` says. One read and one write. Throws QuickBooksError; 6240 says
 * that the name is taken.
 */
export async function changeRecord<T>(
  qb: QuickBooks,
  recordId: string,
  { entity, schema, body, requestId }: RecordWrite<T>,
): Promise<T> {
  const path = `${pathOf(entity)}/${encodeURIComponent(recordId)}`;
  const answer = await call(qb, { kind: "read", method: "GET", path });
  const { SyncToken } = readPart(z.object({ SyncToken: id }), answer, entity);
  const change = { ...body, Id: recordId, SyncToken };
  const { record } = await writeRecord(qb, { entity, schema, body: change, requestId: `${requestId}-${SyncToken}` });
  return record;
}

function pathOf(entity: Entity): string {
  return `/${entity.toLowerCase()}`;
}
