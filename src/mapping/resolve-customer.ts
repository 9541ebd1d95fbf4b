/**
 * The QuickBooks customer of a document (docs/contract.md, section 8). The first time, an active customer with that
 * name that belongs to no other buyer is adopted, otherwise one is created; if the name is taken, the buyer's ID is
 * appended, with a warning.
 */
import {
  type NewCustomer,
  changeCustomer,
  createCustomer,
  findCustomersByName,
  readCustomerIfThere,
} from "../quickbooks/customers.ts";
import { MAX_DISPLAY_NAME_CHARS } from "../quickbooks/limits.ts";
import { isSameFullName, isSameName, lastPart } from "../quickbooks/names.ts";
import type { Customer } from "../quickbooks/wire.ts";
import { exactnessOf } from "./adopt.ts";
import type { DesiredCustomer } from "./desired-customer.ts";
import { type ReferenceKind, findOrCreate } from "./find-or-create.ts";
import { guestWarnings, isOtherBuyer, movedWarning, newlyKnown } from "./known-buyer.ts";
import { type Link, isLinkedElsewhere, recordBuyer } from "./links.ts";
import { namesToTry } from "./names-to-try.ts";
import { type ResolveTask, withLock } from "./resolve-task.ts";

/**
 * The link of the customer. One look-up per key and per name at a time, so that two buyers with the same name, or with
 * the same ID, are kept apart.
 */
export function resolveCustomer(task: ResolveTask, desired: DesiredCustomer): Promise<Link> {
  const { context } = task;
  const ofName = () => withLock(context, `customer ${desired.name.toLowerCase()}`, () => resolve(task, desired));
  return withLock(context, `customer key ${desired.key}`, ofName);
}

async function resolve(task: ResolveTask, desired: DesiredCustomer): Promise<Link> {
  const { db, connection } = task.context;
  const link = await findOrCreate(task, CUSTOMER, desired);
  const buyer = newlyKnown(link, desired, CUSTOMER.namesToTry(desired));
  if (buyer) await recordBuyer(db, connection.id, link, buyer);
  return { ...link, warnings: [...link.warnings, ...guestWarnings(link, desired)] };
}

const CUSTOMER: ReferenceKind<DesiredCustomer, Customer> = {
  kind: "customer",
  doing: ({ name }) => ({ kind: "customer", name }),
  lookUp: ({ qb }, { full }, names) => findCustomersByName(qb, names, full ? [lastPart(full.name)] : []),
  matches: (found, desired, name) => {
    const { currency, full, isShared } = desired;
    const usable = found.filter(
      (one) => one.isActive && (currency === null || one.currency === null || one.currency === currency),
    );
    const exactness = (one: Customer) => exactnessOf(one.displayName, one.fullName, [full?.name ?? name, name]);
    const best = (some: Customer[]) => some.toSorted((a, b) => exactness(b) - exactness(a));
    return [
      best(usable.filter((one) => full && isSameFullName(one.fullName, full.name))),
      // A buyer is nobody's sub-customer, unless the order says so; the shared customer is whatever a person chose.
      best(usable.filter((one) => isSameName(one.displayName, name) && (isShared || !one.isSubCustomer))),
    ];
  },
  isFree: async ({ context }, desired, { id }) =>
    desired.isShared ||
    !(await isLinkedElsewhere(context.db, context.connection.id, { kind: "customer", qboId: id, key: desired.key })),
  read: ({ qb }, id) => readCustomerIfThere(qb, id),
  isStill: (known, { buyer }) => !isOtherBuyer(known.buyer, buyer),
  moved: movedWarning,
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
