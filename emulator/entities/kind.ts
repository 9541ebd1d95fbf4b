/**
 * The form of every entity's rules, and the parts that several share: common properties, addresses, references. An
 * entity's own file says what it accepts and how it is built; only write-entity.ts stores it.
 */
import type { Shape } from "../api/check-shape.ts";
import { type CompanyContext } from "../company/context.ts";
import { COUNTRIES, COUNTRY_CODES } from "../company/countries.ts";
import { keyOf, type EntityKeys } from "../company/store.ts";
import { inactiveReference, invalidReference } from "../wire/faults.ts";
import { refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { UNANNOUNCED_SHAPE } from "./unannounced.ts";

export interface EntityKind {
  type: string;
  shape: Shape;
  /** False: QuickBooks only has full updates for it, and `sparse` is ignored. */
  sparse: boolean;
  /** Transactions of a company share one sequence of numbers, and can be deleted. */
  isTransaction: boolean;
  /** What the 6240 fault calls it. */
  duplicate: "customer" | "item" | "account" | "term";
  /**
   * Makes the entity from what was sent (on a sparse update already merged with what was there). `sent` are the properties
   * of the call itself. Throws QuickBooksFault.
   */
  build(
    this: void,
    context: CompanyContext,
    input: JsonObject,
    previous: JsonObject | null,
    sent: JsonObject,
  ): JsonObject;
  keys(this: void, body: JsonObject): EntityKeys;
  /** Applies a change's effects to other entities (balances, quantities). */
  settle?(this: void, context: CompanyContext, before: JsonObject | null, after: JsonObject | null): void;
}

export const COMMON_SHAPE: Shape = {
  Id: { kind: "output" },
  SyncToken: { kind: "output" },
  sparse: { kind: "output" },
  domain: { kind: "output" },
  MetaData: { kind: "output" },
  ...UNANNOUNCED_SHAPE,
};

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

export const PHONE_SHAPE: Shape = { FreeFormNumber: { kind: "text", max: 30 } };

export const NO_KEYS: EntityKeys = {
  active: true,
  namespace: null,
  uniqueKey: null,
  nameKey: null,
  docKey: null,
  skuKey: null,
  customerId: null,
};

/** The entity that a reference names. Throws 2500 if there is none, and the inactive fault if it is inactive. */
export function resolveRef(
  context: CompanyContext,
  type: string,
  { ref, path, mayBeInactive = false }: { ref: Json | undefined; path: string; mayBeInactive?: boolean },
): JsonObject {
  const id = refOf(ref);
  const body = id === null ? null : context.store.find(type, id);
  if (body === null) throw invalidReference(path);
  if (body["Active"] === false && !mayBeInactive) throw inactiveReference(path, context.inactiveCode);
  return body;
}

/** `{"value":"79","name":"Sales of Product Income"}` for an entity. */
export function refTo(body: JsonObject): JsonObject {
  const name = textOf(body["FullyQualifiedName"]) ?? textOf(body["DisplayName"]) ?? textOf(body["Name"]) ?? "";
  return { value: textOf(body["Id"]) ?? "", name };
}

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

const DELETED_SUFFIX = / \(deleted(?: \d+)?\)$/;

/**
 * The name under which an entity is kept: one that is made inactive gets ` (deleted)`, so that its plain name is free again;
 * one made active again gets its plain name back (docs/qbo-api.md, sections 5 and 10).
 */
export function nameByActivity(
  context: CompanyContext,
  namespace: string,
  name: string,
  parts: { isActive: boolean; wasActive: boolean; prefix?: string },
): string {
  if (parts.isActive) return parts.wasActive ? name : name.replace(DELETED_SUFFIX, "");
  if (DELETED_SUFFIX.test(name)) return name;
  for (let number = 1; ; number += 1) {
    const candidate = `${name} (deleted${number === 1 ? "" : ` ${number}`})`;
    if (context.store.findHolder(namespace, keyOf(`${parts.prefix ?? ""}${candidate}`)) === null) return candidate;
  }
}
