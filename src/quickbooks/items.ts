/**
 * Products and services of a company: finds and creates them. Quantities on hand are set once, when an inventory item is
 * created, and never changed afterwards (docs/qbo-api.md, section 5.5).
 */
import { rawNumber } from "../platform/exact-json.ts";
import { type QuickBooks, call } from "./client.ts";
import { activeOrNot } from "./inactive-names.ts";
import { ACTIVE_OR_NOT, inList, select } from "./query.ts";
import { type Item, item, readPart } from "./wire.ts";

/** Texts must already be cleaned and cut (text.ts, limits.ts). */
export type NewItem = { name: string; sku?: string; description?: string; incomeAccountId: string } & (
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

/** Sellable items with one of the SKUs, active ones first. SKUs are not unique in QuickBooks. One read. */
export async function findItemsBySku(qb: QuickBooks, skus: readonly string[]): Promise<Item[]> {
  if (skus.length === 0) return [];
  return sellable(await selectItems(qb, inList("Sku", skus)));
}

/** Sellable items with one of the names, active ones first; an inactive one's name ends in ` (deleted)`. One read. */
export async function findItemsByName(qb: QuickBooks, names: readonly string[]): Promise<Item[]> {
  if (names.length === 0) return [];
  return sellable(await selectItems(qb, inList("Name", activeOrNot(names))));
}

/** Items with the given IDs, including inactive ones: shows which item on an invoice was deactivated. One read. */
export async function findItemsById(qb: QuickBooks, ids: readonly string[]): Promise<Item[]> {
  if (ids.length === 0) return [];
  return selectItems(qb, inList("Id", ids));
}

function selectItems(qb: QuickBooks, clause: string): Promise<Item[]> {
  return select(qb, { entity: "Item", schema: item, clauses: [clause, ACTIVE_OR_NOT] });
}

/** Throws QuickBooksError; 6240 says that the name is taken, 5030 that the plan has no inventory. */
export async function createItem(qb: QuickBooks, data: NewItem, requestId: string): Promise<Item> {
  const body = JSON.stringify({
    Name: data.name,
    Sku: data.sku,
    Description: data.description,
    IncomeAccountRef: { value: data.incomeAccountId },
    ...typeFields(data),
  });
  const answer = await call(qb, { kind: "write", method: "POST", path: "/item", body, requestId });
  return readPart(item, answer, "Item");
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
