/**
 * The shapes that the API takes (contract, section 6): they check what comes in, and the OpenAPI document is made from
 * them. What it gives is in answers.ts.
 */
import { z } from "zod";
import { instancePatch, newInstance } from "../actions/instance-settings.ts";
import { settingsPatch } from "../connections/settings.ts";
import { INVOICE_STATES } from "../invoices/status.ts";
import { isCursor } from "../orders/date-page.ts";
import { DEFAULT_PAGE_ROWS, MAX_BULK_ITEMS, MAX_PAGE_ROWS } from "../platform/limits.ts";
import { named } from "./named.ts";

const MAX_ID_CHARACTERS = 64;
const MAX_SEARCH_CHARACTERS = 100;

const date = z.iso.date("This is not a calendar date such as 2026-11-20.");
const givenId = z
  .string("This must be an ID.")
  .min(1, "This must be an ID.")
  .max(MAX_ID_CHARACTERS, "This is no ID: it is too long.");

const limit = z.coerce
  .number(`limit is a number from 1 to ${MAX_PAGE_ROWS}.`)
  .int("limit is a whole number.")
  .min(1, "limit is at least 1.")
  .max(MAX_PAGE_ROWS, `limit is at most ${MAX_PAGE_ROWS}.`)
  .default(DEFAULT_PAGE_ROWS);
const after = z
  .string()
  .refine(isCursor, "after is not the 'next' of a page before: leave it out to begin anew.")
  .optional();
const afterId = z
  .string()
  .regex(/^[0-9a-f-]{36}$/, "after is the 'next' of a page before: leave it out to begin anew.")
  .optional();

/** Lists that are sorted by ID. */
export const idPageQuery = z.strictObject({ limit, after: afterId });

export const orderQuery = z.strictObject({
  limit,
  after,
  status: z.enum(["open", "shipped", "cancelled"], "status is open, shipped or cancelled.").optional(),
  invoiced: z
    .enum(["true", "false"], "invoiced is true or false.")
    .transform((text) => text === "true")
    .optional(),
  instance_id: givenId.optional(),
  from: date.optional(),
  to: date.optional(),
});

export const invoiceQuery = z.strictObject({
  limit,
  after,
  push_status: z.enum(INVOICE_STATES, `push_status is one of ${INVOICE_STATES.join(", ")}.`).optional(),
  instance_id: givenId.optional(),
  from: date.optional(),
  to: date.optional(),
  q: z.string().max(MAX_SEARCH_CHARACTERS, `q has at most ${MAX_SEARCH_CHARACTERS} characters.`).optional(),
});

export const connectionPatch = named("ConnectionPatch", settingsPatch);
export const instanceCreate = named("InstanceCreate", newInstance);
export const instanceChange = named("InstancePatch", instancePatch);

const idList = (what: string) =>
  z
    .array(givenId, `Give a list of IDs of ${what}.`)
    .min(1, `Give at least one ID of ${what}.`)
    .max(MAX_BULK_ITEMS, `Give at most ${MAX_BULK_ITEMS} IDs at once.`);

export const invoiceCreate = named("InvoiceCreate", z.strictObject({ order_ids: idList("orders") }));
export const sendBody = named("InvoiceSend", z.strictObject({ invoice_ids: idList("invoices") }));
