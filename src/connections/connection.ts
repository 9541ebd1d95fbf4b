/**
 * A connection: our authorization to act on one QuickBooks company. Types, the parsed row, and the table of its
 * states. Pure: reads and writes are in store.ts.
 */
import type { InferSelectModel } from "drizzle-orm";
import { z } from "zod";
import type { SalesTaxCode } from "../quickbooks/tax-codes.ts";
import type { connections } from "./schema.ts";

export type ConnectionState = "connected" | "reconnect_needed" | "disconnected";

const salesTaxCodeSchema: z.ZodType<SalesTaxCode> = z.object({
  id: z.string(),
  name: z.string(),
  percent: z.string(),
  rates: z.array(z.object({ rateId: z.string(), percent: z.string() })),
  isReversed: z.boolean(),
});

/** What we store about the company itself (CompanyInfo and Preferences, docs/qbo-api.md, sections 5.1 and 5.2). */
export const companyFactsSchema = z.object({
  country: z.string(),
  homeCurrency: z.string(),
  multicurrency: z.boolean(),
  customTxnNumbers: z.boolean(),
  allowShipping: z.boolean(),
  allowDiscount: z.boolean(),
  usingSalesTax: z.boolean(),
  automatedSalesTax: z.boolean(),
  /** US: whether automated sales tax was set up to the end; facts stored by an earlier version don't say. */
  automatedTaxSetUp: z.boolean().default(true),
  /** Inventory tracking is switched on. */
  quantityOnHand: z.boolean(),
  offeringSku: z.string().nullable(),
  subscriptionStatus: z.string().nullable(),
  /** State or province of the company's address, e.g. `NV`. */
  region: z.string().nullable().default(null),
  /** Active codes for sales; empty if invoices carry none. Null: stored by an earlier version, which read none. */
  taxCodes: z.array(salesTaxCodeSchema).nullable().default(null),
});
export type CompanyFacts = z.infer<typeof companyFactsSchema>;

type Row = InferSelectModel<typeof connections>;

/** A row of `connections` with its company facts read. */
export type Connection = Omit<Row, "company"> & { company: CompanyFacts };

const TRANSITIONS: Readonly<Record<ConnectionState, readonly ConnectionState[]>> = {
  connected: ["connected", "reconnect_needed", "disconnected"],
  reconnect_needed: ["reconnect_needed", "connected", "disconnected"],
  disconnected: ["disconnected", "connected"],
};

/** Whether `to` may follow `from`. */
export function mayFollow(from: ConnectionState, to: ConnectionState): boolean {
  return TRANSITIONS[from].includes(to);
}

/** The states from which a connection may move to `to`; the store's UPDATE has them in its WHERE. */
export function statesBefore(to: ConnectionState): ConnectionState[] {
  return (Object.keys(TRANSITIONS) as ConnectionState[]).filter((from) => mayFollow(from, to));
}
