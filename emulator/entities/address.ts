/**
 * Addresses of names and invoices (docs/qbo-api.md, sections 5.3 and 5.8): their limits, and what QuickBooks makes of one
 * when it is stored or when the invoice that has it changes.
 */
import type { Shape } from "../api/check-shape.ts";
import type { CompanyContext } from "../company/context.ts";
import { COUNTRIES, COUNTRY_CODES } from "../company/countries.ts";
import { textOf, type Json, type JsonObject } from "../wire/json.ts";

const ADDRESS_LINE = { kind: "text", max: 500 } as const;
const ADDRESS_PART = { kind: "text", max: 255 } as const;

/** Limits of docs/qbo-api.md, section 5.3. */
export const ADDRESS_SHAPE: Shape = {
  Id: { kind: "output" },
  Line1: ADDRESS_LINE,
  Line2: ADDRESS_LINE,
  Line3: ADDRESS_LINE,
  Line4: ADDRESS_LINE,
  Line5: ADDRESS_LINE,
  City: ADDRESS_PART,
  Country: ADDRESS_PART,
  CountryCode: ADDRESS_PART,
  CountrySubDivisionCode: ADDRESS_PART,
  PostalCode: { kind: "text", max: 30 },
  Lat: { kind: "output" },
  Long: { kind: "output" },
};

/** An address gets its own Id when it is stored; an empty one counts as none. */
export function storedAddress(context: CompanyContext, address: Json | undefined): JsonObject | null {
  if (typeof address !== "object" || address === null || Array.isArray(address)) return null;
  const parts = Object.entries(address).filter(([name, part]) => name !== "Id" && part !== null && part !== "");
  if (parts.length === 0) return null;
  const stored: JsonObject = { Id: String(context.store.nextNumber("address")), ...Object.fromEntries(parts) };
  const country = COUNTRY_CODES.find((code) => code === textOf(stored["Country"])?.toUpperCase());
  if (context.profile.address_countries === "iso3" && country !== undefined)
    stored["Country"] = COUNTRIES[country].iso3;
  return stored;
}

const LINES = ["Line1", "Line2", "Line3", "Line4", "Line5"] as const;

/**
 * An address that an update leaves alone: QuickBooks may then write its town into plain lines, one below the other
 * (docs/qbo-api.md, section 5.8), unless the company's `reflow_addresses` is off.
 */
export function reflowed(context: CompanyContext, address: JsonObject): JsonObject {
  const part = (name: string): string => textOf(address[name]) ?? "";
  const region = [part("CountrySubDivisionCode"), part("PostalCode")].filter(Boolean).join(" ");
  const town = [part("City"), region].filter(Boolean).join(", ");
  if (!context.profile.reflow_addresses || (town === "" && part("Country") === "")) return address;
  const texts = [...LINES.map(part), town, part("Country")].filter(Boolean);
  const [last, kept] = [texts.slice(LINES.length - 1).join(", "), texts.slice(0, LINES.length - 1)];
  const lines = last === "" ? kept : [...kept, last];
  return { Id: part("Id"), ...Object.fromEntries(lines.map((text, index) => [LINES[index] ?? "", text])) };
}
