/**
 * Names from the company (accounts, customers, items) for type-ahead: a cache in D1, so that a page costs no metered
 * read. Never relied on: a name is looked up in QuickBooks when it is used.
 */
import { eq } from "drizzle-orm";
import { z } from "zod";
import type { Runtime } from "../app-context.ts";
import { type Db, runBatch } from "../platform/db.ts";
import { listAccounts } from "../quickbooks/accounts.ts";
import { listCustomers } from "../quickbooks/customers.ts";
import { listItems } from "../quickbooks/items.ts";
import { accessTo } from "./company-access.ts";
import { quickBooksFor } from "./company-facts.ts";
import type { Connection } from "./connection.ts";
import { companyLists } from "./schema.ts";

/** More names would not help anybody who types, and the size of a D1 row is limited. */
const MAX_KEPT_NAMES = 1_000;
/** After this a page that shows the names reads them again. */
const FRESH_MS = 12 * 3_600_000;

const nameRow = z.object({ name: z.string(), type: z.string() });
type NameRow = z.infer<typeof nameRow>;

export interface CompanyNames {
  /** Active accounts by full name, with their type. */
  accounts: NameRow[];
  customers: string[];
  /** When they were read; null if never. */
  readAt: string | null;
  /** As `readAt`, of the customers alone: an event drops one list. */
  customersReadAt: string | null;
  /** Items by full name. Read only for the page that needs them. */
  items: string[];
  itemsReadAt: string | null;
}

/** The names as they were last read. */
export async function listCompanyNames(db: Db, connectionId: string): Promise<CompanyNames> {
  const rows = await db.select().from(companyLists).where(eq(companyLists.connectionId, connectionId));
  const named = (kind: string): NameRow[] => {
    const row = rows.find((item) => item.kind === kind);
    return row ? z.array(nameRow).parse(JSON.parse(row.rows)) : [];
  };
  const readAtOf = (kind: string): string | null => rows.find((row) => row.kind === kind)?.readAt ?? null;
  return {
    accounts: named("account"),
    customers: named("customer").map((row) => row.name),
    readAt: readAtOf("account"),
    customersReadAt: readAtOf("customer"),
    items: named("item").map((row) => row.name),
    itemsReadAt: readAtOf("item"),
  };
}

/** Whether names that were read then are old enough to be read again. */
export function isStale(readAt: string | null, now: Date): boolean {
  return readAt === null || Date.parse(readAt) < now.getTime() - FRESH_MS;
}

/** Reads the lists from QuickBooks: two metered reads. Throws QuickBooksError. */
export async function refreshCompanyNames(runtime: Runtime, connection: Connection): Promise<CompanyNames> {
  const { env, config, db, now } = runtime;
  const qb = quickBooksFor(config, accessTo(env, connection));
  const accounts = (await listAccounts(qb)).rows
    .filter((row) => row.isActive)
    .map((row) => ({ name: row.fullName, type: row.type }));
  const customers = (await listCustomers(qb)).rows.map((row) => ({ name: row.displayName, type: "" }));
  await runBatch(db, [
    keep(db, { connectionId: connection.id, kind: "account", names: accounts }, now),
    keep(db, { connectionId: connection.id, kind: "customer", names: customers }, now),
  ]);
  return listCompanyNames(db, connection.id);
}

/** Reads the names of the items from QuickBooks: one metered read per 1,000. Throws QuickBooksError. */
export async function refreshItemNames(runtime: Runtime, connection: Connection): Promise<CompanyNames> {
  const { env, config, db, now } = runtime;
  const { rows } = await listItems(quickBooksFor(config, accessTo(env, connection)));
  const names = rows.map((row) => ({ name: row.fullName, type: row.type }));
  await keep(db, { connectionId: connection.id, kind: "item", names }, now);
  return listCompanyNames(db, connection.id);
}

interface NameList {
  connectionId: string;
  kind: "account" | "customer" | "item";
  names: NameRow[];
}

function keep(db: Db, { connectionId, kind, names }: NameList, now: Date) {
  const kept = names.slice(0, MAX_KEPT_NAMES).toSorted((a, b) => a.name.localeCompare(b.name));
  const row = { connectionId, kind, rows: JSON.stringify(kept), readAt: now.toISOString() };
  return db
    .insert(companyLists)
    .values(row)
    .onConflictDoUpdate({
      target: [companyLists.connectionId, companyLists.kind],
      set: { rows: row.rows, readAt: row.readAt },
    });
}
