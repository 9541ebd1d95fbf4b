/**
 * Validates the values given for a connection's settings, with error messages. An empty text clears a setting. Whether
 * the settings suffice for a push is decided in settings.ts.
 */
import { z } from "zod";

const MAX_ACCOUNT_NAME_CHARS = 100;
const MAX_CUSTOMER_NAME_CHARS = 500;
const MAX_TAX_CODE_CHARS = 100;
const EARLIEST_DATE = "1900-01-01";

export function customerName(label: string) {
  return name(label, MAX_CUSTOMER_NAME_CHARS, /[:\t\r\n]/, "a colon, a tab or a line break");
}

export function accountName(label: string) {
  return name(label, MAX_ACCOUNT_NAME_CHARS, /[":\t\r\n]/, "a colon, a quotation mark or a line break");
}

export function taxCodeName(label: string) {
  return name(label, MAX_TAX_CODE_CHARS, /[\t\r\n]/, "a tab or a line break");
}

function name(label: string, max: number, forbidden: RegExp, forbiddenText: string) {
  return z
    .string({ error: `${label} is a text.` })
    .trim()
    .max(max, { error: `${label} may have at most ${max} characters.` })
    .refine((text) => !forbidden.test(text), {
      error: `${label} can't contain ${forbiddenText}: QuickBooks refuses it.`,
    })
    .transform(emptyAsNull)
    .nullable();
}

/** Decimal text, as the admin typed it. */
export function quantity(label: string) {
  return z
    .union([z.string(), z.number()], { error: `${label} is a number, e.g. 100.` })
    .transform((value) => String(value).trim())
    .refine((text) => text === "" || /^\d{1,9}(\.\d{1,5})?$/.test(text), {
      error: `${label} is a number from 0 to 999,999,999, e.g. 100.`,
    })
    .transform(emptyAsNull)
    .nullable();
}

export function calendarDate(label: string) {
  return z
    .string({ error: `${label} is a date such as 2026-01-31.` })
    .trim()
    .refine((text) => text === "" || isCalendarDate(text), {
      error: `${label} is a calendar date from ${EARLIEST_DATE} on, such as 2026-01-31.`,
    })
    .transform(emptyAsNull)
    .nullable()
    .meta({ format: "date" });
}

function emptyAsNull(text: string): string | null {
  return text === "" ? null : text;
}

function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < EARLIEST_DATE) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 10) === text;
}
