/**
 * Finds the customer or item in QuickBooks that a person or a program names, to link it by hand. Creates nothing.
 */
import { isRefusedWith } from "../quickbooks/faults.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { OBJECT_NOT_FOUND } from "../quickbooks/codes.ts";
import { findCustomersByName, readCustomer } from "../quickbooks/customers.ts";
import { findItemsById, findItemsByName } from "../quickbooks/items.ts";
import { isSameName } from "../quickbooks/names.ts";
import type { Customer, Item } from "../quickbooks/wire.ts";

/** By its name there (of an item in a category also 'Category:Item'), or by QuickBooks' ID. */
export type Named = { name: string } | { qboId: string };

/** A record that can be linked. */
export interface FoundRecord {
  qboId: string;
  name: string;
  /** Customers: whether QuickBooks charges tax. */
  isTaxable: boolean | null;
  /** Customers, where there are several currencies. */
  currency: string | null;
}

/** All active records that are meant; usually one. One metered read. Throws QuickBooksError. */
export async function findRecords(qb: QuickBooks, kind: "customer" | "item", named: Named): Promise<FoundRecord[]> {
  return kind === "customer"
    ? (await findCustomers(qb, named)).filter(({ isActive }) => isActive).map(ofCustomer)
    : (await findItems(qb, named)).filter(({ isActive }) => isActive).map(ofItem);
}

async function findCustomers(qb: QuickBooks, named: Named): Promise<Customer[]> {
  if ("name" in named)
    return (await findCustomersByName(qb, [named.name])).filter((one) => isSameName(one.displayName, named.name));
  try {
    return [await readCustomer(qb, named.qboId)];
  } catch (error) {
    if (isRefusedWith(error, OBJECT_NOT_FOUND)) return [];
    throw error;
  }
}

async function findItems(qb: QuickBooks, named: Named): Promise<Item[]> {
  if ("qboId" in named) return (await findItemsById(qb, [named.qboId])).filter(isSold);
  const { name } = named;
  const found = await findItemsByName(qb, [...new Set([name, name.slice(name.lastIndexOf(":") + 1).trim()])]);
  const full = found.filter((item) => isSameName(item.fullName, name));
  return full.length > 0 ? full : found.filter((item) => isSameName(item.name, name));
}

/** No invoice line can name a category or a bundle. */
function isSold({ type }: Item): boolean {
  return type !== "Category" && type !== "Group";
}

function ofCustomer({ id, displayName, isTaxable, currency }: Customer): FoundRecord {
  return { qboId: id, name: displayName, isTaxable, currency };
}

function ofItem({ id, fullName }: Item): FoundRecord {
  return { qboId: id, name: fullName, isTaxable: null, currency: null };
}
