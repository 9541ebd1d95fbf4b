/**
 * The oracle of a simulated world. At any moment: nothing is in the books twice, and every missing invoice is in a state
 * that a person sees, with a way out. At the end: the acknowledged invoices are the invoices in the books,
 * each once, equal to the cent. It reads the books and the rows, and never asks the product's own logic.
 */
import { getTableName } from "drizzle-orm";
import { INVOICE_COLUMNS } from "../../src/invoicing/invoice-row.ts";
import type { BookInvoice, Books } from "./books.ts";
import { type Expected, acceptedDeliveries, expectedInvoices } from "./expected.ts";
import {
  checkAllConnected,
  checkBuyers,
  checkConnections,
  checkContent,
  checkCustomers,
  checkLetters,
  checkPayment,
  checkReads,
  checkWarningsKept,
} from "./oracle-of-detail.ts";
import { type Row, demand, hasWarning } from "./verdict.ts";
import type { World } from "./world.ts";

const WAITING = ["queued", "sending", "unknown"];
const EXPLAINED = ["failed", "held", "unknown"];

/** What must hold at any moment. */
export async function checkSafety(world: World): Promise<void> {
  demand(world.problems.length === 0, `A fault of ours: ${world.problems.join(" | ")}`);
  checkCreatedOnce(world.books);
  const rows = await readRows(world);
  const externalIds = rows.flatMap((row) => (row.externalId === null ? [] : [`${row.instanceId} ${row.externalId}`]));
  demand(new Set(externalIds).size === externalIds.length, "An invoice of the order system has two rows");
  const qboIds = rows.flatMap((row) => (row.qboId === null ? [] : [`${row.connectionId} ${row.qboId}`]));
  demand(new Set(qboIds).size === qboIds.length, "Two rows stand for one invoice in QuickBooks");
  for (const row of rows) checkRow(row);
  checkWarningsKept(world, rows);
  await checkConnections(world);
  await checkAlarms(world, rows);
}

/** An alarm may be set 30 s ahead, and later only where nothing is due before. */
const ALARM_LATE_MS = 60_000;
/** A claim is a step towards an end: hundreds of them for one invoice in a story mean an endless loop. */
const MAX_CLAIMS = 400;

/** What must hold once everything is repaired, sent and settled. */
export async function checkEnd(world: World): Promise<void> {
  await checkSafety(world);
  const accepted = await acceptedDeliveries(world.db);
  const keyOf = (instanceId: string, webhookId: string): string => `${instanceId} ${webhookId}`;
  const times = new Map<string, number>();
  for (const { instanceId, webhookId } of accepted)
    times.set(keyOf(instanceId, webhookId), (times.get(keyOf(instanceId, webhookId)) ?? 0) + 1);
  for (const { webhookId, instanceId = world.instanceId, isAcked } of world.shops.flatMap((shop) =>
    shop.deliveries.filter((delivery) => delivery.isAcked || !shop.isRemoved),
  )) {
    const count = times.get(keyOf(instanceId, webhookId)) ?? 0;
    demand(isAcked && count === 1, `Delivery ${webhookId} is stored ${count} times`);
  }
  const rows = await readRows(world);
  for (const row of rows)
    demand(
      ["sent", "voided"].includes(row.state),
      `Invoice ${row.number} never settled: ${row.operation}/${row.state} ${row.error ?? ""}`,
    );
  const expected = expectedInvoices(accepted);
  const rowOf = (one: Expected): Row | undefined =>
    rows.find((row) => row.externalId === one.invoiceId && row.instanceId === one.instanceId);
  for (const one of expected) checkInvoice(world, rowOf(one), one);
  for (const row of rows.filter((one) => one.externalId === null)) checkAgainstRow(world, row);
  checkCustomers(world, accepted);
  checkBuyers(world, expected, rowOf);
  checkLetters(world, rows);
  checkReads(world);
  await checkAllConnected(world);
}

const COLUMNS = Object.entries(INVOICE_COLUMNS);
const NAMES = COLUMNS.map(([, column]) => `${getTableName(column.table)}.${column.name}`).join(", ");

/** All rows, the oldest first; read without drizzle, since this is done after every command. */
export async function readRows(world: World): Promise<Row[]> {
  const { results } = await world.platform.d1
    .prepare(`SELECT ${NAMES} FROM pushes JOIN invoices ON invoices.id = pushes.document_id ORDER BY invoices.id`)
    .all();
  return results.map((stored) => {
    const entries = COLUMNS.map(([key, column]) => {
      const value = stored[column.name];
      return [key, value === null || value === undefined ? null : column.mapFromDriverValue(value)];
    });
    return Object.fromEntries(entries) as Row;
  });
}

function checkCreatedOnce(books: readonly Books[]): void {
  const marks = books
    .flatMap((one) => one.createdNotes)
    .flatMap((note) => /bookbridge:[\w-]+/.exec(note)?.[0] ?? "no mark");
  const twice = marks.find((mark, index) => marks.indexOf(mark) !== index);
  demand(twice === undefined, `Created twice in QuickBooks: ${twice}`);
  demand(!marks.includes("no mark"), "An invoice was created without our mark");
}

function checkRow(row: Row): void {
  const what = `Invoice ${row.number} (${row.operation}/${row.state})`;
  demand(WAITING.includes(row.state) === (row.dueAt !== null), `${what} is due at ${row.dueAt}`);
  if (EXPLAINED.includes(row.state)) {
    const error: { message?: string; remedy?: string; title?: string } = JSON.parse(row.error ?? "{}");
    demand(Boolean(error.message && error.remedy && error.title), `${what} says nothing of why`);
  }
  demand(row.fence <= MAX_CLAIMS, `${what} was claimed ${row.fence} times`);
  demand(row.state !== "sent" || row.qboId !== null, `${what} has no QuickBooks ID`);
}

/**
 * Without a cron nothing but the gate's alarm would find what is due, and the daily renewal of tokens is no help. Where a
 * gate itself failed, could not be reached, or slept longer than it was armed ahead, only the message or the cron is left.
 */
async function checkAlarms(world: World, rows: readonly Row[]): Promise<void> {
  if (world.options.hasCron || world.platform.gateFate.taken > 0 || world.hasMissedGate) return;
  for (const connectionId of world.connectionIds) {
    const waiting = rows.filter((row) => row.connectionId === connectionId && row.dueAt !== null);
    if (waiting.length === 0) continue;
    const dueMs = Math.max(world.time.now, Math.min(...waiting.map((row) => Date.parse(row.dueAt ?? ""))));
    const alarmAt = await world.gates.alarmAt(connectionId);
    const list = waiting.map((row) => `${row.number} is ${row.state}, due ${row.dueAt}`).join(", ");
    demand(
      alarmAt !== null && alarmAt <= dueMs + ALARM_LATE_MS,
      `Nothing will wake ${connectionId} before ${alarmAt}, where ${list}`,
    );
  }
}

function checkInvoice(world: World, row: Row | undefined, expected: Expected): void {
  demand(row !== undefined, `Invoice ${expected.invoiceId} was accepted and is not stored`);
  if (world.linkedByHand.has(row.id)) return checkLinked(world, row);
  const inBooks = bookOf(world, row);
  const what = `Invoice ${expected.number}`;
  if (inBooks !== null && world.touchedByHand.has(inBooks)) return checkTouched(row, inBooks);
  if (expected.isVoided) {
    demand(row.state === "voided", `${what} was voided by the order system and is ${row.operation}/${row.state}`);
    demand(inBooks === null || inBooks.totalCents === 0, `${what} was voided and lives in QuickBooks`);
    return;
  }
  if (row.state === "voided") {
    const isWanted = expected.isCancelled || world.voidedByHand.has(row.id);
    demand(isWanted, `${what} is voided, and nobody asked for it`);
    demand(inBooks === null || inBooks.totalCents === 0, `${what} is voided and lives in QuickBooks`);
    demand(
      inBooks === null || world.voidedByHand.has(row.id),
      `${what} was voided in QuickBooks by a cancellation, which is a person's to decide`,
    );
    return;
  }
  demand(inBooks !== null, `${what} is missing in QuickBooks`);
  const may = expected.mayBeOlder || expected.isCancelled ? expected.tellings : expected.tellings.slice(-1);
  checkContent(world, row, inBooks, may);
  checkPayment(row, inBooks);
  demand(
    !expected.isCancelled || hasWarning(row, "order_cancelled"),
    `${what} lives in QuickBooks though its order was cancelled, and nothing says so`,
  );
}

/** One made on Fulfillment: the books say what its row says. */
function checkAgainstRow(world: World, row: Row): void {
  const inBooks = bookOf(world, row);
  if (inBooks !== null && world.touchedByHand.has(inBooks)) return checkTouched(row, inBooks);
  if (row.state === "voided")
    demand(inBooks === null || inBooks.totalCents === 0, `Invoice ${row.number} is voided and lives in QuickBooks`);
  else
    demand(
      inBooks?.totalCents === row.totalMinor,
      `Invoice ${row.number} is ${inBooks?.totalCents} cents in QuickBooks instead of ${row.totalMinor}`,
    );
}

/** The one invoice in the books that carries the row's mark. */
function bookOf(world: World, row: Row): BookInvoice | null {
  const found = world.books
    .flatMap((books) => [...books.invoices.values()])
    .filter((invoice) => invoice.PrivateNote.includes(`bookbridge:${row.id}`));
  demand(found.length <= 1, `Invoice ${row.number} is ${found.length} times in QuickBooks`);
  const [only] = found;
  if (only === undefined) return null;
  // Voided here since no look-up showed it: queries that lag behind for minutes are beyond what look-ups can know
  // (docs/architecture.md, section 3, rule 6).
  if (row.state === "voided" && row.qboId === null && world.options.books.queryLagMs > 0) return null;
  demand(row.qboId === only.Id, `Invoice ${row.number} does not know that it is ${only.Id} in QuickBooks`);
  return only;
}

/** A person said that this is the invoice that was there before. */
function checkLinked(world: World, row: Row): void {
  const books = world.books[world.connectionIds.indexOf(row.connectionId ?? "")];
  const linked = books?.invoices.get(row.qboId ?? "");
  if (linked) checkTouched(row, linked);
  else demand(row.state === "voided", `Invoice ${row.number} was linked and is nothing in QuickBooks`);
}

/** Somebody changed it in QuickBooks: then it is theirs, and the row has to say what became of it. */
function checkTouched(row: Row, invoice: BookInvoice): void {
  const what = `Invoice ${row.number}, changed in QuickBooks by somebody,`;
  const isGone = invoice.isDeleted || invoice.PrivateNote.startsWith("Voided");
  if (isGone) {
    demand(
      row.state === "voided" || hasWarning(row, "total_differs"),
      `${what} is gone there and ${row.operation}/${row.state} here`,
    );
    return;
  }
  demand(
    row.state === "voided" || row.qboTotalMinor === invoice.totalCents,
    `${what} is ${invoice.totalCents} there and ${row.qboTotalMinor} here`,
  );
  const isTold =
    invoice.totalCents === row.totalMinor ||
    hasWarning(row, "total_differs") ||
    hasWarning(row, "changed_in_quickbooks");
  demand(isTold || row.state === "voided", `${what} differs without a word`);
}
