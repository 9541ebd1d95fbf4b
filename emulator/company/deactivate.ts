/**
 * The scenario in which somebody makes a customer, item or account inactive just before a call that refers to it
 * arrives. It does what a person would do in QuickBooks; the call itself is then handled normally and meets the
 * consequence.
 */
import { kindOfType } from "../entities/kinds.ts";
import { writeEntity } from "../entities/write-entity.ts";
import { isObject, parseJson, refOf, textOf, type Json } from "../wire/json.ts";
import type { CompanyContext } from "./context.ts";

const REFERENCES: Record<"Customer" | "Item" | "Account", readonly string[]> = {
  Customer: ["CustomerRef"],
  Item: ["ItemRef"],
  Account: ["IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "DiscountAccountRef", "DepositToAccountRef"],
};

/** Makes the first active entity of that type in the body inactive; false if the body refers to none. */
export function deactivateReferenced(
  context: CompanyContext,
  type: "Customer" | "Item" | "Account",
  body: string,
): boolean {
  let input: Json;
  try {
    input = parseJson(body);
  } catch {
    return false;
  }
  const kind = kindOfType(type);
  for (const id of referredIds(input, REFERENCES[type])) {
    const current = context.store.find(type, id);
    if (kind === null || current === null || current["Active"] === false) continue;
    const whole = Object.fromEntries(Object.entries(current).filter(([name]) => kind.shape[name] !== undefined));
    const token = textOf(current["SyncToken"]) ?? "";
    writeEntity(context, kind, { ...whole, Id: id, SyncToken: token, sparse: true, Active: false });
    return true;
  }
  return false;
}

function referredIds(value: Json, names: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((part) => referredIds(part, names));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, part]) => {
    const id = names.includes(name) ? refOf(part) : null;
    return id === null ? referredIds(part, names) : [id];
  });
}
