/**
 * The list of what a company's books can hold, by the name in the API's paths and by the name in queries. Anything else
 * does not exist for callers, and they get a fault that says so.
 */
import { accountKind } from "./account.ts";
import { customerKind } from "./customer.ts";
import { invoiceKind } from "./invoice.ts";
import { itemKind } from "./item.ts";
import type { EntityKind } from "./kind.ts";
import { paymentKind } from "./payment.ts";
import { paymentMethodKind, termKind } from "./term.ts";
import { employeeKind, vendorKind } from "./vendor.ts";

const KINDS: readonly EntityKind[] = [
  accountKind,
  customerKind,
  employeeKind,
  invoiceKind,
  itemKind,
  paymentKind,
  paymentMethodKind,
  termKind,
  vendorKind,
];

/** Entities that can be read and queried but not written. */
const READ_ONLY_TYPES = ["TaxCode", "TaxRate", "Class", "Department"];

/** The writable kind for a path such as `invoice` (lower case only), or null. */
export function kindOfPath(path: string): EntityKind | null {
  return KINDS.find((kind) => kind.type.toLowerCase() === path) ?? null;
}

export function kindOfType(type: string): EntityKind | null {
  return KINDS.find((kind) => kind.type === type) ?? null;
}

/** The type that a path or a query names, also for read-only entities; null for one that does not exist. */
export function typeOfName(name: string): string | null {
  const wanted = name.toLowerCase();
  return [...KINDS.map((kind) => kind.type), ...READ_ONLY_TYPES].find((type) => type.toLowerCase() === wanted) ?? null;
}
