/**
 * JSON with exact decimals: every number is read from its text and written back the same way. No amount may ever become
 * a JavaScript float here, because a float does not hold the cents that were sent.
 */
import Big from "big.js";

/** Longest number that is accepted; longer ones are refused, since no amount or quantity in QuickBooks is that long. */
const MAX_NUMBER_CHARS = 40;

export type Json = null | boolean | string | Big | Json[] | JsonObject;
export interface JsonObject {
  [name: string]: Json;
}

/** The standard reviver's source text of a number, which the library's types do not include yet. */
interface ParseWithSource {
  parse(text: string, reviver: (name: string, value: unknown, context: { source?: string }) => unknown): unknown;
}
const json: ParseWithSource = JSON as unknown as ParseWithSource;

/** Parses JSON; numbers become Big. Throws SyntaxError for text that is not JSON and for numbers of absurd length. */
export function parseJson(text: string): Json {
  const value = json.parse(text, (_name, part, context) => {
    if (typeof part !== "number") return part;
    const source = context.source ?? "";
    if (source.length === 0 || source.length > MAX_NUMBER_CHARS) throw new SyntaxError("number too long");
    return new Big(source);
  });
  return value as Json; // the reviver above leaves nothing but the members of Json
}

/** Parses JSON that must be an object; null if it is JSON of another kind. Throws SyntaxError as parseJson does. */
export function parseJsonObject(text: string): JsonObject | null {
  const value = parseJson(text);
  return isObject(value) ? value : null;
}

/** Prints JSON; decimals are written in plain notation, without exponent, exactly as they are. */
export function printJson(value: Json): string {
  if (value === null) return "null";
  if (typeof value === "boolean") return value ? "true" : "false";
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Big) return value.eq(0) ? "0" : value.toFixed();
  if (Array.isArray(value)) return `[${value.map(printJson).join(",")}]`;
  return `{${Object.entries(value)
    .map(([name, part]) => `${JSON.stringify(name)}:${printJson(part)}`)
    .join(",")}}`;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Big);
}

export function textOf(value: Json | undefined): string | null {
  return typeof value === "string" ? value : null;
}

export function decimalOf(value: Json | undefined): Big | null {
  return value instanceof Big ? value : null;
}

export function objectOf(value: Json | undefined): JsonObject | null {
  return isObject(value) ? value : null;
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The `value` of a reference such as `{"value":"81","name":"…"}`, or null. */
export function refOf(value: Json | undefined): string | null {
  return isObject(value) ? textOf(value["value"]) : null;
}
