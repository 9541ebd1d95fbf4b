/**
 * The company's chart of accounts: finds, lists and creates accounts. A name may be that of a sub-account
 * (`Parent:Child`). Accounts are never changed or deactivated from here.
 */
import { type Answer, type QuickBooks, call } from "./client.ts";
import { activeOrNot, withoutSuffix } from "./inactive-names.ts";
import { ACTIVE_OR_NOT, inList, select, selectAll } from "./query.ts";
import { type Account, account, readPart } from "./wire.ts";

const MAX_LISTED_ACCOUNTS = 5000;

/** The types of the accounts that we create; type and subtype always match (docs/qbo-api.md, section 5.4). */
export const ACCOUNT_ROLES = {
  income: { type: "Income", subType: "SalesOfProductIncome" },
  cogs: { type: "Cost of Goods Sold", subType: "SuppliesMaterialsCogs" },
  asset: { type: "Other Current Asset", subType: "Inventory" },
} as const;

export type AccountRole = keyof typeof ACCOUNT_ROLES;

/**
 * The account with that name or full name, ignoring case; active accounts come before inactive ones, top-level ones before
 * sub-accounts. Null if there is none. One read.
 */
export async function findAccountByName(qb: QuickBooks, name: string): Promise<Account | null> {
  const leaf = name.slice(name.lastIndexOf(":") + 1).trim();
  const rows = await select(qb, {
    entity: "Account",
    schema: account,
    clauses: [inList("Name", activeOrNot([leaf])), ACTIVE_OR_NOT],
  });
  return pickAccount(rows, name);
}

/** The account that `name` refers to. Pure. */
export function pickAccount(rows: readonly Account[], name: string): Account | null {
  const wanted = fold(name);
  const matches = rows.filter(
    (row) => fold(row.fullName) === wanted || (!name.includes(":") && fold(row.name) === wanted),
  );
  const rank = (row: Account): number => (row.isActive ? 0 : 2) + (fold(row.fullName) === wanted ? 0 : 1);
  return matches.toSorted((a, b) => rank(a) - rank(b))[0] ?? null;
}

/** All accounts, including inactive ones. One read per 1,000. */
export async function listAccounts(qb: QuickBooks): Promise<{ rows: Account[]; isComplete: boolean }> {
  return selectAll(qb, { entity: "Account", schema: account, clauses: [ACTIVE_OR_NOT] }, MAX_LISTED_ACCOUNTS);
}

/** Creates a top-level account for a role. Throws QuickBooksError; 6240 says that the name is taken. */
export async function createAccount(
  qb: QuickBooks,
  name: string,
  role: AccountRole,
  requestId: string,
): Promise<Account> {
  const { type, subType } = ACCOUNT_ROLES[role];
  const body = JSON.stringify({ Name: name, AccountType: type, AccountSubType: subType });
  const answer: Answer = await call(qb, { kind: "write", method: "POST", path: "/account", body, requestId });
  return readPart(account, answer, "Account");
}

function fold(name: string): string {
  const plain = name
    .split(":")
    .map((part) => part.trim())
    .join(":");
  return withoutSuffix(plain).toLowerCase();
}
