/**
 * The list of invoices as people see it: filters, rows with their status, what can be done with the selected ones. Only
 * markup: it reads nothing and decides nothing.
 */
import { readError } from "../../failures/push-error.ts";
import { readWarnings } from "../../failures/warning.ts";
import type { Instance } from "../../instances/instance.ts";
import { publicStatus, DOCUMENT_STATES } from "../../documents/status.ts";
import type { InvoiceListRow } from "../../invoicing/lists/list.ts";
import { agree } from "../../platform/words.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Live, type Pace } from "../../ui/live.tsx";
import { Money } from "../../ui/money.tsx";
import { Pagination } from "../../ui/pagination.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { CalendarDate } from "../../ui/time.tsx";
import { BulkForm, selectColumn } from "../parts/bulk-list.tsx";
import { isFiltered, listUrl } from "../parts/list-address.ts";
import type { InvoiceFilterTexts } from "./invoice-filter.ts";
import { STATUS_WORDS, StatusBadge } from "./invoice-status.tsx";

/** How soon a queued invoice must be due for the list to refresh every two seconds. */
const SOON_MS = 60_000;

export interface InvoiceListProps {
  rows: InvoiceListRow[];
  next: string | null;
  previous: string | null;
  /** How many match, counted only up to one more than can be sent at a time. */
  matching: number;
  texts: InvoiceFilterTexts;
  /** The page's own address, which a refresh requests again. */
  url: string;
  maySend: boolean;
  now: Date;
}

export function InvoiceFilters({ texts, instances }: { texts: InvoiceFilterTexts; instances: Instance[] }) {
  const control = hx({
    get: "/invoices",
    trigger: "submit, change, input delay:400ms",
    target: "#results",
    swap: "outerHTML",
    pushUrl: true,
    sync: "this:replace",
  });
  return (
    <form method="get" action="/invoices" class="filters" role="search" {...control}>
      <SelectField
        name="status"
        label="Status"
        value={texts.status}
        choices={[
          { value: "", label: "All" },
          ...DOCUMENT_STATES.map((value) => ({ value, label: STATUS_WORDS[value] })),
        ]}
      />
      <SelectField
        name="instance"
        label="Instance"
        value={texts.instance}
        choices={[{ value: "", label: "All" }, ...instances.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <Field name="from" label="From" type="date" value={texts.from} />
      <Field name="to" label="To" type="date" value={texts.to} />
      <div class="field-search">
        <Field
          name="q"
          label="Search"
          type="search"
          value={texts.q}
          control={{ placeholder: "Number, order, customer" }}
          autocomplete="off"
        />
      </div>
      <button type="submit" class="button">
        Filter
      </button>
    </form>
  );
}

export function InvoiceResults(props: InvoiceListProps) {
  const { rows, texts, next, previous } = props;
  return (
    <Live id="results" url={props.url} pace={paceOf(rows, props.now)}>
      <p class="visually-hidden" aria-live="polite">
        {announcement(rows)}
      </p>
      {rows.length === 0 ? <NoInvoices texts={texts} /> : <InvoiceList {...props} />}
      <Pagination
        label="Pages of invoices"
        previous={previous ? listUrl("/invoices", texts, { before: previous }) : null}
        next={next ? listUrl("/invoices", texts, { after: next }) : null}
      />
    </Live>
  );
}

function InvoiceList({ rows, matching, texts, maySend, now }: InvoiceListProps) {
  const table = (
    <div class="table-card">
      <Table caption="Invoices" columns={columnsOf(maySend, now)} rows={rows} />
    </div>
  );
  if (!maySend) return table;
  return (
    <BulkForm
      action="/invoices/send"
      texts={texts}
      shown={rows.length}
      matching={matching}
      submitLabel="Send to QuickBooks"
    >
      {table}
    </BulkForm>
  );
}

function columnsOf(maySend: boolean, now: Date): Column<InvoiceListRow>[] {
  return [
    ...(maySend ? [selectColumn<InvoiceListRow>()] : []),
    { label: "Number", isTitle: true, isLong: true, cell: (row) => <a href={`/invoices/${row.id}`}>{row.number}</a> },
    { label: "Order", isLong: true, cell: (row) => row.orderNumber },
    { label: "Customer", isLong: true, cell: (row) => row.customerName },
    { label: "Date", isTight: true, cell: (row) => <CalendarDate date={row.date} /> },
    { label: "Total", isNumber: true, cell: (row) => <Money minor={row.totalMinor} currency={row.currency} /> },
    { label: "Push status", isTight: true, cell: (row) => <RowStatus row={row} now={now} /> },
  ];
}

/** The badge of a row, in any list of invoices. */
export function RowStatus({
  row,
  now,
}: {
  row: Pick<InvoiceListRow, "id" | "operation" | "state" | "error" | "warnings" | "dueAt">;
  now: Date;
}) {
  const nextAttemptAt = row.state === "queued" ? row.dueAt : null;
  return (
    <StatusBadge
      id={row.id}
      status={publicStatus(row)}
      error={readError(row.error)}
      warnings={readWarnings(row.warnings)}
      nextAttemptAt={nextAttemptAt}
      now={now}
    />
  );
}

function NoInvoices({ texts }: { texts: InvoiceFilterTexts }) {
  if (isFiltered(texts)) {
    return (
      <EmptyState title="No invoice matches" action={{ href: "/invoices", label: "Show all invoices" }}>
        Clear a filter, or search for part of a number, an order or a customer.
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

/** How often the list refreshes: fast while rows are moving, slowly while they only wait for a later time. */
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
