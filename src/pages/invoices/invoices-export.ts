/**
 * The invoice list as CSV (RFC 4180) that Excel opens rightly, with the page's filters and order: a UTF-8 mark, every cell
 * quoted, and no text that a spreadsheet would take for a formula. It streams, so a large list needs little memory.
 */
import type { InvoiceFilter } from "../../invoicing/lists/filter.ts";
import { type InvoiceListRow, listInvoices } from "../../invoicing/lists/list.ts";
import type { InvoiceSort } from "../../invoicing/lists/order.ts";
import { readTax } from "../../invoicing/lists/taxes.ts";
import { publicStatus } from "../../documents/status.ts";
import { readError } from "../../failures/push-error.ts";
import { readWarnings } from "../../failures/warning.ts";
import { qboUrl } from "../../invoices/view.ts";
import type { Db } from "../../platform/db.ts";
import { formatMinor } from "../../platform/money.ts";
import { STATUS_WORDS } from "./invoice-status.tsx";

const ROWS_PER_READ = 500;
/** Bounds the reads of one request. A longer list is cut off, and its last line says so. */
const MAX_READS = 200;
/** Without it Excel takes the file for one of its own old character sets. */
const UTF8_MARK = "\u{FEFF}";

export interface InvoiceExport {
  filter: InvoiceFilter;
  sort: InvoiceSort;
  /** As in `Config`. */
  qboAppUrl: string;
  /** Names by ID. */
  instances: ReadonlyMap<string, string>;
  companies: ReadonlyMap<string, string>;
}

interface ExportRow extends InvoiceListRow {
  taxMinor: number | null;
}

type Cell = (row: ExportRow, about: InvoiceExport) => string;

/** What each column holds, under its heading. */
const COLUMNS: readonly (readonly [string, Cell])[] = [
  ["Number", (row) => row.number],
  ["Order number", (row) => row.orderNumber],
  ["Customer", (row) => row.customerName],
  ["Company", (row, { companies }) => companies.get(row.connectionId ?? "") ?? ""],
  ["Instance", (row, { instances }) => instances.get(row.instanceId) ?? ""],
  ["Date", (row) => row.date],
  ["Due date", (row) => row.dueDate ?? ""],
  ["Currency", (row) => row.currency],
  ["Tax", (row) => amount(row.taxMinor, row)],
  ["Total", (row) => amount(row.totalMinor, row)],
  ["Balance", (row) => amount(row.qboBalanceMinor, row)],
  ["Paid on", (row) => row.paidOn ?? ""],
  ["Push status", (row) => STATUS_WORDS[publicStatus(row)]],
  ["Error", (row) => errorText(row)],
  [
    "Warnings",
    (row) =>
      readWarnings(row.warnings)
        .map(({ message }) => message)
        .join(" "),
  ],
  ["Sent at", (row) => row.deliveredAt?.slice(0, 19).replace("T", " ") ?? ""],
  ["QuickBooks ID", (row) => row.qboId ?? ""],
  ["Link to QuickBooks", (row, { qboAppUrl }) => qboUrl(qboAppUrl, row.qboId) ?? ""],
];

/** Downloads the matching invoices, in the order of the list. */
export function exportInvoices(db: Db, about: InvoiceExport): Response {
  const headers = {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": 'attachment; filename="invoices.csv"',
  };
  const encoder = new TextEncoder();
  const source = lines(db, about);
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

async function* lines(db: Db, about: InvoiceExport): AsyncGenerator<string, void, void> {
  yield UTF8_MARK + csvLine(COLUMNS.map(([heading]) => heading));
  let after: string | undefined;
  for (let read = 0; read < MAX_READS; read++) {
    const page = await listInvoices(db, about.filter, { limit: ROWS_PER_READ, after }, about.sort);
    const taxes = await readTax(
      db,
      page.rows.map(({ id }) => id),
    );
    const rows = page.rows.map((row) => ({ ...row, taxMinor: taxes.get(row.id) ?? null }));
    yield rows.map((row) => csvLine(COLUMNS.map(([, cell]) => cell(row, about)))).join("");
    if (page.next === null) return;
    after = page.next;
  }
  yield csvLine([`Cut off after ${MAX_READS * ROWS_PER_READ} invoices: narrow the filter.`]);
}

function amount(minor: number | null, { currency }: ExportRow): string {
  return minor === null ? "" : formatMinor(minor, currency);
}

/** An error that an invoice got over is none any more. */
function errorText(row: ExportRow): string {
  const error = readError(row.error);
  return error === null ? "" : `${error.title}: ${error.message}`;
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/**
 * One cell, quoted. A leading =, +, -, @, tab or line break would make it a formula, also behind blanks, and also in the
 * wide forms that some versions take for the same: an apostrophe in front makes it text.
 */
export function csvCell(text: string): string {
  const isNumber = /^-?\d+(\.\d+)?$/.test(text);
  const isFormula = !isNumber && /^\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\t\r\n]/u.test(text);
  return `"${(isFormula ? `'${text}` : text).replaceAll('"', '""')}"`;
}
