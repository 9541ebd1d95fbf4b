/**
 * The invoice list as CSV (RFC 4180), with the page's filters. It streams, so a large list needs little memory. A text
 * that a spreadsheet would take for a formula is made harmless.
 */
import { type InvoiceFilter, listInvoices } from "../../invoicing/lists/list.ts";
import { type InvoiceView, invoiceView } from "../../invoices/view.ts";
import type { Db } from "../../platform/db.ts";

const ROWS_PER_READ = 500;
/** Bounds the reads of one request. A longer list is cut off, and its last line says so. */
const MAX_READS = 200;
const COLUMNS = [
  "number",
  "order_external_id",
  "customer_name",
  "date",
  "currency",
  "total",
  "push_status",
  "error",
  "qbo_invoice_id",
  "qbo_url",
] as const;

/** Downloads the matching invoices, newest first. */
export function exportInvoices(db: Db, filter: InvoiceFilter, qboAppUrl: string): Response {
  const headers = {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="invoices.csv"',
  };
  const encoder = new TextEncoder();
  const source = lines(db, filter, qboAppUrl);
  const body = new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await source.return();
    },
  });
  return new Response(body, { headers });
}

async function* lines(db: Db, filter: InvoiceFilter, qboAppUrl: string): AsyncGenerator<string, void, void> {
  yield `${COLUMNS.join(",")}\r\n`;
  let after: string | undefined;
  for (let read = 0; read < MAX_READS; read++) {
    const page = await listInvoices(db, filter, { limit: ROWS_PER_READ, after });
    yield page.rows.map((row) => csvLine(invoiceView(row, qboAppUrl))).join("");
    if (page.next === null) return;
    after = page.next;
  }
  yield `${csvCell(`Cut off after ${MAX_READS * ROWS_PER_READ} invoices: narrow the filter.`)}\r\n`;
}

function csvLine(invoice: InvoiceView): string {
  return `${COLUMNS.map((column) => csvCell(column === "error" ? (invoice.error?.message ?? "") : (invoice[column] ?? ""))).join(",")}\r\n`;
}

/** One cell, quoted if necessary; a leading =, +, -, @ or tab would make it a formula. */
export function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const safe = !isNumber && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
