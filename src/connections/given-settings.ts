/**
 * Validates the values given for a connection's settings, with error messages. An empty text clears a setting. Whether
 * the settings suffice for a push is decided in settings.ts.
 */
import Big from "big.js";
import { MAX_ACCOUNT_NAME_CHARS } from "../quickbooks/limits.ts";
import { z } from "zod";
import { isCalendarDate } from "../platform/calendar-date.ts";
import { percentText } from "./taxing.ts";
import { timeZoneNamed } from "./time-zone.ts";

const MAX_CUSTOMER_NAME_CHARS = 500;
const MAX_TAX_CODE_CHARS = 100;
const MAX_RATES = 100;
const MAX_PERCENT = 100;
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

/** The tax code of each further rate. An entry without a code is dropped; an empty list is null. */
export function rateCodes(label: string) {
  const entry = z.strictObject(
    { rate: rateAboveZero(label), tax_code: taxCodeName("Tax code") },
    { error: `${label} is a list such as [{"rate": "5", "tax_code": "5.0% R"}].` },
  );
  return z
    .array(entry, { error: `${label} is a list such as [{"rate": "5", "tax_code": "5.0% R"}].` })
    .max(MAX_RATES, { error: `${label} may have at most ${MAX_RATES} rates.` })
    .refine((codes) => new Set(codes.map(({ rate }) => rate)).size === codes.length, {
      error: `${label} names a rate twice.`,
    })
    .transform((codes) => codes.flatMap(({ rate, tax_code }) => (tax_code === null ? [] : [{ rate, tax_code }])))
    .transform((codes) => (codes.length === 0 ? null : codes))
    .nullable()
    .meta({ description: "The tax code of each further rate; without a choice the only code of a rate is used." });
}

/** Per cent, as `percentText` writes it. */
function rateAboveZero(label: string) {
  return z
    .union([z.string(), z.number()], { error: `${label}: rate is a percentage, e.g. "5".` })
    .meta({ description: "Per cent.", examples: ["5"] })
    .transform((value) => String(value).trim())
    .refine((text) => /^\d{1,3}(\.\d{1,10})?$/.test(text) && isRate(new Big(text)), {
      error: `${label}: rate is a percentage above 0 and up to ${MAX_PERCENT}, e.g. "5". That of 0 % is the Zero-rate code.`,
    })
    .transform(percentText);
}

function isRate(percent: Big): boolean {
  return percent.gt(0) && percent.lte(MAX_PERCENT);
}

export function zoneName(label: string) {
  return (
    z
      .string({ error: `${label} is a name such as Europe/London.` })
      // On the text itself: an example of what is transformed would be one of the result.
      .meta({ description: "A name of the IANA time zone database.", examples: ["Europe/London"] })
      .refine((text) => text.trim() === "" || timeZoneNamed(text) !== null, {
        error: `${label} is a name of the IANA time zone database, such as Europe/London or America/New_York.`,
      })
      .transform(timeZoneNamed)
      .nullable()
  );
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

export function date(label: string) {
  return z
    .string({ error: `${label} is a date such as 2026-01-31.` })
    .trim()
    .refine((text) => text === "" || (isCalendarDate(text) && text >= EARLIEST_DATE), {
      error: `${label} is a calendar date from ${EARLIEST_DATE} on, such as 2026-01-31.`,
    })
    .transform(emptyAsNull)
    .nullable()
    .meta({ format: "date" });
}

function emptyAsNull(text: string): string | null {
  return text === "" ? null : text;
}
