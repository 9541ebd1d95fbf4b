/**
 * The QuickBooks customer of a document (docs/contract.md, section 8). The first time, an active customer with that
 * name that belongs to no other buyer is adopted, otherwise one is created; if the name is taken, the buyer's ID is
 * appended, with a warning.
 */
import { type NewCustomer, changeCustomer, createCustomer, findCustomersByName } from "../quickbooks/customers.ts";
import { MAX_DISPLAY_NAME_CHARS } from "../quickbooks/limits.ts";
import { isSameName } from "../quickbooks/names.ts";
import type { Customer } from "../quickbooks/wire.ts";
import type { DesiredCustomer } from "./desired-customer.ts";
import { type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import { type Link, isLinkedElsewhere } from "./links.ts";
import { namesToTry } from "./names-to-try.ts";
import { type ResolveTask, withLock } from "./resolve-task.ts";

/** The link of the customer. One look-up per name at a time, so that two buyers with the same name are kept apart. */
export function resolveCustomer(task: ResolveTask, desired: DesiredCustomer): Promise<Link> {
  return withLock(task.context, `customer ${desired.name.toLowerCase()}`, () => findOrCreate(task, CUSTOMER, desired));
}

const CUSTOMER: ReferenceKind<DesiredCustomer, Customer> = {
  kind: "customer",
  doing: ({ name }) => ({ kind: "customer", name }),
  lookUp: ({ qb }, _desired, names) => findCustomersByName(qb, names),
  matches: (found, { currency }, name) => {
    const fitting = found.filter((customer) => {
      const isSameCurrency = currency === null || customer.currency === null || customer.currency === currency;
      return customer.isActive && isSameName(customer.displayName, name) && isSameCurrency;
    });
    return fitting.toSorted((a, b) => Number(b.displayName === name) - Number(a.displayName === name));
  },
  isFree: async ({ context }, desired, { id }) =>
    desired.isShared ||
    !(await isLinkedElsewhere(context.db, context.connection.id, { kind: "customer", qboId: id, key: desired.key })),
  namesToTry: (desired) => namesToTry(desired, desired.suffixes, MAX_DISPLAY_NAME_CHARS),
  create: ({ qb }, desired, { name, requestId }) => createCustomer(qb, customerOf(desired, name), requestId),
  change: ({ qb }, desired, { id, name, requestId }) => changeCustomer(qb, id, customerOf(desired, name), requestId),
  nameOf: ({ displayName }) => displayName,
  isTaxable: ({ isTaxable }) => isTaxable,
  renamed: ({ name }, nameInQuickBooks) => ({
    code: "customer_renamed",
    message: `The name '${name}' is already used in QuickBooks, so the customer appears there as '${nameInQuickBooks}'.`,
  }),
};

function customerOf({ details, currency }: DesiredCustomer, name: string): NewCustomer {
  return { displayName: name, ...details, ...(currency ? { currency } : {}) };
}
