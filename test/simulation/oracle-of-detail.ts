/**
 * What the oracle checks beyond "there, once, to the cent": the buyer's own customer, lines and dates, payments, warnings
 * that must not vanish, connections that nobody ended, reads that cost money.
 */
import type { connections } from "../../src/connections/schema.ts";
import type { BookInvoice, Books } from "./books.ts";
import { type Accepted, type Expected, type Telling, goods } from "./expected.ts";
import { type Row, demand, warningsOf } from "./verdict.ts";
import type { World } from "./world.ts";

/** What people are to see until they acknowledge it, or until a later write of ours was accepted. */
const LASTING = ["changed_in_quickbooks", "voided_in_quickbooks"];
/** Reads a story may cost: so many for each invoice, each change in the books, each hour, and to begin with. */
const READS = { each: 40, hourly: 60, first: 120 };
const HOUR_MS = 3_600_000;

/** The books match one of the events. */
export function checkContent(world: World, row: Row, invoice: BookInvoice, may: readonly Telling[]): void {
  const customer = customerOf(world, row, invoice);
  const lines = linesOf(invoice);
  const isAsTold = may.some(
    (telling) =>
      telling.cents === invoice.totalCents &&
      (world.hasMerged || spelledAsGiven(customer).startsWith(telling.customer)) &&
      telling.lines.join() === lines.join() &&
      (telling.date === null || may.length > 1 || telling.date === invoice["TxnDate"]),
  );
  const found = `${invoice.totalCents} cents for ${customer} of ${String(invoice["TxnDate"])}, ${lines.join(", ")}`;
  demand(isAsTold, `Invoice ${row.number} is ${found} in QuickBooks instead of ${JSON.stringify(may)}`);
}

/** The row shows what is open and whether it is paid. */
export function checkPayment(row: Row, invoice: BookInvoice): void {
  const balance = Math.round(invoice.Balance * 100);
  const what = `Invoice ${row.number}`;
  demand(row.qboBalanceMinor === balance, `${what} has ${balance} open in QuickBooks and ${row.qboBalanceMinor} here`);
  const isPaid = invoice.totalCents > 0 && balance === 0;
  demand((row.paidOn !== null) === isPaid, `${what} is ${isPaid ? "" : "not "}paid there and ${row.paidOn} here`);
}

/** A buyer has one customer, whatever got lost while it was made. */
export function checkCustomers(world: World, accepted: readonly Accepted[]): void {
  const buyers = new Map<string, Set<string>>();
  for (const { instanceId, body } of accepted)
    for (const [, id = "", name = ""] of (body ?? "").matchAll(/"customer":\{"id":"([^"]*)","name":"([^"]*)"/g))
      buyers.set(name, (buyers.get(name) ?? new Set()).add(`${instanceId} ${id}`));
  for (const books of world.books) {
    const names = new Map<string, number>();
    for (const customer of withoutLate(books, [...books.customers.values()], "DisplayName")) {
      const name = spelledAsGiven(String(customer["DisplayName"])).replace(/ \(.*\)$/, "");
      names.set(name, (names.get(name) ?? 0) + 1);
    }
    for (const [name, count] of names)
      demand(count <= (buyers.get(name)?.size ?? count), `The buyer ${name} has ${count} customers in QuickBooks`);
    const skus = withoutLate(books, [...books.items.values()], "Name").map((item) => String(item["Sku"]));
    demand(new Set(skus).size === skus.length, `A product has two items in QuickBooks: ${skus.join(", ")}`);
  }
}

/**
 * Without those that QuickBooks created long after their answer was lost, when the one that we use was there already: the
 * name that would have stopped them was corrected by then (docs/letters.md). And without those whose answer was lost and
 * that somebody made inactive before we knew of them: the name is then another's (docs/contract.md, section 8).
 */
function withoutLate(books: Books, records: readonly Record<string, unknown>[], key: "DisplayName" | "Name") {
  const used = usedBy([...books.invoices.values()], records);
  const nameOf = (record: Record<string, unknown>) => String(record[key]);
  const isLate = (record: Record<string, unknown>) =>
    nameOf(record).includes("?") &&
    !used.includes(record) &&
    used.some(
      (one) =>
        spelledAsGiven(nameOf(one)) === spelledAsGiven(nameOf(record)) && Number(one["Id"]) < Number(record["Id"]),
    );
  const isUnknown = (record: Record<string, unknown>) => record["Active"] === false && !used.includes(record);
  return records.filter((record) => !isLate(record) && !isUnknown(record));
}

/** How names with letters outside ISO-8859-1 may stand in the books in the end, and what must not be left there. */
const SPELLINGS = [
  ["Łódź", "Lódz"],
  ["Łopata", "Lopata"],
] as const;

/** The name as the order system spells it. */
function spelledAsGiven(name: string): string {
  const lost = name.replace("?ód?", "Łódź").replace("?opata", "Łopata");
  return SPELLINGS.reduce((text, [given, plain]) => text.replace(plain, given), lost);
}

/**
 * No letter got lost for good in our invoices and whatever they refer to: what QuickBooks made of it was corrected. A record
 * whose invoice was voided before it could be used is looked at again only when something needs it.
 */
export function checkLetters(world: World, rows: readonly Row[]): void {
  for (const [place, books] of world.books.entries()) {
    const ours = rows.filter((row) => row.connectionId === world.connectionIds[place]);
    const invoices = ours.flatMap((row) => books.invoices.get(row.qboId ?? "") ?? []).filter((one) => !one.isDeleted);
    const used = [books.customers, books.items].flatMap((records) => usedBy(invoices, [...records.values()]));
    const texts = [...invoices, ...used, ...usedBy(used, [...books.accounts.values()])];
    const lost = texts.find((row) => JSON.stringify(row).includes("?"));
    demand(lost === undefined, `Letters got lost in QuickBooks and stayed so: ${JSON.stringify(lost)}`);
  }
}

/** The records to which `rows` refer by ID. */
function usedBy(rows: readonly object[], records: readonly Record<string, unknown>[]) {
  const text = JSON.stringify(rows);
  return records.filter((record) => text.includes(`"value":${JSON.stringify(record["Id"])}`));
}

/** Each buyer's invoices are for one customer of a company, and it is nobody else's. */
export function checkBuyers(
  world: World,
  expected: readonly Expected[],
  rowOf: (one: Expected) => Row | undefined,
): void {
  if (world.hasMerged) return;
  for (const [index, books] of world.books.entries()) {
    const pairs = expected.flatMap((one) => {
      const row = rowOf(one);
      const [telling, second] = one.tellings;
      const invoice = books.invoices.get(row?.qboId ?? "");
      const isOurs = row?.connectionId === world.connectionIds[index] && row?.state === "sent";
      if (!isOurs || !invoice || !telling || second || world.touchedByHand.has(invoice)) return [];
      return [{ buyer: `${one.instanceId} ${telling.buyerId}`, customer: invoice.CustomerRef.value }];
    });
    for (const { buyer, customer } of pairs) {
      const other = pairs.find((pair) => (pair.buyer === buyer) !== (pair.customer === customer));
      if (other) demand(false, `Buyer ${buyer} is customer ${customer}, and ${other.buyer} is ${other.customer}`);
    }
  }
}

/** A warning that a person saw and did nothing about is there until a later write of ours was accepted. */
export function checkWarningsKept(world: World, rows: readonly Row[]): void {
  for (const row of rows) {
    const codes = warningsOf(row).filter((code) => LASTING.includes(code));
    const before = world.shownWarnings.get(row.id);
    const isWrittenLater = before !== undefined && (row.revision > before.revision || row.state !== "sent");
    const gone = before?.codes.find((code) => !codes.includes(code));
    demand(
      gone === undefined || isWrittenLater,
      `Invoice ${row.number} (${row.operation}/${row.state}) no longer says ${gone}, and nobody acknowledged it`,
    );
    if (codes.length > 0) world.shownWarnings.set(row.id, { codes, revision: row.revision });
    else if (isWrittenLater) world.shownWarnings.delete(row.id);
  }
}

/** A connection needs a Reconnect only where somebody ended its grant, or Intuit goes on refusing every token. */
export async function checkConnections(world: World): Promise<void> {
  const rows = await world.platform.d1.prepare("SELECT id, state FROM connections").all<Stored>();
  for (const { id, state } of rows.results) {
    const index = world.connectionIds.indexOf(id);
    demand(
      state !== "reconnect_needed" || world.endedGrants.has(index) || world.reconnecting.has(index),
      `Connection ${index} needs a Reconnect, and nobody ended its grant`,
    );
  }
}

/** In the end, after a Reconnect of each. */
export async function checkAllConnected(world: World): Promise<void> {
  const rows = await world.platform.d1.prepare("SELECT id, state FROM connections").all<Stored>();
  for (const { id, state } of rows.results) demand(state === "connected", `${id} is ${state} after a good Reconnect`);
}

type Stored = Pick<typeof connections.$inferSelect, "id" | "state">;

/** Reads are metered: so generous a bound is passed only by who spins or reads everything again. */
export function checkReads(world: World): void {
  const reads = world.network.asked.filter(({ method, path }) => method === "GET" || path === "/query").length;
  const changes = world.books.reduce((sum, books) => sum + books.changes.length, 0);
  const things = world.shops.reduce((sum, shop) => sum + shop.deliveries.length, 0) + changes;
  const hours = (world.time.now - world.startedAt) / HOUR_MS;
  const bound = READS.first + READS.each * things + READS.hourly * hours;
  demand(reads <= bound, `${reads} reads for ${things} invoices and changes in ${hours.toFixed(1)} hours`);
}

/** Whose it is, by the name of the customer. */
function customerOf(world: World, row: Row, invoice: BookInvoice): string {
  const books = world.books[world.connectionIds.indexOf(row.connectionId ?? "")];
  return String(books?.customers.get(invoice.CustomerRef.value)?.["DisplayName"]);
}

function linesOf(invoice: BookInvoice): string[] {
  const lines = invoice.Line as { DetailType?: string; Amount?: number; SalesItemLineDetail?: ItemDetail }[];
  return lines
    .filter(({ SalesItemLineDetail: detail }) => detail !== undefined && detail.ItemRef?.value !== "SHIPPING_ITEM_ID")
    .map(({ Amount = 0, SalesItemLineDetail: detail }) => goods(detail?.Qty ?? 0, Amount));
}

interface ItemDetail {
  Qty?: number;
  ItemRef?: { value: string };
}
