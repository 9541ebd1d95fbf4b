/**
 * The accounts from the settings that a new item needs: found by name, created if there is none with that name. An
 * existing account is never changed.
 */
import { type AccountRole, createAccount, findAccountByName } from "../quickbooks/accounts.ts";
import type { Account } from "../quickbooks/wire.ts";
import { type Desired, type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import type { ResolveTask } from "./resolve-task.ts";

interface DesiredAccount extends Desired {
  role: AccountRole;
}

const ROLE_LABELS: Readonly<Record<AccountRole, string>> = {
  income: "income account",
  cogs: "cost of goods sold account",
  asset: "inventory asset account",
};

/** The ID of the account. A missing setting was refused before resolving began. */
export async function resolveAccount(task: ResolveTask, role: AccountRole, name: string | null): Promise<string> {
  if (!name) throw new Error(`The ${ROLE_LABELS[role]} is not set`);
  const desired = { key: `name:${name.toLowerCase()}`, name, role, warnings: [] };
  return (await findOrCreate(task, ACCOUNT, desired)).qboId;
}

const ACCOUNT: ReferenceKind<DesiredAccount, Account> = {
  kind: "account",
  doing: ({ name, role }) => ({ kind: "account", name, role: ROLE_LABELS[role] }),
  lookUp: async ({ qb }, _desired, name) => {
    const found = await findAccountByName(qb, name);
    return found ? [found] : [];
  },
  matches: (found) => found,
  namesToTry: ({ name }) => [name],
  create: ({ qb }, { role }, { name, requestId }) => createAccount(qb, name, role, requestId),
  nameOf: ({ name }) => name,
};
