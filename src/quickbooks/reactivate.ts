/**
 * Reactivates an inactive customer or item under its old name. Nothing else in the record is changed.
 */
import { z } from "zod";
import { type QuickBooks, call } from "./client.ts";
import { withoutSuffix } from "./inactive-names.ts";
import { id, readPart } from "./wire.ts";

/** Where each kind of record keeps its name. */
const NAME_FIELDS = { Customer: "DisplayName", Item: "Name" } as const;

/** One read, and one write if it is inactive. `recordId` is QuickBooks' ID. */
export async function reactivate(
  qb: QuickBooks,
  entity: keyof typeof NAME_FIELDS,
  recordId: string,
  requestId: string,
): Promise<void> {
  const path = `/${entity.toLowerCase()}`;
  const nameField = NAME_FIELDS[entity];
  const answer = await call(qb, { kind: "read", method: "GET", path: `${path}/${encodeURIComponent(recordId)}` });
  const known = readPart(RECORD, answer, entity);
  if (known.Active) return;
  const name = withoutSuffix(known[nameField] ?? "");
  const body = JSON.stringify({
    Id: known.Id,
    SyncToken: known.SyncToken,
    sparse: true,
    Active: true,
    [nameField]: name,
  });
  readPart(RECORD, await call(qb, { kind: "write", method: "POST", path, body, requestId }), entity);
}

const RECORD = z.object({
  Id: id,
  SyncToken: id,
  Active: z.boolean().default(true),
  DisplayName: z.string().optional(),
  Name: z.string().optional(),
});
