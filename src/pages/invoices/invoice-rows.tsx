/**
 * The rows of the list of invoices, which look again by themselves. A look changes the rows that are shown, each in its
 * place, and takes none away: so a tick, the focus, an open badge and the place on the page stay. What else matches by
 * now is counted above the list, and shown when somebody asks for it or nobody uses the list. Only markup.
 */
import { readError } from "../../failures/push-error.ts";
import { readWarnings } from "../../failures/warning.ts";
import { attentionKind } from "../../documents/attention.ts";
import { publicStatus } from "../../documents/status.ts";
import type { InvoiceListRow } from "../../invoicing/lists/list.ts";
import type { InvoiceSort } from "../../invoicing/lists/order.ts";
import { formatMinor } from "../../platform/money.ts";
import { agree, plural } from "../../platform/words.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { hx } from "../../ui/hx.ts";
import { Live, type Pace } from "../../ui/live.tsx";
import { Money } from "../../ui/money.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { CalendarDate } from "../../ui/time.tsx";
import { selectColumn } from "../parts/bulk-list.tsx";
import { isFiltered, listUrl } from "../parts/list-address.ts";
import type { InvoiceFilterTexts } from "./invoice-filter.ts";
import { StatusBadge } from "./invoice-status.tsx";

/** How soon a queued invoice must be due for the list to look again every two seconds. */
const SOON_MS = 60_000;
const SEPARATOR = ".";

export interface InvoiceRowsProps {
  rows: InvoiceListRow[];
  texts: InvoiceFilterTexts;
  sort: InvoiceSort;
  /** The list's own address, with its place in the list. */
  url: string;
  /** Names of the companies, by ID; null where there is only one. */
  companies: ReadonlyMap<string, string> | null;
  maySend: boolean;
  now: Date;
}

export function InvoiceRows(props: InvoiceRowsProps) {
  const { rows, texts, url, now } = props;
  const pace = paceOf(rows, now);
  return (
    <Live id="rows" url={lookUrl(url)} pace={pace === "no" ? "slow" : pace}>
      <p class="visually-hidden" aria-live="polite">
        {announcement(rows)}
      </p>
      {rows.length === 0 ? (
        <NoInvoices texts={texts} />
      ) : (
        <div class="table-card">
          <Table caption="Invoices" columns={columnsOf(props)} rows={rows} rowId={({ id }) => `row-${id}`} />
        </div>
      )}
    </Live>
  );
}

/** The link that shows what is not shown yet; public/list.js follows it while nobody uses the list. */
export function Unseen({ count, url }: { count: number; url: string }) {
  if (count === 0) return null;
  const control = hx({ get: url, target: "#results", swap: "outerHTML" });
  return (
    <a id="show-unseen" href={url} data-unseen {...control}>
      {`Show ${plural(count, "more invoice")}`}
    </a>
  );
}

/** The address that a look asks for: the list's own. public/list.js adds which rows are shown. */
function lookUrl(url: string): string {
  return `${url}${url.includes("?") ? "&" : "?"}shown=`;
}

/** The rows that a look is about; null for any other request. */
export function shownIds(values: Record<string, string>, limit: number): string[] | null {
  const { shown } = values;
  if (shown === undefined) return null;
  return shown.split(SEPARATOR).filter(Boolean).slice(0, limit);
}

function columnsOf({ texts, sort, companies, maySend, now }: InvoiceRowsProps): Column<InvoiceListRow>[] {
  const sorted = (column: "date" | "number") => sortOfColumn(texts, sort, column);
  const hasCause = CAUSE_STATUSES.includes(texts.status);
  return [
    ...(maySend ? [selectColumn<InvoiceListRow>(amountOf)] : []),
    {
      label: "Number",
      isTitle: true,
      isLong: true,
      sort: sorted("number"),
      cell: (row) => <a href={`/invoices/${row.id}`}>{row.number}</a>,
    },
    ...(hasCause ? [] : [{ label: "Order", isLong: true, cell: (row: InvoiceListRow) => row.orderNumber }]),
    { label: "Customer", isLong: true, cell: (row) => row.customerName },
    ...(companies
      ? [{ label: "Company", isLong: true, cell: (row: InvoiceListRow) => companies.get(row.connectionId ?? "") ?? "" }]
      : []),
    { label: "Date", isTight: true, sort: sorted("date"), cell: (row) => <CalendarDate date={row.date} /> },
    { label: "Total", isNumber: true, cell: (row) => <Total row={row} /> },
    { label: "Push status", isTight: true, cell: (row) => <RowStatus row={row} now={now} isInList /> },
    ...(hasCause ? [{ label: "Cause", isLong: true, cell: (row: InvoiceListRow) => <Cause row={row} /> }] : []),
  ];
}

/** Lists in which every row has something to say. */
const CAUSE_STATUSES: readonly string[] = ["needs_attention", "failed", "held", "sent_with_warnings"];

function sortOfColumn(texts: InvoiceFilterTexts, sort: InvoiceSort, column: "date" | "number") {
  const isSorted = sort === column || sort === `-${column}`;
  const next: InvoiceSort = isSorted && sort.startsWith("-") ? column : `-${column}`;
  const direction = !isSorted ? null : sort.startsWith("-") ? "descending" : "ascending";
  return { href: listUrl("/invoices", { ...texts, sort: next === "-date" ? "" : next }), direction } as const;
}

/** The total, and what is open of it in QuickBooks. */
function Total({ row }: { row: InvoiceListRow }) {
  const { qboBalanceMinor: balance, totalMinor, currency, paidOn } = row;
  const isPartly = balance !== null && balance > 0 && balance < totalMinor;
  return (
    <>
      <Money minor={totalMinor} currency={currency} />
      {paidOn && <span class="row-note">Paid</span>}
      {isPartly && (
        <span class="row-note">
          <Money minor={balance} currency={currency} /> open
        </span>
      )}
    </>
  );
}

/** Why it needs attention, or what it waits for, as text. */
function Cause({ row }: { row: InvoiceListRow }) {
  const error = row.state === "failed" || row.state === "held" ? readError(row.error) : null;
  if (error) return <span class="clip">{`${error.title}: ${error.message}`}</span>;
  const warnings = readWarnings(row.warnings);
  const kind = attentionKind(row);
  const warning = warnings.find(({ code }) => code === kind) ?? warnings[0];
  return <span class="clip">{warning?.message ?? ""}</span>;
}

/** What public/list.js adds up. */
export function amountOf({ totalMinor, currency }: { totalMinor: number; currency: string }): Record<string, string> {
  return { "data-amount": `${formatMinor(totalMinor, currency)} ${currency}` };
}

/** The badge of a row, in any list of invoices. `isInList`: its popup leads to where the buttons are that it names. */
export function RowStatus({
  row,
  now,
  isInList = false,
}: {
  row: Pick<InvoiceListRow, "id" | "operation" | "state" | "error" | "warnings" | "dueAt">;
  now: Date;
  isInList?: boolean;
}) {
  const nextAttemptAt = row.state === "queued" ? row.dueAt : null;
  return (
    <StatusBadge
      id={row.id}
      status={publicStatus(row)}
      error={readError(row.error)}
      warnings={readWarnings(row.warnings)}
      nextAttemptAt={nextAttemptAt}
      href={isInList ? `/invoices/${row.id}` : null}
      now={now}
    />
  );
}

function NoInvoices({ texts }: { texts: InvoiceFilterTexts }) {
  if (texts.status === "needs_attention" && !isFiltered({ ...texts, status: "" })) {
    return (
      <EmptyState title="Nothing needs attention" action={{ href: "/invoices", label: "Show all invoices" }}>
        Invoices that fail, that somebody changes or voids in QuickBooks, or whose order is cancelled after sending
        appear here, grouped by cause.
      </EmptyState>
    );
  }
  if (isFiltered(texts)) {
    return (
      <EmptyState title="No invoice matches" action={{ href: "/invoices", label: "Show all invoices" }}>
        Clear a filter, or search for part of a number, an order or a customer, or for an amount.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No invoices yet" action={{ href: "/settings/instances", label: "Set up an order system" }}>
      Invoices appear here as soon as an order system sends them, or when you create them from shipped orders on
      Fulfillment.
    </EmptyState>
  );
}

/** How often the list looks again: fast while rows are moving, slowly while they only wait for a later time. */
export function paceOf(rows: Pick<InvoiceListRow, "state" | "dueAt">[], now: Date): Pace {
  const soon = new Date(now.getTime() + SOON_MS).toISOString();
  const isFast = rows.some((row) => row.state === "sending" || (row.state === "queued" && (row.dueAt ?? "") <= soon));
  if (isFast) return "fast";
  return rows.some((row) => row.state === "queued" || row.state === "unknown") ? "slow" : "no";
}

/** Announces the end as well: whoever heard that invoices are on their way has to hear how they ended. */
function announcement(rows: InvoiceListRow[]): string {
  if (rows.length === 0) return "";
  const count = (...states: string[]) => rows.filter((row) => states.includes(row.state)).length;
  const open = count("queued", "sending", "unknown");
  const onTheWay = open === 0 ? "None" : String(open);
  return `${onTheWay} on this page ${agree(open, "is", "are")} on the way to QuickBooks, ${count("sent")} sent, ${count("failed")} failed.`;
}
