/**
 * Reads what a frozen update or void changes. QuickBooks wants both in the body of every change, whatever is changed.
 */
import { z } from "zod";
import { readFrozenPayload } from "../kinds/frozen-payload.ts";
import type { DocumentRow } from "./document-row.ts";

const frozenChange = z.object({ Id: z.string(), SyncToken: z.string() });

/** Null if no change is frozen. */
export function readFrozenChange(row: Pick<DocumentRow, "frozenPayload">): z.infer<typeof frozenChange> | null {
  return readFrozenPayload(frozenChange, row.frozenPayload);
}
