/**
 * Customers of a company: finds, lists and creates them. Display names are unique across customers, vendors and employees,
 * ignoring case, so a name can be taken by somebody whom a query for customers does not find.
 */
import { z } from "zod";
import { runQueries } from "./batch.ts";
import { type QuickBooks, call } from "./client.ts";
import { OBJECT_NOT_FOUND } from "./codes.ts";
import { isRefusedWith } from "./faults.ts";
import { activeOrNot } from "./inactive-names.ts";
import { isSameName, nameClauses } from "./names.ts";
import { ACTIVE_OR_NOT, type Entity, selectAll, selectAny } from "./query.ts";
import { type Customer, customer, readPart } from "./wire.ts";
import { type Written, changeRecord, writeRecord } from "./write-record.ts";

const MAX_LISTED_CUSTOMERS = 5000;

export interface Address {
  lines: string[];
  city?: string;
  region?: string;
  postalCode?: string;
  country?: string;
}

/** Texts must already be cleaned and cut (text.ts, limits.ts). */
export interface NewCustomer {
  displayName: string;
  companyName?: string;
  email?: string;
  phone?: string;
  billing?: Address;
  shipping?: Address;
  /** ISO 4217; only if the company has several currencies. Can't be changed later. */
  currency?: string;
}

/**
 * Active customers with one of the names, or with a name that ends in one of `endings`, and perhaps others with similar
 * ones. Mostly one read.
 */
export async function findCustomersByName(
  qb: QuickBooks,
  names: readonly string[],
  endings: readonly string[] = [],
): Promise<Customer[]> {
  const clauses = nameClauses("DisplayName", names, { isLoose: true, endings });
  return selectAny(
    qb,
    clauses.map(({ text }) => ({ entity: "Customer", schema: customer, clauses: [text] })),
  );
}

/** Inactive customers that had the name. Mostly one read. */
export async function findInactiveCustomers(qb: QuickBooks, name: string): Promise<Customer[]> {
  const [, inactiveName = name] = activeOrNot([name]);
  const queries = namedIn("Customer", [inactiveName], [ACTIVE_OR_NOT]).map((query) => ({ ...query, schema: customer }));
  return (await selectAny(qb, queries)).filter((row) => !row.isActive && isSameName(row.displayName, inactiveName));
}

function namedIn<E extends Entity>(entity: E, names: readonly string[], clauses: readonly string[]) {
  return nameClauses("DisplayName", names, { isLoose: true }).map(({ text }) => ({
    entity,
    clauses: [text, ...clauses],
  }));
}

export interface NameHolder {
  kind: "Customer" | "Vendor" | "Employee";
  id: string;
  displayName: string;
  isActive: boolean;
}

const named = z
  .object({ Id: z.string(), DisplayName: z.string(), Active: z.boolean().default(true) })
  .transform((row) => ({ id: row.Id, displayName: row.DisplayName, isActive: row.Active }));

/** Who has this display name: a customer, vendor or employee, active or not. One batch of three reads. */
export async function findNameHolder(qb: QuickBooks, name: string): Promise<NameHolder | null> {
  const kinds = ["Customer", "Vendor", "Employee"] as const;
  const queries = kinds.flatMap((kind) => namedIn(kind, [name], [ACTIVE_OR_NOT]));
  const found = await runQueries(
    qb,
    queries.map((query) => ({ ...query, schema: named })),
  );
  for (const [i, { entity }] of queries.entries()) {
    const holder = found[i]?.find((row) => isSameName(row.displayName, name));
    if (holder !== undefined) return { kind: entity, ...holder };
  }
  return null;
}

/** All customers, for type-ahead; one read per 1,000. */
export async function listCustomers(qb: QuickBooks): Promise<{ rows: Customer[]; isComplete: boolean }> {
  return selectAll(qb, { entity: "Customer", schema: customer, clauses: [] }, MAX_LISTED_CUSTOMERS);
}

export async function readCustomer(qb: QuickBooks, id: string): Promise<Customer> {
  const answer = await call(qb, { kind: "read", method: "GET", path: `/customer/${encodeURIComponent(id)}` });
  return readPart(customer, answer, "Customer");
}

/** Null if there is no customer of that ID. */
export async function readCustomerIfThere(qb: QuickBooks, id: string): Promise<Customer | null> {
  try {
    return await readCustomer(qb, id);
  } catch (error) {
    if (isRefusedWith(error, OBJECT_NOT_FOUND)) return null;
    throw error;
  }
}

/** Throws QuickBooksError; 6240 says that the name is taken. */
export function createCustomer(qb: QuickBooks, data: NewCustomer, requestId: string): Promise<Written<Customer>> {
  const CurrencyRef = data.currency === undefined ? undefined : { value: data.currency };
  return writeRecord(qb, { entity: "Customer", schema: customer, body: { ...textsOf(data), CurrencyRef }, requestId });
}

/** Gives a customer other texts; everything else stays. Throws like `createCustomer`. */
export function changeCustomer(qb: QuickBooks, id: string, data: NewCustomer, requestId: string): Promise<Customer> {
  return changeRecord(qb, id, {
    entity: "Customer",
    schema: customer,
    body: { ...textsOf(data), sparse: true },
    requestId,
  });
}

function textsOf(data: NewCustomer) {
  return {
    DisplayName: data.displayName,
    CompanyName: data.companyName,
    PrimaryEmailAddr: data.email === undefined ? undefined : { Address: data.email },
    PrimaryPhone: data.phone === undefined ? undefined : { FreeFormNumber: data.phone },
    BillAddr: data.billing === undefined ? undefined : toWireAddress(data.billing),
    ShipAddr: data.shipping === undefined ? undefined : toWireAddress(data.shipping),
  };
}

/** The five address lines and the rest, in QuickBooks' property names. */
function toWireAddress(address: Address): Record<string, string | undefined> {
  const lines = Object.fromEntries(address.lines.slice(0, 5).map((line, i) => [`Line${i + 1}`, line]));
  return {
    ...lines,
    City: address.city,
    CountrySubDivisionCode: address.region,
    PostalCode: address.postalCode,
    Country: address.country,
  };
}
