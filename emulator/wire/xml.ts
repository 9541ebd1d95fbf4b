/**
 * QuickBooks responds with XML to every caller that does not ask for JSON. This file turns our JSON into that dialect,
 * in a generic way; a client that forgets its Accept header must notice immediately, so it never gets JSON.
 */
import { isObject, parseJson, printJson, type Json, type JsonObject } from "./json.ts";

const NAMESPACE = "http://schema.intuit.com/finance/v3";
const ATTRIBUTES = new Set([
  "domain",
  "sparse",
  "status",
  "type",
  "code",
  "element",
  "startPosition",
  "maxResults",
  "totalCount",
]);

/** Renders JSON as the XML that the same call returns without `Accept: application/json`. */
export function xmlFromJson(text: string): string {
  const value = parseJson(text);
  const root: JsonObject = isObject(value) ? value : {};
  const time = typeof root["time"] === "string" ? ` time="${escape(root["time"])}"` : "";
  const parts = Object.entries(root).filter(([name]) => name !== "time");
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><IntuitResponse xmlns="${NAMESPACE}"${time}>${parts
    .map(([name, part]) => element(name, part))
    .join("")}</IntuitResponse>`;
}

function element(name: string, value: Json): string {
  if (value === null) return "";
  if (Array.isArray(value)) return value.map((part) => element(name, part)).join("");
  if (!isObject(value)) return `<${name}>${scalar(value)}</${name}>`;
  if (typeof value["value"] === "string" && Object.keys(value).every((key) => key === "value" || key === "name")) {
    const label = typeof value["name"] === "string" ? ` name="${escape(value["name"])}"` : "";
    return `<${name}${label}>${escape(value["value"])}</${name}>`;
  }
  const entries = Object.entries(value);
  const attributes = entries
    .filter(([key, part]) => ATTRIBUTES.has(key) && !isObject(part) && !Array.isArray(part) && part !== null)
    .map(([key, part]) => ` ${key}="${scalar(part)}"`)
    .join("");
  const children = entries.filter(([key]) => !ATTRIBUTES.has(key)).map(([key, part]) => element(key, part));
  return `<${name}${attributes}>${children.join("")}</${name}>`;
}

function scalar(value: Json): string {
  return escape(typeof value === "string" ? value : printJson(value));
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? char);
}
