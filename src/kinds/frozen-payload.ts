/**
 * Reads the few parts of a frozen payload that a look-up or an explanation needs. The bytes themselves are never changed.
 */
import type { z } from "zod";
import { parseExactJson } from "../platform/exact-json.ts";

/** What the schema reads in the payload, whose numbers are `ExactNumber`; null if nothing is frozen, or nothing of that form. */
export function readFrozenPayload<T>(schema: z.ZodType<T>, payload: string | null): T | null {
  return schema.safeParse(readJson(payload)).data ?? null;
}

function readJson(text: string | null): unknown {
  try {
    return text === null ? null : parseExactJson(text);
  } catch {
    return null;
  }
}
