/**
 * An order as an order system sends it (docs/contract.md, section 5), parsed from JSON and validated completely: all
 * faults are collected, each with its path. Must never round or correct an amount: an order that doesn't add up is
 * refused.
 */
import type Big from "big.js";
import { z } from "zod";
import { companyDay } from "../platform/calendar-date.ts";
import { ExactNumber } from "../platform/exact-json.ts";
import { decodeEntities } from "../platform/html-entities.ts";
import { formatMinor, roundToMinor, toMinor } from "../platform/money.ts";
import type { FieldError } from "../platform/problem.ts";
import { absentAsNull, storedJson } from "../platform/stored-json.ts";
import * as f from "./field.ts";
import { taxFaults } from "./tax-faults.ts";
import { totalFaults } from "./total.ts";

export const MAX_LINES = 500;

const addressSchema = z.object({
  line1: absentAsNull(z.string()),
  line2: absentAsNull(z.string()),
  city: absentAsNull(z.string()),
  region: absentAsNull(z.string()),
  postalCode: absentAsNull(z.string()),
  country: absentAsNull(z.string()),
});

/**
 * The ID that identifies a buyer, or null. Shops give all guests the same ID, `0` or `guest`; used as a buyer's ID, it
 * would book all of them on the first guest's customer (docs/contract.md, section 5).
 */
function buyerId(id: string | null): string | null {
  return id === null || /^(?:0|guest|)$/i.test(id.trim()) ? null : id;
}

/**
 * An order as stored (JSON in `orders.body`, and within an invoice's content). Amounts are plain decimals. A new field
 * must be optional for orders that earlier releases stored. It is left out where an order has nothing of it: the release
 * before compares stored texts, and must find the very text that it would write.
 */
export const orderSchema = z.object({
  /** The order system's ID. */
  id: z.string(),
  number: z.string(),
  /** ISO 4217. */
  currency: z.string(),
  /** ISO text in UTC. */
  placedAt: absentAsNull(z.string()),
  shippedAt: absentAsNull(z.string()),
  /** The day that `shippedAt` named as it was sent; absent: it was in UTC, so its day is the company's. */
  shippedOn: z.string().optional(),
  customer: z.object({
    id: absentAsNull(z.string()),
    name: z.string(),
    email: absentAsNull(z.string()),
    phone: absentAsNull(z.string()),
  }),
  billingAddress: absentAsNull(addressSchema),
  shippingAddress: absentAsNull(addressSchema),
  lines: z.array(
    z.object({
      id: absentAsNull(z.string()),
      /** At least one of `sku` and `name` is set. */
      sku: absentAsNull(z.string()),
      name: absentAsNull(z.string()),
      description: absentAsNull(z.string()),
      /** Exact decimals, with as many digits as were sent. */
      quantity: z.string(),
      unitPrice: z.string(),
      /** quantity × unit price, rounded half up; before the line's discount. */
      amountMinor: z.number().int(),
      discountMinor: z.number().int(),
      taxable: z.boolean(),
      /** Charged on the line after all discounts. */
      taxMinor: z.number().int().optional(),
      /** Per cent, an exact decimal without trailing zeros. */
      taxRate: z.string().optional(),
    }),
  ),
  /** The order's own discount, in addition to the lines' discounts. */
  discountMinor: z.number().int(),
  shippingMinor: z.number().int(),
  taxMinor: z.number().int(),
  totalMinor: z.number().int(),
  /** The same amounts as decimals with the currency's digits, e.g. "12.50". */
  discount: z.string(),
  shipping: z.string(),
  tax: z.string(),
  total: z.string(),
  shippingMethod: absentAsNull(z.string()),
  trackingNumber: absentAsNull(z.string()),
  poNumber: absentAsNull(z.string()),
  memo: absentAsNull(z.string()),
  /** As on a line. */
  shippingTaxMinor: z.number().int().optional(),
  shippingTaxRate: z.string().optional(),
  /** Prices, discounts and shipping contain their tax; absent: they don't, and tax is added to them. */
  pricesIncludeTax: z.literal(true).optional(),
});
export type Order = z.infer<typeof orderSchema>;
export type OrderLine = Order["lines"][number];
export type Address = z.infer<typeof addressSchema>;

const required = (max: number) => f.field((raw) => f.readText(raw, max));
const optional = (max: number) => f.field((raw) => f.readOptionalText(raw, max));
const text = optional(f.MAX_TEXT_CHARACTERS);
/** Shops escape names for their own pages; the name is what that stands for (docs/contract.md, section 5). */
const requiredName = required(f.MAX_NAME_CHARACTERS).transform(decodeEntities);
const optionalName = optional(f.MAX_NAME_CHARACTERS).transform((name) => name && decodeEntities(name));
const time = f.field(f.readTime);

const currency = f.field((raw): f.Read<string> => {
  const code = f.readText(raw, f.MAX_TEXT_CHARACTERS);
  if ("fault" in code || /^[A-Z]{3}$/.test(code.value)) return code;
  return { fault: "Must be an ISO 4217 currency code: three capital letters such as USD." };
});

const customerId = f.field((raw): f.Read<string | null> => {
  if (raw instanceof ExactNumber && /^-?0(?:\.0+)?(?:[eE].*)?$/.test(raw.text)) return { value: null };
  const id = f.readOptionalText(raw, f.MAX_ID_CHARACTERS);
  return "fault" in id ? id : { value: buyerId(id.value) };
});

/** An amount of zero or more; null if it is missing. */
const amount = f.field((raw): f.Read<Big | null> => {
  const read = f.readDecimal(raw);
  if ("fault" in read || read.value === null || read.value.gte(0)) return read;
  return { fault: `Must not be negative, but is ${read.value.toFixed()}.` };
});

const requiredAmount = amount.transform((value, context): Big => {
  if (value !== null) return value;
  context.addIssue(f.MISSING);
  return z.NEVER;
});

/** A tax rate in per cent as decimal text; null if it is missing. */
const rate = amount.transform((value) => value?.toFixed() ?? null);

const quantity = requiredAmount.refine((value) => value.gt(0), { error: "Must be more than 0." });

const address = z.preprocess(
  (raw) => raw ?? null,
  f
    .record({ line1: text, line2: text, city: text, region: text, postal_code: text, country: text })
    .transform((read): Address => {
      const { line1, line2, city, region, postal_code: postalCode, country } = read;
      return { line1, line2, city, region, postalCode, country };
    })
    .nullable(),
);

const line = f.record({
  id: optional(f.MAX_ID_CHARACTERS),
  sku: optional(f.MAX_SKU_CHARACTERS),
  name: optionalName,
  description: optional(f.MAX_LONG_TEXT_CHARACTERS),
  quantity,
  unit_price: requiredAmount,
  discount: amount,
  taxable: f.field(f.readFlag),
  tax: amount,
  tax_rate: rate,
});

const lines = f
  .field((raw): f.Read<unknown[]> => {
    if (raw === undefined || raw === null) return { fault: `Required, but missing: send 1 to ${MAX_LINES} lines.` };
    if (!Array.isArray(raw)) return { fault: "Must be a list of lines." };
    if (raw.length === 0) return { fault: "Must have at least one line." };
    if (raw.length > MAX_LINES)
      return { fault: `Must have at most ${MAX_LINES} lines, but has ${raw.length}: split the order.` };
    return { value: raw };
  })
  .pipe(z.array(line));

const incoming = f.record({
  id: required(f.MAX_ID_CHARACTERS),
  number: required(f.MAX_NUMBER_CHARACTERS),
  currency,
  placed_at: time,
  shipped_at: time,
  customer: f.record({
    id: customerId,
    name: requiredName,
    email: text,
    phone: text,
  }),
  billing_address: address,
  shipping_address: address,
  lines,
  discount: amount,
  shipping: amount,
  tax: amount,
  total: requiredAmount,
  shipping_tax: amount,
  shipping_tax_rate: rate,
  prices_include_tax: f.field(f.readFlag),
  shipping_method: text,
  tracking_number: text,
  po_number: text,
  memo: optional(f.MAX_LONG_TEXT_CHARACTERS),
});
type Incoming = z.infer<typeof incoming>;

export type ParsedOrder = { ok: true; order: Order } | { ok: false; errors: FieldError[] };

/**
 * Reads an order from the output of `parseExactJson`. `path` is its path in the body, e.g. `data.order`. Unknown fields
 * are ignored; null is the same as missing.
 */
export function parseOrder(raw: unknown, path: string): ParsedOrder {
  const parsed = incoming.safeParse(raw);
  const shapeErrors = parsed.success ? [] : f.toFieldErrors(parsed.error, path);
  const ruleErrors = [...totalFaults(raw, path, MAX_LINES), ...taxFaults(raw, path, MAX_LINES)];
  if (!parsed.success || ruleErrors.length > 0) return { ok: false, errors: [...shapeErrors, ...ruleErrors] };
  return { ok: true, order: toOrder(parsed.data) };
}

/**
 * The calendar day on which the order was shipped, for a company in this time zone (docs/contract.md, section 8, *Dates*);
 * null if it has not been.
 */
export function shippingDay({ shippedAt, shippedOn }: Order, timeZone: string): string | null {
  return shippedAt === null ? null : (shippedOn ?? companyDay(timeZone, shippedAt));
}

/** An order as it is stored. Orders that were stored before guest IDs were recognized still contain them. */
export const storedOrderSchema: z.ZodType<Order> = orderSchema.transform((order) => ({
  ...order,
  customer: { ...order.customer, id: buyerId(order.customer.id) },
}));

/** How an order is stored in `orders.body`. */
export const storedOrder = storedJson(storedOrderSchema, []);

function toOrder(data: Incoming): Order {
  const minor = (value: Big | null): number => (value === null ? 0 : toMinor(value.toFixed(), data.currency));
  const shown = (value: Big | null): string => formatMinor(minor(value), data.currency);
  return {
    id: data.id,
    number: data.number,
    currency: data.currency,
    placedAt: data.placed_at?.at ?? null,
    shippedAt: data.shipped_at?.at ?? null,
    ...(data.shipped_at?.day ? { shippedOn: data.shipped_at.day } : {}),
    customer: data.customer,
    billingAddress: data.billing_address,
    shippingAddress: data.shipping_address,
    lines: data.lines.map((entry) => ({
      id: entry.id,
      sku: entry.sku,
      name: entry.name,
      description: entry.description,
      quantity: entry.quantity.toFixed(),
      unitPrice: entry.unit_price.toFixed(),
      amountMinor: roundToMinor(entry.quantity.times(entry.unit_price), data.currency),
      discountMinor: minor(entry.discount),
      taxable: entry.taxable,
      ...(entry.tax === null ? {} : { taxMinor: minor(entry.tax) }),
      ...(entry.tax_rate === null ? {} : { taxRate: entry.tax_rate }),
    })),
    discountMinor: minor(data.discount),
    shippingMinor: minor(data.shipping),
    taxMinor: minor(data.tax),
    totalMinor: minor(data.total),
    discount: shown(data.discount),
    shipping: shown(data.shipping),
    tax: shown(data.tax),
    total: shown(data.total),
    shippingMethod: data.shipping_method,
    trackingNumber: data.tracking_number,
    poNumber: data.po_number,
    memo: data.memo,
    ...(data.shipping_tax === null ? {} : { shippingTaxMinor: minor(data.shipping_tax) }),
    ...(data.shipping_tax_rate === null ? {} : { shippingTaxRate: data.shipping_tax_rate }),
    ...(data.prices_include_tax ? { pricesIncludeTax: true as const } : {}),
  };
}
