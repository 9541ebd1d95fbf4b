/**
 * The form of every entity's rules, and the parts that several share: common properties, addresses, references. An
 * entity's own file says what it accepts and how it is built; only write-entity.ts stores it.
 */
import type { Shape } from "../api/check-shape.ts";
import { type CompanyContext } from "../company/context.ts";
import { keyOf, type EntityKeys } from "../company/store.ts";
import { inactiveReference, invalidReference, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { UNANNOUNCED_SHAPE } from "./unannounced.ts";

export interface EntityKind {
  type: string;
  shape: Shape;
  /** False: QuickBooks only has full updates for it, and `sparse` is ignored. */
  sparse: boolean;
  /** Transactions of a company share one sequence of numbers, and can be deleted. */
  isTransaction: boolean;
  /** Properties that a sparse update may fail to empty (the company's `sparse_emptying`). */
  sticky?: readonly string[];
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

const MAX_LEVELS_BELOW_PARENT = 4;

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

/** How many records are above one. */
export function levelOf(body: JsonObject): number {
  return Number(decimalOf(body["Level"])?.toFixed() ?? "0");
}

/** Throws 6180 for a parent that has as many above it as can be. */
export function refuseDeepLevel(parent: JsonObject): void {
  if (levelOf(parent) >= MAX_LEVELS_BELOW_PARENT)
    throw new QuickBooksFault("6180", `No more than ${MAX_LEVELS_BELOW_PARENT} levels below the parent`);
}

/** `{"value":"79","name":"Sales of Product Income"}` for an entity. */
export function refTo(body: JsonObject): JsonObject {
  const name = textOf(body["FullyQualifiedName"]) ?? textOf(body["DisplayName"]) ?? textOf(body["Name"]) ?? "";
  return { value: textOf(body["Id"]) ?? "", name };
}

/** What is behind the name of an inactive record; a second one of the name gets a number. */
export const DELETED_SUFFIX = " (deleted)";
const ANY_DELETED_SUFFIX = / \(deleted(?: \d+)?\)$/;

/**
 * The name under which an entity is kept: one that is made inactive gets ` (deleted)`, one made active again gets its plain name back (docs/qbo-api.md, sections 5 and 10).
 */
export function nameByActivity(
  context: CompanyContext,
  namespace: string,
  name: string,
  parts: { isActive: boolean; wasActive: boolean; prefix?: string },
): string {
  if (parts.isActive) return parts.wasActive ? name : name.replace(ANY_DELETED_SUFFIX, "");
  if (ANY_DELETED_SUFFIX.test(name)) return name;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? `${name}${DELETED_SUFFIX}` : `${name} (deleted ${number})`;
    if (context.store.findHolder(namespace, keyOf(`${parts.prefix ?? ""}${candidate}`)) === null) return candidate;
  }
}
