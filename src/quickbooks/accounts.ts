/**
 * The company's chart of accounts: finds, lists and creates accounts. A name may be that of a sub-account
 * (`Parent:Child`). Accounts are never changed or deactivated from here.
 */
import type { QuickBooks } from "./client.ts";
import { activeOrNot, withoutSuffix } from "./inactive-names.ts";
import { isSameName, nameClauses } from "./names.ts";
import { ACTIVE_OR_NOT, selectAll, selectAny } from "./query.ts";
import { type Account, account } from "./wire.ts";
import { type Written, changeRecord, writeRecord } from "./write-record.ts";

const MAX_LISTED_ACCOUNTS = 5000;

/** The types of the accounts that we create; type and subtype always match (docs/qbo-api.md, section 5.4). */
export const ACCOUNT_ROLES = {
  income: { type: "Income", subType: "SalesOfProductIncome" },
  cogs: { type: "Cost of Goods Sold", subType: "SuppliesMaterialsCogs" },
  asset: { type: "Other Current Asset", subType: "Inventory" },
} as const;

export type AccountRole = keyof typeof ACCOUNT_ROLES;

/** Accounts with one of the names or full names, inactive ones too, and perhaps others. Mostly one read. */
export async function findAccountsByName(qb: QuickBooks, names: readonly string[]): Promise<Account[]> {
  const leaves = names.map((name) => name.slice(name.lastIndexOf(":") + 1).trim());
  const clauses = nameClauses("Name", activeOrNot(leaves));
  return selectAny(
    qb,
    clauses.map(({ text }) => ({ entity: "Account", schema: account, clauses: [text, ACTIVE_OR_NOT] })),
  );
}

/**
 * The account that `name`, its name or full name, refers to; active accounts come before inactive ones, top-level ones before
 * sub-accounts. Null if there is none. Pure.
 */
export function pickAccount(rows: readonly Account[], name: string): Account | null {
  const wanted = plainPath(name);
  const isIt = (row: Account): boolean => isSameName(plainPath(row.fullName), wanted);
  const matches = rows.filter(
    (row) => isIt(row) || (!name.includes(":") && isSameName(withoutSuffix(row.name), wanted)),
  );
  const rank = (row: Account): number => (row.isActive ? 0 : 2) + (isIt(row) ? 0 : 1);
  return matches.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** All accounts, including inactive ones. One read per 1,000. */
export async function listAccounts(qb: QuickBooks): Promise<{ rows: Account[]; isComplete: boolean }> {
  return selectAll(qb, { entity: "Account", schema: account, clauses: [ACTIVE_OR_NOT] }, MAX_LISTED_ACCOUNTS);
}

/** Creates a top-level account for a role. Throws QuickBooksError; 6240 says that the name is taken. */
export function createAccount(
  qb: QuickBooks,
  name: string,
  role: AccountRole,
  requestId: string,
): Promise<Written<Account>> {
  return writeRecord(qb, { entity: "Account", schema: account, body: bodyOf(name, role), requestId });
}

/** Renames an account that was created for the role. Throws like `createAccount`. */
export function renameAccount(
  qb: QuickBooks,
  id: string,
  { name, role }: { name: string; role: AccountRole },
  requestId: string,
): Promise<Account> {
  return changeRecord(qb, id, { entity: "Account", schema: account, body: bodyOf(name, role), requestId });
}

/** Accounts know no sparse update (docs/qbo-api.md, section 5.4); this is all that one of ours has. */
function bodyOf(name: string, role: AccountRole) {
  const { type, subType } = ACCOUNT_ROLES[role];
  return { Name: name, AccountType: type, AccountSubType: subType };
}

function plainPath(name: string): string {
  const plain = name
    .split(":")
    .map((part) => part.trim())
    .join(":");
  return withoutSuffix(plain);
}
