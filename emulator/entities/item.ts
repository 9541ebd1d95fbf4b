/**
 * Products and services (docs/qbo-api.md, section 5.5): the accounts that each type needs, the plan that inventory
 * needs, names. Quantities change only through transactions here, never by updating the item.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { canTrackInventory } from "../company/profile.ts";
import { keyOf } from "../company/store.ts";
import {
  businessRule,
  invalidReference,
  missingParameter,
  planLacksInventory,
  QuickBooksFault,
} from "../wire/faults.ts";
import { decimalOf, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import {
  COMMON_SHAPE,
  levelOf,
  NO_KEYS,
  nameByActivity,
  refTo,
  refuseDeepLevel,
  resolveRef,
  type EntityKind,
} from "./kind.ts";

const MAX_PRICE = "99999999999";
const PRICE = { kind: "decimal", places: 7, max: MAX_PRICE, nonNegative: true } as const;
const QUANTITY = { kind: "decimal", places: 7, max: MAX_PRICE } as const;

interface AccountRule {
  types: readonly string[];
  subType?: string;
}

const SALE: AccountRule = { types: ["Income", "Other Income"] };
const PURCHASE: AccountRule = { types: ["Expense", "Cost of Goods Sold", "Other Expense"] };
const STOCK_SALE: AccountRule = { types: ["Income"], subType: "SalesOfProductIncome" };
const STOCK_COST: AccountRule = { types: ["Cost of Goods Sold"], subType: "SuppliesMaterialsCogs" };
const STOCK_ASSET: AccountRule = { types: ["Other Current Asset"], subType: "Inventory" };

export const itemKind: EntityKind = {
  type: "Item",
  sparse: true,
  isTransaction: false,
  duplicate: "item",
  shape: {
    ...COMMON_SHAPE,
    Name: { kind: "text", min: 1, max: 100, isName: true },
    Sku: { kind: "text", max: 100 },
    Type: { kind: "choice", values: ["Inventory", "NonInventory", "Service", "Category"] },
    Description: { kind: "text", max: 4000 },
    PurchaseDesc: { kind: "text", max: 1000 },
    UnitPrice: PRICE,
    PurchaseCost: PRICE,
    IncomeAccountRef: { kind: "ref" },
    ExpenseAccountRef: { kind: "ref" },
    AssetAccountRef: { kind: "ref" },
    TrackQtyOnHand: { kind: "boolean" },
    QtyOnHand: QUANTITY,
    InvStartDate: { kind: "date" },
    ReorderPoint: QUANTITY,
    Taxable: { kind: "boolean" },
    SalesTaxCodeRef: { kind: "ref" },
    SalesTaxIncluded: { kind: "boolean" },
    PurchaseTaxCodeRef: { kind: "ref" },
    PurchaseTaxIncluded: { kind: "boolean" },
    SubItem: { kind: "boolean" },
    ParentRef: { kind: "ref" },
    Active: { kind: "boolean" },
    FullyQualifiedName: { kind: "output" },
    Level: { kind: "output" },
  },
  build: buildItem,
  keys(body) {
    const sku = textOf(body["Sku"]);
    return {
      ...NO_KEYS,
      active: body["Active"] !== false,
      namespace: "item",
      uniqueKey: keyOf(textOf(body["FullyQualifiedName"]) ?? ""),
      nameKey: keyOf(textOf(body["Name"]) ?? ""),
      skuKey: sku === null ? null : keyOf(sku),
    };
  },
};

function buildItem(
  context: CompanyContext,
  input: JsonObject,
  previous: JsonObject | null,
  sent: JsonObject,
): JsonObject {
  const given = textOf(input["Name"]);
  if (given === null) throw missingParameter("Name");
  const type = textOf(input["Type"]) ?? textOf(previous?.["Type"]);
  if (type === null) throw missingParameter("Type");
  refuseTypeChange(type, previous);
  const parent = categoryOf(context, input);
  const prefix = parent === null ? "" : `${textOf(parent["FullyQualifiedName"]) ?? ""}:`;
  const isActive = input["Active"] !== false;
  const name = nameByActivity(context, "item", given, { isActive, wasActive: previous?.["Active"] !== false, prefix });
  const texts = Object.fromEntries(
    ["Sku", "Description", "PurchaseDesc", "PurchaseCost", "ReorderPoint"].flatMap((key) =>
      input[key] === undefined ? [] : [[key, input[key]]],
    ),
  );
  return {
    Name: name,
    ...texts,
    Active: isActive,
    ...(parent === null ? {} : { SubItem: true, ParentRef: refTo(parent), Level: new Big(levelOf(parent) + 1) }),
    FullyQualifiedName: `${prefix}${name}`,
    Type: type,
    ...(type === "Category" ? {} : sellingProperties(context, type, { input, previous, sent })),
  };
}

/** The category that an item is in; null for none. Only a category has items below it. */
function categoryOf(context: CompanyContext, input: JsonObject): JsonObject | null {
  if (input["SubItem"] === false) return null;
  if (input["ParentRef"] === undefined) {
    if (input["SubItem"] === true) throw new QuickBooksFault("6150", "ParentRef is required when SubItem is true");
    return null;
  }
  const parent = resolveRef(context, "Item", { ref: input["ParentRef"], path: "ParentRef" });
  if (parent["Type"] !== "Category") throw businessRule("The parent of an item has to be a category");
  refuseDeepLevel(parent);
  return parent;
}

function sellingProperties(
  context: CompanyContext,
  type: string,
  change: { input: JsonObject; previous: JsonObject | null; sent: JsonObject },
): JsonObject {
  const { input, previous, sent } = change;
  const isStock = type === "Inventory";
  if (isStock && previous === null) refuseWithoutInventory(context);
  if (isStock && input["TrackQtyOnHand"] !== true)
    throw businessRule("An item of type Inventory has to track its quantity on hand");
  if (!isStock && input["TrackQtyOnHand"] === true)
    throw businessRule(`An item of type ${type} cannot track a quantity on hand`);
  const income = account(context, change, "IncomeAccountRef", { ...(isStock ? STOCK_SALE : SALE), isRequired: true });
  const expense = account(context, change, "ExpenseAccountRef", {
    ...(isStock ? STOCK_COST : PURCHASE),
    isRequired: isStock,
  });
  if (!isStock && input["AssetAccountRef"] !== undefined)
    throw businessRule(`An item of type ${type} has no asset account`);
  const asset = isStock ? account(context, change, "AssetAccountRef", { ...STOCK_ASSET, isRequired: true }) : null;
  return {
    UnitPrice: decimalOf(input["UnitPrice"]) ?? new Big(0),
    ...(input["Taxable"] === undefined ? { Taxable: false } : { Taxable: input["Taxable"] }),
    ...taxCodes(context, input),
    ...(income === null ? {} : { IncomeAccountRef: income }),
    ...(expense === null ? {} : { ExpenseAccountRef: expense }),
    ...(asset === null ? {} : { AssetAccountRef: asset }),
    TrackQtyOnHand: isStock,
    ...(isStock ? stockProperties(input, previous, sent) : {}),
  };
}

function stockProperties(input: JsonObject, previous: JsonObject | null, sent: JsonObject): JsonObject {
  if (previous !== null) {
    const moved = decimalOf(sent["QtyOnHand"]);
    if (moved !== null && !moved.eq(decimalOf(previous["QtyOnHand"]) ?? 0)) {
      throw businessRule("The quantity on hand of an existing item cannot be set; enter an adjustment in QuickBooks");
    }
    const start = textOf(input["InvStartDate"]) ?? textOf(previous["InvStartDate"]);
    return { QtyOnHand: previous["QtyOnHand"] ?? new Big(0), InvStartDate: start };
  }
  const quantity = decimalOf(input["QtyOnHand"]);
  const start = textOf(input["InvStartDate"]);
  if (quantity === null) throw missingParameter("QtyOnHand");
  if (start === null) {
    throw new QuickBooksFault(
      "2020",
      "Required parameter InvStartDate is missing in the request: an as-of date for the initial quantity on hand is required",
      { element: "InvStartDate" },
    );
  }
  return { QtyOnHand: quantity, InvStartDate: start };
}

/** The account of an item: it must exist, be active if it was just sent, and be of a suitable type (6430). */
function account(
  context: CompanyContext,
  { input, sent }: { input: JsonObject; sent: JsonObject },
  property: string,
  rule: AccountRule & { isRequired: boolean },
): JsonObject | null {
  const ref = input[property];
  if (ref === undefined) {
    if (rule.isRequired) throw missingParameter(property);
    return null;
  }
  const body = resolveRef(context, "Account", { ref, path: property, mayBeInactive: sent[property] === undefined });
  const fits = rule.types.includes(textOf(body["AccountType"]) ?? "");
  if (!fits || (rule.subType !== undefined && body["AccountSubType"] !== rule.subType)) {
    const wanted =
      rule.subType === undefined ? rule.types.join(" or ") : `${rule.types.join(" or ")} / ${rule.subType}`;
    throw new QuickBooksFault(
      "6430",
      `Invalid account type used : ${property} has to be an account of type ${wanted}`,
      { element: property },
    );
  }
  return refTo(body);
}

function taxCodes(context: CompanyContext, input: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const property of ["SalesTaxCodeRef", "PurchaseTaxCodeRef"]) {
    const ref = input[property];
    if (ref === undefined) continue;
    const isPseudo = context.profile.country === "US" && ["TAX", "NON"].includes(refOf(ref) ?? "");
    if (!isPseudo && context.store.find("TaxCode", refOf(ref) ?? "") === null) throw invalidReference(property);
    kept[property] = ref;
  }
  for (const property of ["SalesTaxIncluded", "PurchaseTaxIncluded"]) {
    if (input[property] !== undefined) kept[property] = input[property];
  }
  return kept;
}

function refuseWithoutInventory(context: CompanyContext): void {
  if (canTrackInventory(context.profile) && context.bend.withoutInventory !== true) return;
  throw planLacksInventory(
    context.bend.withoutInventory === true ? "QuickBooks Online Simple Start" : context.profile.offering_sku,
  );
}

function refuseTypeChange(type: string, previous: JsonObject | null): void {
  const before = textOf(previous?.["Type"]);
  if (before === null || before === type) return;
  if (before === "Inventory" || before === "Category" || type === "Inventory" || type === "Category") {
    throw businessRule(`An item of type ${before} cannot become ${type}`);
  }
}
