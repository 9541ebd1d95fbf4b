/**
 * Customers of a company: finds, lists and creates them. Display names are unique across customers, vendors and employees,
 * ignoring case, so a name can be taken by somebody whom a query for customers does not find.
 */
import { z } from "zod";
import { runQueries } from "./batch.ts";
import { type QuickBooks, call } from "./client.ts";
import { activeOrNot } from "./inactive-names.ts";
import { ACTIVE_OR_NOT, inList, select, selectAll } from "./query.ts";
import { type Customer, customer, readPart } from "./wire.ts";

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

/** Customers with one of the names, ignoring case, including inactive ones (whose name ends in ` (deleted)`). One read. */
export async function findCustomersByName(qb: QuickBooks, names: readonly string[]): Promise<Customer[]> {
  if (names.length === 0) return [];
  const clauses = [inList("DisplayName", activeOrNot(names)), ACTIVE_OR_NOT];
  return select(qb, { entity: "Customer", schema: customer, clauses });
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

/** Who has exactly this display name: a customer, vendor or employee, active or not. One batch of three reads. */
export async function findNameHolder(qb: QuickBooks, name: string): Promise<NameHolder | null> {
  const kinds = ["Customer", "Vendor", "Employee"] as const;
  const clauses = [inList("DisplayName", [name]), ACTIVE_OR_NOT];
  const found = await runQueries(
    qb,
    kinds.map((entity) => ({ entity, schema: named, clauses })),
  );
  for (const [i, kind] of kinds.entries()) {
    const holder = found[i]?.[0];
    if (holder !== undefined) return { kind, ...holder };
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

/** Throws QuickBooksError; 6240 says that the name is taken. */
export async function createCustomer(qb: QuickBooks, data: NewCustomer, requestId: string): Promise<Customer> {
  const body = JSON.stringify({
    DisplayName: data.displayName,
    CompanyName: data.companyName,
    PrimaryEmailAddr: data.email === undefined ? undefined : { Address: data.email },
    PrimaryPhone: data.phone === undefined ? undefined : { FreeFormNumber: data.phone },
    BillAddr: data.billing === undefined ? undefined : toWireAddress(data.billing),
    ShipAddr: data.shipping === undefined ? undefined : toWireAddress(data.shipping),
    CurrencyRef: data.currency === undefined ? undefined : { value: data.currency },
  });
  const answer = await call(qb, { kind: "write", method: "POST", path: "/customer", body, requestId });
  return readPart(customer, answer, "Customer");
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
