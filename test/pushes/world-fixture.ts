/**
 * What tests of pushes ask of a small world (test/simulation): an invoice is made the way order systems make it, then put
 * where the test wants it. The world itself runs in memory (world-in-memory.ts) or in workerd (world-in-workerd.ts).
 */
import { eq } from "drizzle-orm";
import type { InvoiceRow } from "../../src/invoicing/invoice-row.ts";
import type { BookInvoice } from "../simulation/books.ts";
import type { Trouble } from "../simulation/network.ts";
import type { Content } from "../simulation/simulated-order-system.ts";
import { saveInstanceAs } from "../simulation/people.ts";
import type { World } from "../simulation/world.ts";
import { selectInvoices } from "../../src/invoicing/invoice-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

export const CONTENT: Content = {
  buyer: 0,
  lines: [{ sku: 1, quantity: 2, cents: 1234 }],
  discountCents: 0,
  shippingCents: 0,
  taxCents: 0,
};
export const OTHER: Content = { ...CONTENT, lines: [{ sku: 1, quantity: 3, cents: 999 }] };

/** An invoice that nobody has asked to send, with these columns on top. */
export async function makeInvoice(world: World, patch: Partial<InvoiceRow> = {}): Promise<InvoiceRow> {
  await world.complete(saveInstanceAs(world, { auto_invoice: false }));
  await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
  await world.complete(saveInstanceAs(world, { auto_invoice: true }));
  const row = await onlyRow(world);
  return change(world, row.id, patch);
}

/** An invoice that came in by itself and is in QuickBooks. */
export async function sentInvoice(world: World): Promise<InvoiceRow> {
  await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
  await world.advance(8_000);
  return onlyRow(world);
}

/** An invoice that went out; the trouble befell its own request. */
export async function invoiceInTrouble(
  world: World,
  trouble: Partial<Trouble> & Pick<Trouble, "kind">,
): Promise<InvoiceRow> {
  world.network.troubles.push({ on: "invoice", doneMs: 100, answerMs: 60_000, ...trouble });
  await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
  await world.advance(12_000);
  return onlyRow(world);
}

/** Writes columns past all rules. */
export async function change(world: World, id: string, patch: Partial<InvoiceRow>): Promise<InvoiceRow> {
  if (Object.keys(patch).length > 0) await world.db.update(pushes).set(patch).where(eq(pushes.documentId, id));
  return rowOf(world, id);
}

export async function rowOf(world: World, id: string): Promise<InvoiceRow> {
  const [row] = await selectInvoices(world.db).where(eq(pushes.documentId, id));
  if (!row) throw new Error(`No invoice ${id}`);
  return row;
}

export async function onlyRow(world: World): Promise<InvoiceRow> {
  const rows = await selectInvoices(world.db);
  const [row] = rows;
  if (!row || rows.length > 1) throw new Error(`${rows.length} invoices`);
  return row;
}

/** The invoices in the first company's books that carry the row's mark. */
export function inBooks(world: World, row: InvoiceRow): BookInvoice[] {
  return [...(world.books[0]?.invoices.values() ?? [])].filter((invoice) =>
    invoice.PrivateNote.includes(`bookbridge:${row.id}`),
  );
}

export function errorOf(
  row: InvoiceRow,
): { category: string; message: string; remedy: string; code: string | null; fix: { action?: string } | null } | null {
  return row.error === null ? null : JSON.parse(row.error);
}

export function warningCodes(row: InvoiceRow): string[] {
  const warnings: { code: string }[] = JSON.parse(row.warnings);
  return warnings.map(({ code }) => code);
}

/** The first connection's ID. */
export function home(world: World): string {
  return world.connectionIds[0] ?? "";
}
