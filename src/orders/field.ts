/**
 * How one field of an order system's JSON is read: what is accepted, and the words that say how to mend it.
 * Reads the output of `parseExactJson`, so numbers are `ExactNumber`; never changes a text, never rounds a number.
 */
import Big from "big.js";
import { z } from "zod";
import { calendarDate, isCalendarDate } from "../platform/calendar-date.ts";
import { ExactNumber } from "../platform/exact-json.ts";
import { fieldPath } from "../platform/field-path.ts";
import type { FieldError } from "../platform/problem.ts";

/** Longest texts, in characters (code points; docs/contract.md, section 5). */
export const MAX_ID_CHARACTERS = 128;
export const MAX_NUMBER_CHARACTERS = 64;
export const MAX_SKU_CHARACTERS = 100;
export const MAX_NAME_CHARACTERS = 1000;
export const MAX_LONG_TEXT_CHARACTERS = 4000;
export const MAX_TEXT_CHARACTERS = 255;
/** Bounds of a number as it is written, so that exact arithmetic stays cheap and its results stay below 2^53. */
const MAX_NUMBER_TEXT_CHARACTERS = 60;
const MAX_EXPONENT = 30;
export const MAX_FRACTION_DIGITS = 20;
export const MAX_DECIMAL = new Big("1e15");

/** What was read, or what is wrong with it. */
export type Read<T> = { value: T } | { fault: string };

const MISSING = "This is required and missing.";

/** A zod schema around a reader, so that readers compose into objects and lists. */
export function field<T>(read: (raw: unknown) => Read<T>): z.ZodType<T> {
  return z.unknown().transform((raw, context): T => {
    const result = read(raw);
    if ("value" in result) return result.value;
    context.addIssue(result.fault);
    return z.NEVER;
  });
}

/** A text that must be there; a blank one is a missing one. */
export function readText(raw: unknown, maxCharacters: number): Read<string> {
  const result = readOptionalText(raw, maxCharacters);
  if ("fault" in result) return result;
  return result.value === null ? { fault: MISSING } : { value: result.value };
}

/** A text that may be missing, null or blank: then null. */
export function readOptionalText(raw: unknown, maxCharacters: number): Read<string | null> {
  if (raw === undefined || raw === null) return { value: null };
  if (raw instanceof ExactNumber)
    return { fault: `This must be text: write "${raw.text.slice(0, MAX_NUMBER_TEXT_CHARACTERS)}" in quotation marks.` };
  if (typeof raw !== "string") return { fault: "This must be text." };
  if (raw.includes("\0")) return { fault: "This contains the NUL character (\\u0000): leave it out." };
  if (!raw.isWellFormed()) return { fault: "This contains half of a surrogate pair: send whole characters." };
  const count = countCharacters(raw, maxCharacters);
  if (count > maxCharacters)
    return { fault: `This is longer than ${maxCharacters.toLocaleString("en-US")} characters: shorten it.` };
  return { value: raw.trim() === "" ? null : raw };
}

/** Code points of the text; stops counting soon after the limit. */
function countCharacters(text: string, limit: number): number {
  if (text.length <= limit) return text.length;
  let count = 0;
  for (const _ of text) if (++count > limit) break;
  return count;
}

/** An exact decimal: a text such as "12.50", or a JSON number. Missing is null. */
export function readDecimal(raw: unknown): Read<Big | null> {
  if (raw === undefined || raw === null) return { value: null };
  const isNumber = raw instanceof ExactNumber;
  const text = isNumber ? raw.text : raw;
  if (typeof text !== "string") return { fault: 'This must be an amount: a text such as "12.50", or a number.' };
  if (!isNumber && text.trim() === "") return { value: null };
  const pattern = isNumber ? /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/ : /^-?\d+(\.\d+)?$/;
  if (!pattern.test(text))
    return { fault: 'This must be a decimal such as "12.50": digits, and a point before the fraction.' };
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? "0");
  if (text.length > MAX_NUMBER_TEXT_CHARACTERS || Math.abs(exponent) > MAX_EXPONENT)
    return { fault: "This number is longer than any amount can be." };
  const value = new Big(text);
  if (value.abs().gte(MAX_DECIMAL)) return { fault: `This must be below ${MAX_DECIMAL.toFixed(0)}.` };
  if (fractionDigits(value) > MAX_FRACTION_DIGITS)
    return { fault: `This may have at most ${MAX_FRACTION_DIGITS} digits behind the point.` };
  return { value };
}

/** Digits behind the point that count: two in 1.250. */
export function fractionDigits(value: Big): number {
  return Math.max(0, value.c.length - 1 - value.e);
}

/** true or false; missing is false. */
export function readFlag(raw: unknown): Read<boolean> {
  if (raw === undefined || raw === null) return { value: false };
  return typeof raw === "boolean" ? { value: raw } : { fault: "This must be true or false, without quotation marks." };
}

/** A calendar date such as 2026-11-20; missing is null. */
export function readOptionalDate(raw: unknown): Read<string | null> {
  const text = readOptionalText(raw, MAX_TEXT_CHARACTERS);
  if ("fault" in text || text.value === null) return text;
  return isCalendarDate(text.value) ? text : { fault: "This must be a calendar date such as 2026-11-20." };
}

/** A calendar date that must be there. */
export function readDate(raw: unknown): Read<string> {
  const date = readOptionalDate(raw);
  if ("fault" in date) return date;
  return date.value === null ? { fault: MISSING } : { value: date.value };
}

/** A point in time in RFC 3339; missing or of another form is null: nothing that is booked hangs on it. */
export function readTime(raw: unknown): Read<string | null> {
  const text = readOptionalText(raw, MAX_TEXT_CHARACTERS);
  return "fault" in text || text.value === null ? text : { value: toIsoTime(text.value) };
}

/** The time as ISO text in UTC, or null where it is not one. A date alone is its midnight in UTC. */
export function toIsoTime(text: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})?)?$/.test(text)) return null;
  if (!isCalendarDate(calendarDate(text))) return null;
  const hasZone = /([Zz]|[+-]\d{2}:\d{2})$/.test(text.slice(10));
  const date = new Date(text.length === 10 || hasZone ? text.toUpperCase() : `${text.toUpperCase()}Z`);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** Whether this is a JSON object (no list, no number). */
export function isJsonObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === "object" && raw !== null && !Array.isArray(raw) && !(raw instanceof ExactNumber);
}

/** An object that must be there, with these fields; fields that are not named are ignored. */
export function record<S extends z.ZodRawShape>(shape: S) {
  return field<Record<string, unknown>>((raw) => {
    if (raw === undefined || raw === null) return { fault: MISSING };
    if (!isJsonObject(raw)) return { fault: "This must be an object." };
    // zod passes over keys that are not there, readers must not: a missing field is read as null.
    return { value: Object.fromEntries(Object.keys(shape).map((key) => [key, raw[key] ?? null])) };
  }).pipe(z.object(shape));
}

/** The faults that zod found, each with its path behind `prefix`: `data.order` and `lines[0].sku`. */
export function toFieldErrors(error: z.ZodError, prefix: string): FieldError[] {
  return error.issues.map((issue) => ({ path: fieldPath(issue.path, prefix), message: issue.message }));
}
