/**
 * What a person does in QuickBooks by giving a record the name of another one: the two become one. The survivor takes
 * over what referred to the other, which no longer exists. Only webhooks report it, as one event (docs/qbo-api.md,
 * section 8).
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { businessRule, inactiveReference, notFound, unsupportedOperation } from "../wire/faults.ts";
import { decimalOf, refOf, type JsonObject } from "../wire/json.ts";
import { adjustBalance } from "./balances.ts";
import { hasChildren, isReferredType, redirectReferences, type ReferredType } from "./references.ts";

const ZERO = new Big(0);

/** Merges the first record into the second and returns the survivor. Throws QuickBooksFault, then nothing has changed. */
export function mergeRecords(context: CompanyContext, type: string, goneId: string, survivorId: string): JsonObject {
  if (!isReferredType(type)) throw unsupportedOperation(`merge for ${type}`);
  const [gone, survivor] = [load(context, type, goneId), load(context, type, survivorId)];
  if (goneId === survivorId) throw businessRule("A record cannot be merged into itself");
  if (survivor["Active"] === false) throw inactiveReference("into");
  if (hasChildren(context, type, goneId)) throw businessRule("A record with others below it cannot be merged");
  refuseUnlike(type, gone, survivor);
  if (type === "Customer") moveBalance(context, gone, goneId, survivorId);
  redirectReferences(context, type, goneId, survivor);
  context.store.remove(type, Number(goneId), context.nowMs);
  context.changes.push({ entity: type, id: survivorId, verb: "Merge", atMs: context.nowMs, deletedId: goneId });
  return load(context, type, survivorId);
}

/** Only like can be merged with like; QuickBooks merges no inventory items and no categories. */
function refuseUnlike(type: ReferredType, gone: JsonObject, survivor: JsonObject): void {
  if (refOf(gone["CurrencyRef"]) !== refOf(survivor["CurrencyRef"]))
    throw businessRule("Records in different currencies cannot be merged");
  const kinds = type === "Item" ? ["Type"] : type === "Account" ? ["AccountType", "AccountSubType"] : [];
  const unlike = kinds.find((property) => gone[property] !== survivor[property]);
  if (unlike !== undefined) throw businessRule(`Records of different ${unlike} cannot be merged`);
  if (type === "Item" && (gone["Type"] === "Inventory" || gone["Type"] === "Category"))
    throw businessRule("Inventory items and categories cannot be merged");
}

function moveBalance(context: CompanyContext, gone: JsonObject, goneId: string, survivorId: string): void {
  const balance = decimalOf(gone["Balance"]) ?? ZERO;
  adjustBalance(context, goneId, balance.neg());
  adjustBalance(context, survivorId, balance);
}

function load(context: CompanyContext, type: string, id: string): JsonObject {
  const body = context.store.find(type, id);
  if (body === null) throw notFound(`${type} ${id}`);
  return body;
}
