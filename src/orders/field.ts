/**
 * Reads one field of an order system's JSON: what is accepted, and messages that say how to fix what isn't. Reads the
 * output of `parseExactJson`, so numbers are `ExactNumber`; never changes a text, never rounds a number.
 */
import Big from "big.js";
import { z } from "zod";
import { calendarDate, dayNamed, isCalendarDate } from "../platform/calendar-date.ts";
import { ExactNumber } from "../platform/exact-json.ts";
import { fieldPath } from "../platform/field-path.ts";
import type { FieldError } from "../platform/problem.ts";

/** The longest texts, in characters (code points; docs/contract.md, section 5). */
export const MAX_ID_CHARACTERS = 128;
export const MAX_NUMBER_CHARACTERS = 64;
export const MAX_SKU_CHARACTERS = 100;
export const MAX_NAME_CHARACTERS = 1000;
export const MAX_LONG_TEXT_CHARACTERS = 4000;
export const MAX_TEXT_CHARACTERS = 255;
/** Bounds of a number as written, so that exact arithmetic stays cheap and its results stay below 2^53. */
const MAX_NUMBER_TEXT_CHARACTERS = 60;
const MAX_EXPONENT = 30;
export const MAX_FRACTION_DIGITS = 20;
export const MAX_DECIMAL = new Big("1e15");

/** The value, or what is wrong with it. */
export type Read<T> = { value: T } | { fault: string };

/** Said of every field that must be there and is not. */
export const MISSING = "Required, but missing.";

/** A zod schema around a reader, so that readers compose into objects and lists. */
export function field<T>(read: (raw: unknown) => Read<T>): z.ZodType<T> {
  return z.unknown().transform((raw, context): T => {
    const result = read(raw);
    if ("value" in result) return result.value;
    context.addIssue(result.fault);
    return z.NEVER;
  });
}

/** A required text; a blank one counts as missing. */
export function readText(raw: unknown, maxCharacters: number): Read<string> {
  const result = readOptionalText(raw, maxCharacters);
  if ("fault" in result) return result;
  return result.value === null ? { fault: MISSING } : { value: result.value };
}

/** An optional text; null if it is missing, null or blank. */
export function readOptionalText(raw: unknown, maxCharacters: number): Read<string | null> {
  if (raw === undefined || raw === null) return { value: null };
  if (raw instanceof ExactNumber)
    return {
      fault: `Must be text: put the number in quotation marks, "${raw.text.slice(0, MAX_NUMBER_TEXT_CHARACTERS)}".`,
    };
  if (typeof raw !== "string") return { fault: "Must be text." };
  if (raw.includes("\0")) return { fault: "Must not contain the NUL character (\\u0000)." };
  if (!raw.isWellFormed()) return { fault: "Must not contain an unpaired surrogate." };
  const count = countCharacters(raw, maxCharacters);
  if (count > maxCharacters)
    return { fault: `Must be at most ${maxCharacters.toLocaleString("en-US")} characters long.` };
  return { value: raw.trim() === "" ? null : raw };
}

/** The number of code points; stops counting soon after the limit. */
function countCharacters(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  let count = 0;
  for (const _ of text) if (++count > limit) break;
  return count;
}

/** An exact decimal: a text such as "12.50" or a JSON number; null if it is missing. */
export function readDecimal(raw: unknown): Read<Big | null> {
  if (raw === undefined || raw === null) return { value: null };
  const isNumber = raw instanceof ExactNumber;
  const text = isNumber ? raw.text : raw;
  if (typeof text !== "string") return { fault: 'Must be an amount: text such as "12.50", or a number.' };
  if (!isNumber && text.trim() === "") return { value: null };
  const pattern = isNumber ? /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/ : /^-?\d+(\.\d+)?$/;
  if (!pattern.test(text))
    return { fault: 'Must be a decimal number such as "12.50", with a point and without separators.' };
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? "0");
  if (text.length > MAX_NUMBER_TEXT_CHARACTERS || Math.abs(exponent) > MAX_EXPONENT)
    return { fault: "Has too many digits for an amount." };
  const value = new Big(text);
  if (value.abs().gte(MAX_DECIMAL)) return { fault: `Must be less than ${MAX_DECIMAL.toFixed(0)}.` };
  if (fractionDigits(value) > MAX_FRACTION_DIGITS)
    return { fault: `Must have at most ${MAX_FRACTION_DIGITS} decimal places.` };
  return { value };
}

/** Decimal places without trailing zeros: two in 1.250. */
export function fractionDigits(value: Big): number {
  return Math.max(0, value.c.length - 1 - value.e);
}

/** A boolean; false if it is missing. */
export function readFlag(raw: unknown): Read<boolean> {
  if (raw === undefined || raw === null) return { value: false };
  return typeof raw === "boolean" ? { value: raw } : { fault: "Must be true or false, without quotation marks." };
}

/** A calendar date such as 2026-11-20; null if it is missing. */
export function readOptionalDate(raw: unknown): Read<string | null> {
  const text = readOptionalText(raw, MAX_TEXT_CHARACTERS);
  if ("fault" in text || text.value === null) return text;
  return isCalendarDate(text.value) ? text : { fault: "Must be a calendar date such as 2026-11-20." };
}

/** A required calendar date. */
export function readDate(raw: unknown): Read<string> {
  const date = readOptionalDate(raw);
  if ("fault" in date) return date;
  return date.value === null ? { fault: MISSING } : { value: date.value };
}

export interface GivenTime {
  /** ISO text in UTC. */
  at: string;
  /** The day that it names itself (docs/contract.md, section 8, *Dates*), or null. */
  day: string | null;
}

/** A time in RFC 3339; null if it is missing or has another form, since no amount depends on it. */
export function readTime(raw: unknown): Read<GivenTime | null> {
  const text = readOptionalText(raw, MAX_TEXT_CHARACTERS);
  if ("fault" in text) return text;
  const at = text.value === null ? null : toIsoTime(text.value);
  return { value: text.value === null || at === null ? null : { at, day: dayNamed(text.value) } };
}

/** The time as ISO text in UTC, or null if it is not a time. A date alone means midnight UTC. */
export function toIsoTime(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?)?$/.test(text)) return null;
  if (!isCalendarDate(calendarDate(text))) return null;
  const hasZone = /([Zz]|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const date = new Date(text.length === 10 || hasZone ? text.toUpperCase() : `${text.toUpperCase()}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Whether this is a JSON object (neither a list nor a number). */
export function isJsonObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof ExactNumber);
}

/** A required object with these fields; other fields are ignored. */
export function record<S extends z.ZodRawShape>(shape: S) {
  return field<Record<string, unknown>>((raw) => {
    if (raw === undefined || raw === null) return { fault: MISSING };
    if (!isJsonObject(raw)) return { fault: "Must be an object." };
    // zod skips missing keys, but the readers have to see them: a missing field is read as null.
    return { value: Object.fromEntries(Object.keys(shape).map((key) => [key, raw[key] ?? null])) };
  }).pipe(z.object(shape));
}

/** The faults that zod found, each with its path after `prefix`: `data.order` and `lines[0].sku`. */
export function toFieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.map((issue) => ({ path: fieldPath(issue.path, prefix), message: issue.message }));
}
