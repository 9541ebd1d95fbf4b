/**
 * The accounts from the settings that a new item needs: found by name, created if there is none with that name. An
 * existing account is never changed.
 */
import {
  type AccountRole,
  createAccount,
  findAccountsByName,
  pickAccount,
  renameAccount,
} from "../quickbooks/accounts.ts";
import type { Letters } from "../quickbooks/letters.ts";
import { MAX_ACCOUNT_NAME_CHARS } from "../quickbooks/limits.ts";
import type { Account } from "../quickbooks/wire.ts";
import { type Desired, type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import { FittedTexts } from "./fitted-texts.ts";
import type { Link } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";

interface DesiredAccount extends Desired {
  role: AccountRole;
}

const ROLE_LABELS: Readonly<Record<AccountRole, string>> = {
  income: "income account",
  cogs: "cost of goods sold account",
  asset: "inventory asset account",
};

/** The link of the account. A missing setting was refused before resolving began. */
export async function resolveAccount(task: ResolveTask, role: AccountRole, name: string | null): Promise<Link> {
  if (!name) throw new Error(`The ${ROLE_LABELS[role]} is not set`);
  return findOrCreate(task, ACCOUNT, desiredAccount(name, role, task.context.connection.letters));
}

function desiredAccount(name: string, role: AccountRole, letters: Letters): DesiredAccount {
  const texts = new FittedTexts(letters);
  const what = `The name of the ${ROLE_LABELS[role]},`;
  return {
    key: `name:${name.toLowerCase()}`,
    name: texts.fit(name, MAX_ACCOUNT_NAME_CHARS, what, { isLine: true }) || name,
    original: name,
    letters,
    role,
    warnings: texts.warnings,
    fit: (fewer) => desiredAccount(name, role, fewer),
  };
}

const ACCOUNT: ReferenceKind<DesiredAccount, Account> = {
  kind: "account",
  doing: ({ name, role }) => ({ kind: "account", name, role: ROLE_LABELS[role] }),
  lookUp: ({ qb }, _desired, names) => findAccountsByName(qb, names),
  matches: (found, _desired, name) => {
    const account = pickAccount(found, name);
    return account ? [[account]] : [];
  },
  namesToTry: ({ name }) => [name],
  create: ({ qb }, { role }, { name, requestId }) => createAccount(qb, name, role, requestId),
  change: ({ qb }, { role }, { id, name, requestId }) => renameAccount(qb, id, { name, role }, requestId),
  nameOf: ({ name }) => name,
};
