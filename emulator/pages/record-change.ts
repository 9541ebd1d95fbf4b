/**
 * Turns the forms for customers, items and accounts into what QuickBooks' own pages would save. It checks only what would
 * not be readable as a value; the rules are QuickBooks'.
 */
import { printJson, type JsonObject } from "../wire/json.ts";
import { decimalIn } from "./money.ts";

export const RECORD_TYPES = ["customer", "item", "account"] as const;
export type RecordType = (typeof RECORD_TYPES)[number];

/** A new record's body as JSON text; null if its price is unreadable. */
export function newRecord(type: RecordType, read: (name: string) => string): string | null {
  const changed = properties(type, read);
  if (changed === null) return null;
  const kind: JsonObject =
    type === "account"
      ? { AccountType: read("account_type") }
      : type === "item"
        ? { Type: read("item_type"), ...(read("item_type") === "Category" ? {} : income(read("income_account"))) }
        : {};
  return printJson({ ...changed, ...kind });
}

/** The body of a change as JSON text; null if its price is unreadable. */
export function changedRecord(type: RecordType, read: (name: string) => string): string | null {
  const changed = properties(type, read);
  return changed === null ? null : printJson(changed);
}

function properties(type: RecordType, read: (name: string) => string): JsonObject | null {
  const parent = read("parent");
  const below: JsonObject = parent === "" ? {} : { ParentRef: { value: parent } };
  if (type === "account") return { Name: read("name") };
  if (type === "customer")
    return {
      DisplayName: read("name"),
      PrimaryEmailAddr: { Address: read("email").trim() },
      Taxable: read("taxable") === "on",
      Job: parent !== "",
      ...below,
    };
  const price = decimalIn(read("price"));
  if (price === null && read("price").trim() !== "") return null;
  return {
    Name: read("name"),
    ...(price === null ? {} : { UnitPrice: price }),
    ...(read("sku") === "" && read("item_type") === "Category" ? {} : { Sku: read("sku") }),
    SubItem: parent !== "",
    ...below,
  };
}

function income(account: string): JsonObject {
  return account === "" ? {} : { IncomeAccountRef: { value: account } };
}
