/**
 * The shapes that the API gives (contract, section 6): the types of its answers, and what the OpenAPI document promises.
 */
import { z } from "zod";
import { INVOICE_STATES } from "../invoices/status.ts";
import { ERROR_CATEGORIES, publicErrorSchema } from "../failures/push-error.ts";
import { warningSchema } from "../failures/warning.ts";
import { named } from "./named.ts";

const time = z.iso.datetime();
const date = z.iso.date();
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const id = z.string();

function pageOf<T extends z.ZodType>(name: string, row: T) {
  return named(name, z.object({ data: z.array(row), next: z.string().nullable() }));
}

// Problems

export const problemSchema = named(
  "Problem",
  z.object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
);

// Connections

const connectionFields = z.object({
  id,
  realm_id: z.string(),
  company_name: z.string(),
  state: z.enum(["connected", "reconnect_needed", "disconnected"]),
  state_changed_at: time,
  enabled: z.boolean(),
  auto_invoice: z.boolean(),
  customer_mode: z.enum(["single", "per_buyer"]),
  customer_name: z.string().nullable(),
  income_account: z.string().nullable(),
  cogs_account: z.string().nullable(),
  asset_account: z.string().nullable(),
  item_type: z.enum(["inventory", "non_inventory", "service"]).nullable(),
  default_inventory_quantity: z.number().nullable(),
  inventory_start_date: date.nullable(),
  sales_tax_code: z.string().nullable(),
  zero_rate_code: z.string().nullable(),
  country: z.string(),
  home_currency: z.string(),
  subscription_lapsed_at: time.nullable(),
  created_at: time,
  updated_at: time,
});
export const connectionSchema = named("Connection", connectionFields);
export const connectionPage = pageOf("ConnectionPage", connectionSchema);

export const disconnectedSchema = named(
  "Disconnected",
  connectionFields.extend({
    held_invoices: z.int().meta({ description: "Invoices that wait for the company to be connected again." }),
    warning: z
      .string()
      .nullable()
      .meta({ description: "Set where Intuit could not be told; here the company is disconnected all the same." }),
  }),
);

export const checkSchema = named(
  "Check",
  z.object({
    ok: z
      .boolean()
      .meta({ description: "False while a required line is wrong: Auto invoice can't be switched on then." }),
    data: z.array(
      z.object({
        id: z.string(),
        label: z.string(),
        status: z.enum(["ok", "wrong", "warning"]),
        required: z.boolean(),
        message: z.string(),
        fix: z.string().nullable(),
      }),
    ),
  }),
);

// Instances

const instanceFields = z.object({
  id,
  name: z.string(),
  connection_id: id.nullable(),
  enabled: z.boolean(),
  auto_invoice: z.boolean(),
  webhook_url: z.url(),
  created_at: time,
  updated_at: time,
});
export const instanceSchema = named("Instance", instanceFields);
export const instancePage = pageOf("InstancePage", instanceSchema);
export const instanceWithSecret = named(
  "InstanceWithSecret",
  instanceFields.extend({
    webhook_secret: z.string().meta({ description: "`whsec_…`; shown only where it was created or rotated." }),
  }),
);

// Orders

const address = z
  .object({
    line1: z.string().nullable(),
    line2: z.string().nullable(),
    city: z.string().nullable(),
    region: z.string().nullable(),
    postal_code: z.string().nullable(),
    country: z.string().nullable(),
  })
  .nullable();

const orderFields = z.object({
  id,
  external_id: z.string(),
  instance_id: id,
  status: z.enum(["open", "shipped", "cancelled"]),
  number: z.string(),
  customer_name: z.string(),
  currency: z.string(),
  total: decimal,
  placed_at: z.string().nullable(),
  shipped_at: z.string().nullable(),
  invoiced: z.boolean(),
  created_at: time,
  updated_at: time,
});
export const orderSummary = named("OrderSummary", orderFields);
export const orderPage = pageOf("OrderPage", orderSummary);
export const orderSchema = named(
  "Order",
  orderFields.extend({
    content: z
      .object({
        customer: z.object({
          id: z.string().nullable(),
          name: z.string(),
          email: z.string().nullable(),
          phone: z.string().nullable(),
        }),
        billing_address: address,
        shipping_address: address,
        lines: z.array(
          z.object({
            id: z.string().nullable(),
            sku: z.string().nullable(),
            name: z.string().nullable(),
            description: z.string().nullable(),
            quantity: decimal,
            unit_price: decimal,
            discount: decimal,
            taxable: z.boolean(),
          }),
        ),
        discount: decimal,
        shipping: decimal,
        tax: decimal,
        shipping_method: z.string().nullable(),
        tracking_number: z.string().nullable(),
        po_number: z.string().nullable(),
        memo: z.string().nullable(),
      })
      .nullable()
      .meta({ description: "Null for an order that was cancelled before it was ever told." }),
  }),
);

// Invoices

export const errorSchema = named("PushError", publicErrorSchema);
const pushStatus = z.enum(INVOICE_STATES);

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
  warnings: z.array(warningSchema),
  next_attempt_at: z.string().nullable(),
  qbo_invoice_id: z.string().nullable(),
  qbo_url: z.string().nullable(),
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

export const invoiceCreated = named(
  "InvoiceCreateResults",
  z.object({
    data: z.array(
      z.object({
        order_id: id,
        status: z.enum(["created", "already_invoiced", "not_shipped", "not_found", "busy"]),
        invoice_id: id.nullable(),
        push_status: pushStatus.nullable(),
        message: z.string().nullable(),
      }),
    ),
  }),
);

export const sendResults = named(
  "InvoiceSendResults",
  z.object({
    data: z.array(
      z.object({
        invoice_id: id,
        status: z.enum(["queued", "already_sent", "not_found", "refused"]),
        error: errorSchema.nullable(),
      }),
    ),
  }),
);

/** The exact JSON for QuickBooks; its shape is QuickBooks' own. */
export const payloadSchema = named("QuickBooksPayload", z.looseObject({}));

// Status

const counts = { waiting: z.int(), failed: z.int() };
export const statusSchema = named(
  "Status",
  z.object({
    generated_at: time,
    connections: z.array(
      z.object({
        id,
        company_name: z.string(),
        state: z.enum(["connected", "reconnect_needed", "disconnected"]),
        state_changed_at: time,
        enabled: z.boolean(),
        auto_invoice: z.boolean(),
        subscription_lapsed_at: time.nullable(),
        authorization_ends_at: z.string().nullable(),
        authorization_ends_for_good_at: z.string().nullable(),
        ...counts,
        reads: z.object({ month: z.string(), count: z.int() }).nullable(),
        paused: z.object({ until: time, reason: z.enum(["throttled", "circuit"]) }).nullable(),
      }),
    ),
    instances: z.array(
      z.object({
        id,
        name: z.string(),
        connection_id: id.nullable(),
        enabled: z.boolean(),
        auto_invoice: z.boolean(),
        auto_push_effective: z.boolean(),
        last_delivery_at: time.nullable(),
        ...counts,
      }),
    ),
    invoices: z.record(pushStatus, z.int()),
    backlog: z.int(),
    oldest_waiting: z.object({ invoice_id: id, waiting_since: time }).nullable(),
    last_success_at: time.nullable(),
    push_latency: z.object({ p50_ms: z.int(), p95_ms: z.int(), count: z.int() }).nullable(),
    errors: z.array(z.object({ category: z.enum(ERROR_CATEGORIES), title: z.string(), count: z.int() })),
    database: z
      .object({
        bytes: z.int(),
        limit_bytes: z.int().meta({ description: "At this size nothing can be written any more." }),
        bytes_per_day: z
          .int()
          .nullable()
          .meta({ description: "Growth of the last 30 days; null until it was measured for a day." }),
        full_on: date
          .nullable()
          .meta({ description: "When it is full at that pace; null where not known, or not within 100 years." }),
      })
      .nullable(),
  }),
);
