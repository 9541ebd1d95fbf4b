/**
 * The QuickBooks items of a document's lines (docs/contract.md, section 8): the linked item, otherwise the item with
 * that SKU, otherwise the item with that name and no other SKU, otherwise a new one with the accounts and product
 * settings of the connection. The quantity on hand is never changed afterwards.
 */
import { whileDoing } from "../failures/failed-while.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import {
  type ItemTexts,
  type NewItem,
  changeItem,
  createItem,
  findItemsById,
  findItemsByName,
  findItemsBySku,
} from "../quickbooks/items.ts";
import { MAX_ITEM_NAME_CHARS } from "../quickbooks/limits.ts";
import { isSameFullName, isSameName, lastPart } from "../quickbooks/names.ts";
import type { Item } from "../quickbooks/wire.ts";
import { exactnessOf } from "./adopt.ts";
import type { DesiredItem } from "./desired-item.ts";
import { type FullName, type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import { type Link, findLinks } from "./links.ts";
import { spellings } from "./lost-letters.ts";
import { namesToTry } from "./names-to-try.ts";
import { resolveAccount } from "./resolve-account.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** The links by key. Two reads for all items that are not linked yet, more for names that a query can't hold. */
export async function resolveItems(task: ResolveTask, desired: readonly DesiredItem[]): Promise<Map<string, Link>> {
  const { db, connection } = task.context;
  const byKey = new Map<string, DesiredItem>();
  // If two lines have the same SKU, the first one names the item.
  for (const item of desired) if (!byKey.has(item.key)) byKey.set(item.key, item);
  const links = await findLinks(db, connection.id, "item", [...byKey.keys()]);
  const unknown = [...byKey.values()].filter((item) => !links.has(item.key));
  const [first] = unknown;
  if (!first) return links;
  const found = await whileDoing(ITEM.doing(first), () =>
    lookUp(
      task.qb,
      unknown.map((item) => ({ sku: item.sku, names: spellings(item, item.name), full: item.full })),
    ),
  );
  for (const item of unknown) links.set(item.key, await findOrCreate(task, ITEM, item, found));
  return links;
}

const ITEM: ReferenceKind<DesiredItem, Item> = {
  kind: "item",
  doing: ({ name, sku }) => ({ kind: "item", name, sku }),
  lookUp: ({ qb }, { sku, full }, names) => lookUp(qb, [{ sku, names, full }]),
  matches: (found, { sku, full }, name) => {
    const bySku = found.filter((item) => hasSku(item, sku));
    const ofName = found.filter((item) => item.isActive && (item.sku === null || sku === null));
    const exactness = (item: Item) => exactnessOf(item.name, item.fullName, [full?.name ?? name, name]);
    const best = (some: Item[]) => some.toSorted((a, b) => exactness(b) - exactness(a));
    return [
      best(bySku.filter((item) => item.isActive)),
      best(ofName.filter((item) => full && isSameFullName(item.fullName, full.name))),
      best(ofName.filter((item) => isSameName(item.name, name))),
      bySku.filter((item) => !item.isActive),
    ];
  },
  read: async ({ qb }, id) => (await findItemsById(qb, [id]))[0] ?? null,
  namesToTry: (desired) => {
    const { name, sku } = desired;
    return namesToTry(desired, sku && sku !== name ? [sku] : [], MAX_ITEM_NAME_CHARS);
  },
  create: async (task, desired, { name, requestId }) => {
    const accounts = await accountsOf(task, desired);
    const made = await createItem(task.qb, newItem(task, desired, { name, accounts }), requestId);
    const links = [accounts.income, accounts.cogs, accounts.asset];
    return { ...made, warnings: links.flatMap((link) => link?.warnings ?? []) };
  },
  change: ({ qb }, desired, { id, name, requestId }) => changeItem(qb, id, textsOf(desired, name), requestId),
  nameOf: ({ name }) => name,
  renamed: ({ name, sku }, nameInQuickBooks) => ({
    code: "item_renamed",
    message: `The name '${name}' is already used by another item in QuickBooks, so the item with SKU ${sku ?? "none"} appears there as '${nameInQuickBooks}'.`,
  }),
};

async function lookUp(
  qb: QuickBooks,
  wanted: readonly { sku: string | null; names: readonly string[]; full: FullName | null | undefined }[],
): Promise<Item[]> {
  const bySku = await findItemsBySku(
    qb,
    wanted.flatMap(({ sku }) => (sku ? [sku] : [])),
  );
  const missing = wanted.filter(({ sku }) => !bySku.some((found) => found.isActive && hasSku(found, sku)));
  const names = missing.flatMap((one) => [...one.names, ...(one.full ? [lastPart(one.full.name)] : [])]);
  return [...bySku, ...(await findItemsByName(qb, names))];
}

interface Accounts {
  income: Link;
  /** Inventory only. */
  cogs?: Link;
  asset?: Link;
}

async function accountsOf(task: ResolveTask, { isPlainService }: DesiredItem): Promise<Accounts> {
  const { incomeAccount, cogsAccount, assetAccount, itemType } = task.context.connection;
  const income = await resolveAccount(task, "income", incomeAccount);
  if (isPlainService || itemType !== "inventory") return { income };
  const cogs = await resolveAccount(task, "cogs", cogsAccount);
  return { income, cogs, asset: await resolveAccount(task, "asset", assetAccount) };
}

function newItem(
  { context, content }: ResolveTask,
  desired: DesiredItem,
  { name, accounts: { income, cogs, asset } }: { name: string; accounts: Accounts },
): NewItem {
  const { itemType, defaultInventoryQuantity, inventoryStartDate } = context.connection;
  const base = { ...textsOf(desired, name), incomeAccountId: income.qboId };
  if (!cogs || !asset)
    return { ...base, type: itemType === "non_inventory" && !desired.isPlainService ? itemType : "service" };
  return {
    ...base,
    type: "inventory",
    cogsAccountId: cogs.qboId,
    assetAccountId: asset.qboId,
    quantityOnHand: defaultInventoryQuantity ?? "0",
    startDate: inventoryStartDate ?? content.date,
  };
}

function textsOf({ sku, description }: DesiredItem, name: string): ItemTexts {
  return { name, ...(sku ? { sku } : {}), ...(description ? { description } : {}) };
}

function hasSku(item: Item, sku: string | null): boolean {
  return sku !== null && item.sku !== null && isSameName(item.sku, sku);
}
