/**
 * What the API returns about invoices (docs/contract.md, section 6): the types of its responses, and what the OpenAPI
 * document promises.
 */
import { z } from "zod";
import { createResult } from "../../actions/create-invoices.ts";
import { DOCUMENT_STATES } from "../../documents/status.ts";
import type { SendResult } from "../../invoicing/by-hand/send-invoices.ts";
import { errorSchema, warningsSchema } from "../error.ts";
import { named } from "../named.ts";
import { date, decimal, id, pageOf } from "../shapes.ts";

const pushStatus = z.enum(DOCUMENT_STATES);

const invoiceFields = z.object({
  id,
  number: z.string(),
  external_id: z.string().nullable(),
  order_id: id,
  order_external_id: z.string(),
  instance_id: id,
  customer_name: z.string(),
  date,
  currency: z.string(),
  total: decimal,
  push_status: pushStatus,
  error: errorSchema.nullable(),
  warnings: warningsSchema,
  next_attempt_at: z.string().nullable(),
  qbo_invoice_id: z.string().nullable(),
  qbo_url: z.string().nullable(),
  balance: decimal.nullable(),
  paid_on: date.nullable(),
  needs_attention: z.boolean(),
});
export const invoiceSummary = named("InvoiceSummary", invoiceFields);
export const invoicePage = pageOf("InvoicePage", invoiceSummary);
export const invoiceSchema = named(
  "Invoice",
  invoiceFields.extend({
    attempts: z.array(
      z.object({
        number: z.int(),
        started_at: z.string(),
        duration_ms: z.int(),
        outcome: z.string(),
        http_status: z.int().nullable(),
        intuit_tid: z.string().nullable(),
        error: errorSchema.nullable(),
      }),
    ),
  }),
);

export const invoiceCreated = named("InvoiceCreateResults", z.object({ data: z.array(createResult) }));

const SEND_STATUSES = [
  "queued",
  "already_sent",
  "not_found",
  "refused",
] as const satisfies readonly SendResult["status"][];
const sendResult = z.object({
  invoice_id: id,
  status: z.enum(SEND_STATUSES),
  error: errorSchema.nullable(),
});
export const sendResults = named("InvoiceSendResults", z.object({ data: z.array(sendResult) }));

/** The exact JSON for QuickBooks; its shape is QuickBooks' own. */
export const payloadSchema = named("QuickBooksPayload", z.looseObject({}));
