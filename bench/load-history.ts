/**
 * Loads a company's history into the local D1, through the metered Worker's own door. The rows go in with one statement
 * for many of them, by the same triggers and indexes as any other write.
 */
import { type SQLiteTable, getTableConfig } from "drizzle-orm/sqlite-core";
import { connections } from "../src/connections/schema.ts";
import { instances } from "../src/instances/schema.ts";
import { invoices } from "../src/invoices/schema.ts";
import { orders } from "../src/orders/schema.ts";
import type { NewInvoiceRow } from "../src/invoicing/invoice-row.ts";
import { pushOf } from "../src/invoicing/invoice-writes.ts";
import { pushAttempts, pushes } from "../src/pushes/schema.ts";
import { COMPANY, companyHistory, CONNECTION_IDS, connectionOf, INSTANCE_IDS, NOW } from "./company-history.ts";
import { LOAD_PATH } from "./meter-headers.ts";

const ROWS_PER_STATEMENT = 250;

export interface Loaded {
  /** Places of all invoices as lists sort them, newest first: date and ID. */
  places: { date: string; id: string }[];
  /** Rows that D1 wrote for an invoice, indexes and counts included. */
  rowsWrittenPerInvoice: number;
}

/** Loads everything and answers what lists have to show. */
export async function loadHistory(origin: string): Promise<Loaded> {
  const at = NOW.toISOString();
  const stamps = { createdAt: at, updatedAt: at };
  await load(
    origin,
    connections,
    CONNECTION_IDS.map((id, place) => ({
      id,
      realmId: `93410000000000${place}`,
      companyName: `Company ${place + 1}`,
      state: place === 0 ? "connected" : "reconnect_needed",
      stateChangedAt: at,
      company: JSON.stringify(COMPANY),
      companyReadAt: at,
      ...stamps,
    })),
  );
  await load(
    origin,
    instances,
    INSTANCE_IDS.map((id) => ({ id, name: `Shop ${id}`, connectionId: connectionOf(id), ...stamps })),
  );
  return loadInvoices(origin);
}

async function loadInvoices(origin: string): Promise<Loaded> {
  const places: Loaded["places"] = [];
  const waiting = { orders: [] as object[], invoices: [] as NewInvoiceRow[], attempts: [] as object[] };
  let rowsWritten = 0;
  const flush = async (): Promise<void> => {
    await load(origin, orders, waiting.orders.splice(0));
    const made = waiting.invoices.splice(0);
    rowsWritten += await load(origin, invoices, made);
    rowsWritten += await load(origin, pushes, made.map(pushOf));
    await load(origin, pushAttempts, waiting.attempts.splice(0));
  };
  for (const { order, invoice, attempt } of companyHistory()) {
    waiting.orders.push(order);
    if (invoice) {
      waiting.invoices.push(invoice);
      places.push({ date: invoice.date, id: invoice.id });
    }
    if (attempt) waiting.attempts.push(attempt);
    if (waiting.orders.length >= ROWS_PER_STATEMENT) await flush();
  }
  await flush();
  const key = ({ date, id }: { date: string; id: string }): string => `${date}_${id}`;
  places.sort((a, b) => (key(a) < key(b) ? 1 : -1));
  return { places, rowsWrittenPerInvoice: rowsWritten / places.length };
}

/** Answers how many rows D1 wrote. */
async function load(origin: string, table: SQLiteTable, rows: readonly object[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { name, columns } = getTableConfig(table);
  const stored = columns.filter((column) => column.generated === undefined);
  const keys = new Map(Object.entries(table).map(([key, column]) => [column as unknown, key]));
  const cells = rows.map((row) => {
    const given = new Map<string, unknown>(Object.entries(row));
    return stored.map((column): unknown => given.get(keys.get(column) ?? "") ?? (column.default as unknown) ?? null);
  });
  const response = await fetch(origin + LOAD_PATH, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ table: name, columns: stored.map((column) => column.name), rows: JSON.stringify(cells) }),
  });
  if (!response.ok)
    throw new Error(`Loading ${name} answered ${response.status}: ${(await response.text()).slice(0, 400)}`);
  return (await response.json<{ rowsWritten: number }>()).rowsWritten;
}
