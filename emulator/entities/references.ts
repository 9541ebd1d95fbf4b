/**
 * Who refers to whom: after a rename every document shows the new name and what is below has a new full name; after a
 * merge they refer to the survivor. Neither is a change of those records: no SyncToken moves, nobody is notified.
 */
import type { CompanyContext } from "../company/context.ts";
import { keyOf } from "../company/store.ts";
import { isObject, parseJsonObject, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { refTo } from "./kind.ts";

export type ReferredType = "Customer" | "Item" | "Account";

/** By type: the properties that refer to it, and the types that have such properties. */
const REFERRERS: Readonly<Record<ReferredType, { properties: readonly string[]; types: readonly string[] }>> = {
  Customer: { properties: ["CustomerRef", "ParentRef"], types: ["Invoice", "Payment", "Customer"] },
  Item: { properties: ["ItemRef", "ParentRef"], types: ["Invoice", "Item"] },
  Account: {
    properties: [
      "IncomeAccountRef",
      "ExpenseAccountRef",
      "AssetAccountRef",
      "ItemAccountRef",
      "DiscountAccountRef",
      "DepositToAccountRef",
      "ParentRef",
    ],
    types: ["Item", "Invoice", "Payment", "Account"],
  },
};

export function isReferredType(type: string): type is ReferredType {
  return type in REFERRERS;
}

/** Lets everything that refers to one record refer to another, or to itself by its new name. */
export function redirectReferences(context: CompanyContext, type: ReferredType, fromId: string, to: JsonObject): void {
  const { properties, types } = REFERRERS[type];
  const ref = refTo(to);
  for (const referrer of types) {
    for (const text of context.store.listBodies(referrer, "AND instr(body, ?) > 0", [`"value":"${fromId}"`])) {
      const before = parseJsonObject(text);
      const isOther = properties.includes("ParentRef") && referrer !== type;
      const wanted = isOther ? properties.filter((name) => name !== "ParentRef") : properties;
      if (before === null || !refersTo(before, wanted, fromId)) continue;
      const moved = fullyNamed(redirected(before, wanted, fromId, ref), ref);
      context.store.replaceQuietly(referrer, moved, changedKeys(referrer, before, moved));
      if (referrer === type && isReferredType(referrer))
        redirectReferences(context, referrer, textOf(moved["Id"]) ?? "", moved);
    }
  }
}

/** The search columns that a redirection changes: an invoice's customer, the full name by which items and accounts are unique. */
function changedKeys(type: string, before: JsonObject, moved: JsonObject): { uniqueKey?: string; customerId?: string } {
  const [customer, fullName] = [refOf(moved["CustomerRef"]), textOf(moved["FullyQualifiedName"])];
  const isRenamed = type !== "Customer" && fullName !== null && fullName !== before["FullyQualifiedName"];
  return {
    ...(customer === null ? {} : { customerId: customer }),
    ...(isRenamed ? { uniqueKey: keyOf(fullName) } : {}),
  };
}

/** True if a record has others below it. */
export function hasChildren(context: CompanyContext, type: ReferredType, id: string): boolean {
  return context.store.count(type, "AND json_extract(body, '$.ParentRef.value') = ?", [id]) > 0;
}

/** A record below the one that `ref` names gets its full name from it. */
function fullyNamed(body: JsonObject, ref: JsonObject): JsonObject {
  if (refOf(body["ParentRef"]) !== textOf(ref["value"])) return body;
  const own = textOf(body["DisplayName"]) ?? textOf(body["Name"]) ?? "";
  return { ...body, FullyQualifiedName: `${textOf(ref["name"]) ?? ""}:${own}` };
}

function refersTo(value: Json, properties: readonly string[], id: string): boolean {
  if (Array.isArray(value)) return value.some((part) => refersTo(part, properties, id));
  if (!isObject(value)) return false;
  return Object.entries(value).some(
    ([name, part]) => (properties.includes(name) && refOf(part) === id) || refersTo(part, properties, id),
  );
}

function redirected(value: JsonObject, properties: readonly string[], id: string, ref: JsonObject): JsonObject {
  const inside = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(inside);
    return isObject(part) ? redirected(part, properties, id, ref) : part;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      properties.includes(name) && refOf(part) === id ? ref : inside(part),
    ]),
  );
}
