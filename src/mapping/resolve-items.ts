/**
 * The QuickBooks items of an invoice's lines (contract.md section 8): known by SKU within the company, by name where
 * there is none: linked, else the item with that SKU, else the item of that name without another SKU, else created
 * with the accounts and the product settings of the connection. Quantities on hand are never touched afterwards.
 */
import { type Link, findLinks } from "./links.ts";
import type { InvoiceContent } from "../invoices/invoice.ts";
import type { OrderLine } from "../orders/order.ts";
import { type AccountRole, createAccount, findAccountByName } from "../quickbooks/accounts.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { isRefusedWith } from "../quickbooks/faults.ts";
import { type NewItem, createItem, findItemsByName, findItemsBySku } from "../quickbooks/items.ts";
import { MAX_ITEM_DESCRIPTION_CHARS, MAX_ITEM_NAME_CHARS, MAX_SKU_CHARS } from "../quickbooks/limits.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Item } from "../quickbooks/wire.ts";
import type { Warning } from "../failures/warning.ts";
import { FittedTexts } from "./fitted-texts.ts";
import { whileDoing } from "../failures/failed-while.ts";
import type { Doing } from "../failures/subject.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import { type Resolving, linkOnce, requestIdOf } from "./resolving.ts";
import { inactiveReference } from "../failures/inactive-reference.ts";

const MAX_NAME_TRIES = 10;

interface Wanted {
  key: string;
  sku: string | null;
  name: string;
  description: string | null;
  warnings: Warning[];
}

/** One link per order line, in order. At most two reads for all lines that are not known yet. */
export async function resolveItems(work: Resolving): Promise<Link[]> {
  const { db, connection } = work.context;
  const wanted = work.content.order.lines.map(wantedItem);
  const known = await findLinks(db, connection.id, "item", [...new Set(wanted.map((item) => item.key))]);
  const unknown = [...new Map(wanted.filter((item) => !known.has(item.key)).map((item) => [item.key, item])).values()];
  const [first] = unknown;
  const found = first ? await whileDoing(doingItem(first), () => lookUp(work, unknown)) : [];
  for (const item of unknown) {
    known.set(
      item.key,
      await linkOnce(work, "item", item.key, () => whileDoing(doingItem(item), () => findOrCreate(work, item, found))),
    );
  }
  return wanted.map((item) => {
    const link = known.get(item.key);
    if (!link) throw new Error(`No link for ${item.key}`);
    return link;
  });
}

/** A service item of ours such as 'Shipping', for companies that have QuickBooks' own line switched off. */
export function plainItem(work: Resolving, name: string): Promise<Link> {
  const wanted: Wanted = { key: `name:${name.toLowerCase()}`, sku: null, name, description: null, warnings: [] };
  const doing = { kind: "item", name, sku: null } as const;
  const make = async () => {
    const match = (await findItemsByName(work.qb, [name])).find((item) => isNamed(item, name) && item.isActive);
    const item = match ?? (await create(work, wanted, name, { type: "service" }));
    return { qboId: item.id, name: item.name, warnings: [] };
  };
  return linkOnce(work, "item", wanted.key, () => whileDoing(doing, make));
}

/** The keys under which the lines' items are remembered, and their names; for the preview. */
export function itemKeysOf(content: InvoiceContent): { key: string; name: string }[] {
  return content.order.lines.map(wantedItem);
}

function wantedItem(line: OrderLine): Wanted {
  const texts = new FittedTexts();
  const sku = line.sku ? texts.fit(line.sku.trim(), MAX_SKU_CHARS, "The SKU", { isLine: true }) || null : null;
  const name = texts.fit(line.name?.trim() || line.sku?.trim() || "", MAX_ITEM_NAME_CHARS, "The item name", {
    isName: true,
  });
  const usable = name || (sku ? cleanText(sku, MAX_ITEM_NAME_CHARS, { isName: true }).text : "") || "Item";
  return {
    key: sku ? `sku:${sku.toLowerCase()}` : `name:${usable.toLowerCase()}`,
    sku,
    name: usable,
    description: line.description ?? line.name,
    warnings: texts.warnings,
  };
}

function doingItem({ name, sku }: Wanted): Doing {
  return { kind: "item", name, sku };
}

async function lookUp(work: Resolving, unknown: readonly Wanted[]): Promise<Item[]> {
  const bySku = await findItemsBySku(
    work.qb,
    unknown.flatMap((item) => (item.sku ? [item.sku] : [])),
  );
  const missing = unknown.filter((item) => !bySku.some((found) => hasSku(found, item.sku)));
  const byName = await findItemsByName(
    work.qb,
    missing.map((item) => item.name),
  );
  return [...bySku, ...byName];
}

async function findOrCreate(
  work: Resolving,
  wanted: Wanted,
  found: readonly Item[],
): Promise<Omit<Link, "kind" | "key">> {
  const match = pick(found, wanted);
  if (match) return linkTo(work, match, wanted, wanted.name);
  for (const name of namesToTry(wanted)) {
    try {
      return linkTo(work, await create(work, wanted, name, await kindOf(work)), wanted, name);
    } catch (error) {
      if (!isRefusedWith(error, NAME_TAKEN)) throw error;
      const again = pick(
        [
          ...(await findItemsBySku(work.qb, wanted.sku ? [wanted.sku] : [])),
          ...(await findItemsByName(work.qb, [name])),
        ],
        {
          ...wanted,
          name,
        },
      );
      if (again) return linkTo(work, again, wanted, name);
    }
  }
  return linkTo(work, await create(work, wanted, wanted.name, await kindOf(work)), wanted, wanted.name);
}

/** By SKU first; then by name, unless that one has another SKU. Active ones stand first in the list. */
function pick(found: readonly Item[], wanted: Wanted): Item | null {
  const bySku = found.find((item) => hasSku(item, wanted.sku));
  const byName = found.find(
    (item) => item.isActive && isNamed(item, wanted.name) && (item.sku === null || wanted.sku === null),
  );
  return (bySku?.isActive ? bySku : null) ?? byName ?? bySku ?? null;
}

async function create(work: Resolving, wanted: Wanted, name: string, kind: ItemKind): Promise<Item> {
  const incomeAccountId = await accountId(work, "income", work.context.connection.incomeAccount);
  const description = wanted.description ? cleanText(wanted.description, MAX_ITEM_DESCRIPTION_CHARS).text : "";
  const data: NewItem = {
    name,
    incomeAccountId,
    ...(wanted.sku ? { sku: wanted.sku } : {}),
    ...(description ? { description } : {}),
    ...kind,
  };
  return createItem(work.qb, data, await requestIdOf(work, { kind: "item", key: wanted.key, name }));
}

type ItemKind =
  | { type: "non_inventory" | "service" }
  | { type: "inventory"; cogsAccountId: string; assetAccountId: string; quantityOnHand: string; startDate: string };

/** The product settings as a new item needs them. Settings that are missing were refused before anything was resolved. */
async function kindOf(work: Resolving): Promise<ItemKind> {
  const { connection } = work.context;
  if (connection.itemType !== "inventory") return { type: connection.itemType ?? "service" };
  return {
    type: "inventory",
    cogsAccountId: await accountId(work, "cogs", connection.cogsAccount),
    assetAccountId: await accountId(work, "asset", connection.assetAccount),
    quantityOnHand: connection.defaultInventoryQuantity ?? "0",
    startDate: connection.inventoryStartDate ?? work.content.date,
  };
}

const ACCOUNT_LABELS: Readonly<Record<AccountRole, string>> = {
  income: "income account",
  cogs: "cost of goods sold account",
  asset: "inventory asset account",
};

async function accountId(work: Resolving, role: AccountRole, name: string | null): Promise<string> {
  if (!name) throw new Error(`The ${ACCOUNT_LABELS[role]} is not set`);
  const doing = { kind: "account", name, role: ACCOUNT_LABELS[role] } as const;
  const make = async () => {
    const found = await findAccountByName(work.qb, name);
    if (found && !found.isActive) throw inactive(work, "account", found.id, name, null);
    const account = found ?? (await createAccountOnce(work, name, role));
    return { qboId: account.id, name: account.name, warnings: [] };
  };
  const link = await linkOnce(work, "account", `name:${name.toLowerCase()}`, () => whileDoing(doing, make));
  return link.qboId;
}

async function createAccountOnce(
  work: Resolving,
  name: string,
  role: AccountRole,
): Promise<{ id: string; name: string }> {
  try {
    return await createAccount(work.qb, name, role, await requestIdOf(work, { kind: "account", key: role, name }));
  } catch (error) {
    if (!isRefusedWith(error, NAME_TAKEN)) throw error;
    const found = await findAccountByName(work.qb, name);
    if (!found) throw error;
    return found;
  }
}

function namesToTry(wanted: Wanted): string[] {
  const numbered = Array.from({ length: MAX_NAME_TRIES - 2 }, (_, index) => String(index + 2));
  const suffixes = [...(wanted.sku && wanted.sku !== wanted.name ? [wanted.sku] : []), ...numbered];
  return [wanted.name, ...suffixes.map((suffix) => withSuffix(wanted.name, suffix))];
}

function withSuffix(name: string, suffix: string): string {
  const tail = ` (${cleanText(suffix, MAX_ITEM_NAME_CHARS / 2, { isName: true }).text})`;
  return `${cleanText(name, MAX_ITEM_NAME_CHARS - tail.length, { isName: true }).text}${tail}`;
}

function linkTo(work: Resolving, item: Item, wanted: Wanted, name: string): Omit<Link, "kind" | "key"> {
  if (!item.isActive) throw inactive(work, "item", item.id, wanted.name, wanted.sku);
  const renamed: Warning = {
    code: "item_renamed",
    message: `The name '${wanted.name}' is held by another item in QuickBooks, so the item with SKU ${wanted.sku ?? "none"} stands there as '${item.name}'.`,
  };
  return {
    qboId: item.id,
    name: item.name,
    warnings: [...wanted.warnings, ...(name === wanted.name ? [] : [renamed])],
  };
}

/** Found, but deactivated: a person decides whether it comes back. */
export function inactive(
  work: Pick<Resolving, "context">,
  kind: "item" | "account" | "customer",
  id: string,
  name: string,
  sku: string | null,
): LocalRefusal {
  const error = inactiveReference(work.context.connection, { kind, id, name, sku });
  return new LocalRefusal(error);
}

function hasSku(item: Item, sku: string | null): boolean {
  return sku !== null && item.sku !== null && item.sku.toLowerCase() === sku.toLowerCase();
}

function isNamed(item: Item, name: string): boolean {
  return item.name.toLowerCase() === name.toLowerCase();
}
