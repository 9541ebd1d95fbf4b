/**
 * Products and services of a company: finds and creates them. Quantities on hand are set once, when an inventory item is
 * created, and never changed afterwards (docs/qbo-api.md, section 5.5).
 */
import { rawNumber } from "../platform/exact-json.ts";
import type { QuickBooks } from "./client.ts";
import { activeOrNot } from "./inactive-names.ts";
import { nameClauses, spellingsOf } from "./names.ts";
import { ACTIVE_OR_NOT, inList, selectAny } from "./query.ts";
import { type Item, item } from "./wire.ts";
import { type Written, changeRecord, writeRecord } from "./write-record.ts";

/** With more names than these the statement would grow to many thousand characters. */
const MAX_SPELLED_NAMES = 50;

/** They must already be cleaned and cut (text.ts, limits.ts). */
export interface ItemTexts {
  name: string;
  sku?: string;
  description?: string;
}

export type NewItem = ItemTexts & { incomeAccountId: string } & (
    | { type: "non_inventory" | "service" }
    | {
        type: "inventory";
        cogsAccountId: string;
        assetAccountId: string;
        /** Decimal text, the quantity at the start date. */
        quantityOnHand: string;
        /** Calendar date; no sale may be dated before it (6270). */
        startDate: string;
      }
  );

/**
 * Sellable items with one of the SKUs, active ones first, and perhaps others. SKUs are not unique in QuickBooks. One read,
 * more for SKUs that a query can't hold.
 */
export async function findItemsBySku(qb: QuickBooks, skus: readonly string[]): Promise<Item[]> {
  return sellable(
    await selectItems(
      qb,
      nameClauses("Sku", skus).map(({ text }) => text),
    ),
  );
}

/**
 * Sellable items with one of the names, also spelled otherwise, active ones first, and perhaps others; an inactive one's
 * name ends in ` (deleted)`.
 * One read, more for names that a query can't hold.
 */
export async function findItemsByName(qb: QuickBooks, names: readonly string[]): Promise<Item[]> {
  const spelled = names.length <= MAX_SPELLED_NAMES ? names.flatMap(spellingsOf) : [];
  return sellable(
    await selectItems(
      qb,
      nameClauses("Name", [...activeOrNot(names), ...spelled]).map(({ text }) => text),
    ),
  );
}

/** Items with the given IDs, including inactive ones: shows which item on an invoice was deactivated. One read. */
export async function findItemsById(qb: QuickBooks, ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  return selectItems(qb, [inList("Id", ids)]);
}

/** The items that any of the clauses finds. */
function selectItems(qb: QuickBooks, clauses: readonly string[]): Promise<Item[]> {
  return selectAny(
    qb,
    clauses.map((clause) => ({ entity: "Item", schema: item, clauses: [clause, ACTIVE_OR_NOT] })),
  );
}

/** Throws QuickBooksError; 6240 says that the name is taken, 5030 that the plan has no inventory. */
export function createItem(qb: QuickBooks, data: NewItem, requestId: string): Promise<Written<Item>> {
  const body = { ...textsOf(data), IncomeAccountRef: { value: data.incomeAccountId }, ...typeFields(data) };
  return writeRecord(qb, { entity: "Item", schema: item, body, requestId });
}

/** Gives an item other texts; everything else stays. Throws like `createItem`. */
export function changeItem(qb: QuickBooks, id: string, data: ItemTexts, requestId: string): Promise<Item> {
  return changeRecord(qb, id, { entity: "Item", schema: item, body: { ...textsOf(data), sparse: true }, requestId });
}

function textsOf({ name, sku, description }: ItemTexts) {
  return { Name: name, Sku: sku, Description: description };
}

function typeFields(data: NewItem): Record<string, unknown> {
  switch (data.type) {
    case "service":
      return { Type: "Service" };
    case "non_inventory":
      return { Type: "NonInventory" };
    case "inventory":
      return {
        Type: "Inventory",
        TrackQtyOnHand: true,
        QtyOnHand: rawNumber(data.quantityOnHand),
        InvStartDate: data.startDate,
        ExpenseAccountRef: { value: data.cogsAccountId },
        AssetAccountRef: { value: data.assetAccountId },
      };
  }
}

/** Categories and bundles share the names of items, but no invoice line can name a category. */
function sellable(rows: Item[]): Item[] {
  return rows
    .filter((row) => row.type !== "Category" && row.type !== "Group")
    .toSorted((a, b) => Number(b.isActive) - Number(a.isActive));
}
