/**
 * The QuickBooks items of a document's lines (docs/contract.md, section 8): the linked item, otherwise the item with
 * that SKU, otherwise the item with that name and no other SKU, otherwise a new one with the accounts and product
 * settings of the connection. The quantity on hand is never changed afterwards.
 */
import { whileDoing } from "../failures/failed-while.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { type NewItem, createItem, findItemsByName, findItemsBySku } from "../quickbooks/items.ts";
import { MAX_ITEM_DESCRIPTION_CHARS, MAX_ITEM_NAME_CHARS } from "../quickbooks/limits.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Item } from "../quickbooks/wire.ts";
import type { DesiredItem } from "./desired-item.ts";
import { type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import { type Link, findLinks } from "./links.ts";
import { namesToTry } from "./names-to-try.ts";
import { resolveAccount } from "./resolve-account.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** The links by key. At most two reads for all items that are not linked yet. */
export async function resolveItems(task: ResolveTask, desired: readonly DesiredItem[]): Promise<Map<string, Link>> {
  const { db, connection } = task.context;
  const byKey = new Map<string, DesiredItem>();
  // If two lines have the same SKU, the first one names the item.
  for (const item of desired) if (!byKey.has(item.key)) byKey.set(item.key, item);
  const links = await findLinks(db, connection.id, "item", [...byKey.keys()]);
  const unknown = [...byKey.values()].filter((item) => !links.has(item.key));
  const [first] = unknown;
  if (!first) return links;
  const found = await whileDoing(ITEM.doing(first), () => lookUp(task.qb, unknown));
  for (const item of unknown) links.set(item.key, await findOrCreate(task, ITEM, item, found));
  return links;
}

const ITEM: ReferenceKind<DesiredItem, Item> = {
  kind: "item",
  doing: ({ name, sku }) => ({ kind: "item", name, sku }),
  lookUp: ({ qb }, { sku }, name) => lookUp(qb, [{ sku, name }]),
  matches: (found, { sku }, name) => {
    const bySku = found.filter((item) => hasSku(item, sku));
    const byName = found.filter((item) => item.isActive && isNamed(item, name) && (item.sku === null || sku === null));
    return [...bySku.filter((item) => item.isActive), ...byName, ...bySku];
  },
  namesToTry: ({ name, sku }) => namesToTry(name, sku && sku !== name ? [sku] : [], MAX_ITEM_NAME_CHARS),
  create: async (task, desired, { name, requestId }) =>
    createItem(task.qb, await newItem(task, desired, name), requestId),
  nameOf: ({ name }) => name,
  renamed: ({ name, sku }, nameInQuickBooks) => ({
    code: "item_renamed",
    message: `The name '${name}' is already used by another item in QuickBooks, so the item with SKU ${sku ?? "none"} appears there as '${nameInQuickBooks}'.`,
  }),
};

async function lookUp(qb: QuickBooks, wanted: readonly { sku: string | null; name: string }[]): Promise<Item[]> {
  const bySku = await findItemsBySku(
    qb,
    wanted.flatMap(({ sku }) => (sku ? [sku] : [])),
  );
  const missing = wanted.filter(({ sku }) => !bySku.some((found) => hasSku(found, sku)));
  const byName = await findItemsByName(
    qb,
    missing.map(({ name }) => name),
  );
  return [...bySku, ...byName];
}

async function newItem(task: ResolveTask, desired: DesiredItem, name: string): Promise<NewItem> {
  const { connection } = task.context;
  const description = desired.description ? cleanText(desired.description, MAX_ITEM_DESCRIPTION_CHARS).text : "";
  const base = {
    name,
    incomeAccountId: await resolveAccount(task, "income", connection.incomeAccount),
    ...(desired.sku ? { sku: desired.sku } : {}),
    ...(description ? { description } : {}),
  };
  if (desired.isPlainService) return { ...base, type: "service" };
  if (connection.itemType !== "inventory") return { ...base, type: connection.itemType ?? "service" };
  return {
    ...base,
    type: "inventory",
    cogsAccountId: await resolveAccount(task, "cogs", connection.cogsAccount),
    assetAccountId: await resolveAccount(task, "asset", connection.assetAccount),
    quantityOnHand: connection.defaultInventoryQuantity ?? "0",
    startDate: connection.inventoryStartDate ?? task.content.date,
  };
}

function hasSku(item: Item, sku: string | null): boolean {
  return sku !== null && item.sku !== null && item.sku.toLowerCase() === sku.toLowerCase();
}

function isNamed(item: Item, name: string): boolean {
  return item.name.toLowerCase() === name.toLowerCase();
}
