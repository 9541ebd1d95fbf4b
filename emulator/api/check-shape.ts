/**
 * Checks what a caller sent against the properties that QuickBooks knows: names, kinds, lengths, characters. Anything
 * else is refused (2010 and its neighbours in docs/qbo-api.md, section 9), because QuickBooks refuses it, and a client
 * must find that out here.
 */
import Big from "big.js";
import { storedText, type Charset } from "../wire/charset.ts";
import { QuickBooksFault } from "../wire/faults.ts";
import { isObject, type Json, type JsonObject } from "../wire/json.ts";
import { isCalendarDate } from "../wire/pacific.ts";

export type Rule =
  | { kind: "text"; max: number; min?: number; isName?: true; forbidden?: string }
  | { kind: "decimal"; places: number; max: string; nonNegative?: true }
  | { kind: "boolean" }
  | { kind: "date" }
  | { kind: "email"; max: number }
  | { kind: "choice"; values: readonly string[] }
  | { kind: "ref" }
  | { kind: "id" }
  | { kind: "object"; shape: Shape }
  | { kind: "list"; item: Rule }
  | { kind: "output" };

export type Shape = Readonly<Record<string, Rule>>;

const MAX_REF_CHARS = 50;
const MAX_REF_NAME_CHARS = 1000;

/**
 * Returns the input without computed properties. Nulls stay: in an update they clear a value. Throws QuickBooksFault.
 */
export function checkShape(input: JsonObject, shape: Shape, charset: Charset, path = ""): JsonObject {
  const checked: JsonObject = {};
  for (const [name, value] of Object.entries(input)) {
    const rule = Object.hasOwn(shape, name) ? shape[name] : undefined;
    const at = path === "" ? name : `${path}.${name}`;
    if (rule === undefined) {
      throw new QuickBooksFault("2010", `Property Name:${at} specified is unsupported or invalid`, { element: at });
    }
    if (rule.kind === "output") continue;
    checked[name] = value === null ? null : checkValue(value, rule, charset, at);
  }
  return checked;
}

function checkValue(value: Json, rule: Exclude<Rule, { kind: "output" }>, charset: Charset, at: string): Json {
  switch (rule.kind) {
    case "text":
      return checkText(textAt(value, at), rule, charset, at);
    case "email":
      return checkEmail(textAt(value, at), rule.max, charset, at);
    case "decimal":
      return checkDecimal(value, rule, at);
    case "boolean":
      if (typeof value !== "boolean") throw new QuickBooksFault("2230", `Invalid boolean : ${at}`, { element: at });
      return value;
    case "date":
      return checkDate(textAt(value, at), at);
    case "choice": {
      const text = textAt(value, at);
      if (!rule.values.includes(text)) {
        throw new QuickBooksFault("2170", `Invalid Enumeration : ${at}=${text}`, { element: at });
      }
      return text;
    }
    case "id": {
      const text = textAt(value, at);
      if (!/^\d{1,15}$/.test(text)) throw new QuickBooksFault("2030", `Supplied value:${text}`, { element: at });
      return text;
    }
    case "ref":
      return checkRef(value, charset, at);
    case "object":
      if (!isObject(value)) throw unsupported(at);
      return checkShape(value, rule.shape, charset, at);
    case "list": {
      if (!Array.isArray(value)) throw unsupported(at);
      const item = rule.item;
      if (item.kind === "output") return [];
      return value.map((part) => {
        if (part === null) throw unsupported(at);
        return checkValue(part, item, charset, at);
      });
    }
  }
}

function checkText(
  text: string,
  rule: { max: number; min?: number; isName?: true; forbidden?: string },
  charset: Charset,
  at: string,
): string {
  const trimmed = rule.isName === true ? text.trim() : text;
  checkLength(trimmed, rule.min ?? 0, rule.max, at);
  const kept = keptCharacters(trimmed, charset, at, rule.isName === true);
  const forbidden = `${rule.forbidden ?? ""}${rule.isName === true ? ":\t\n\r" : ""}`;
  if ([...forbidden].some((char) => kept.includes(char))) throw illegalCharacters(at);
  return kept;
}

/**
 * 2050 with QuickBooks' comma grouping, e.g. `Max:1,000`. An empty text clears a property, so a minimum does not apply
 * to it.
 */
export function checkLength(text: string, min: number, max: number, at: string): void {
  if (text.length <= max && (text.length === 0 || text.length >= min)) return;
  const group = (value: number): string => value.toLocaleString("en-US");
  throw new QuickBooksFault(
    "2050",
    `String length specified does not match the supported length. Min:${group(min)} Max:${group(max)} supported. Supplied length:${group(text.length)}`,
    { element: at },
  );
}

function keptCharacters(text: string, charset: Charset, at: string, isName: boolean): string {
  const kept = storedText(text, charset, isName);
  if (kept === null) throw illegalCharacters(at);
  return kept;
}

function illegalCharacters(at: string): QuickBooksFault {
  return new QuickBooksFault("2040", `Element contains invalid characters. ${at}`, { element: at });
}

function checkEmail(text: string, max: number, charset: Charset, at: string): string {
  checkLength(text, 0, max, at);
  if (text === "") return text;
  const kept = keptCharacters(text, charset, at, false);
  const valid = kept
    .split(",")
    .every((part) => /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]+$/.test(part.trim()));
  if (!valid)
    throw new QuickBooksFault(
      "2210",
      `Email Address does not conform to the syntax rules of RFC 822. Supplied value:${text}`,
      { element: at },
    );
  return kept;
}

function checkDecimal(value: Json, rule: { places: number; max: string; nonNegative?: true }, at: string): Big {
  if (!(value instanceof Big)) throw new QuickBooksFault("2110", `Invalid decimal value : ${at}`, { element: at });
  if (!value.round(rule.places).eq(value) || value.abs().gt(rule.max)) {
    throw new QuickBooksFault("2110", `Invalid decimal value : ${at}. Supplied value:${value.toFixed()}`, {
      element: at,
    });
  }
  if (rule.nonNegative === true && value.lt(0)) {
    throw new QuickBooksFault("2290", `Negative amount is not allowed : ${at}`, { element: at });
  }
  return value;
}

function checkDate(text: string, at: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) {
    throw new QuickBooksFault("2060", `Invalid date format : ${at}. Supplied value:${text}`, { element: at });
  }
  if (!isCalendarDate(text))
    throw new QuickBooksFault("2070", `Invalid date : ${at}. Supplied value:${text}`, { element: at });
  return text;
}

function checkRef(value: Json, charset: Charset, at: string): JsonObject {
  if (!isObject(value)) throw unsupported(at);
  const shape: Shape = {
    value: { kind: "text", max: MAX_REF_CHARS },
    name: { kind: "text", max: MAX_REF_NAME_CHARS },
    type: { kind: "text", max: MAX_REF_CHARS },
  };
  const ref = checkShape(value, shape, charset, at);
  if (typeof ref["value"] !== "string" || ref["value"] === "") {
    throw new QuickBooksFault("2500", `Invalid Reference Id : ${at}`, { element: at });
  }
  return { value: ref["value"], ...(typeof ref["name"] === "string" ? { name: ref["name"] } : {}) };
}

function textAt(value: Json, at: string): string {
  if (typeof value !== "string") throw unsupported(at);
  return value;
}

function unsupported(at: string): QuickBooksFault {
  return new QuickBooksFault("2010", `Property Name:${at} specified is unsupported or invalid`, { element: at });
}
