/**
 * The schemas that several areas share, so that a time or an ID looks the same everywhere.
 */
import { z } from "zod";
import { isCursor } from "../orders/date-page.ts";
import { DEFAULT_PAGE_ROWS, MAX_BULK_ITEMS, MAX_PAGE_ROWS } from "../platform/limits.ts";
import { named } from "./named.ts";

const MAX_ID_CHARACTERS = 64;

export const time = z.iso.datetime();
export const date = z.iso.date();
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const id = z.string();

/** A page of a list; `name` is the schema's name in the OpenAPI document. */
export function pageOf<T extends z.ZodType>(name: string, row: T) {
  return named(name, z.object({ data: z.array(row), next: z.string().nullable() }));
}

export const givenDate = z.iso.date("This is not a calendar date such as 2026-11-20.");
export const givenId = z
  .string("This must be an ID.")
  .min(1, "This must be an ID.")
  .max(MAX_ID_CHARACTERS, "This is not a valid ID: it is too long.");

export const limit = z.coerce
  .number(`limit is a number from 1 to ${MAX_PAGE_ROWS}.`)
  .int("limit is a whole number.")
  .min(1, "limit is at least 1.")
  .max(MAX_PAGE_ROWS, `limit is at most ${MAX_PAGE_ROWS}.`)
  .default(DEFAULT_PAGE_ROWS);

/** The position in a list that is sorted by date. */
export const after = z
  .string()
  .refine(isCursor, "after is not the 'next' value of an earlier page; leave it out to start over.")
  .optional();

/** The query of lists that are sorted by ID. */
export const idPageQuery = z.strictObject({
  limit,
  after: z
    .string()
    .regex(/^[0-9a-f-]{36}$/, "after must be the 'next' value of an earlier page; leave it out to start over.")
    .optional(),
});

/** A list of IDs to act on; `what` in the plural. */
export function idList(what: string) {
  return z
    .array(givenId, `Send a list of IDs of ${what}.`)
    .min(1, `Send at least one ID of ${what}.`)
    .max(MAX_BULK_ITEMS, `Send at most ${MAX_BULK_ITEMS} IDs at once.`);
}
