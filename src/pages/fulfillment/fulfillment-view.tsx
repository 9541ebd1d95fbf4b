/**
 * The Fulfillment list as people see it. Only markup: it reads nothing and decides nothing.
 */
import type { Instance } from "../../instances/instance.ts";
import type { OrderListRow } from "../../orders/store.ts";
import { agree, plural } from "../../platform/words.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Money } from "../../ui/money.tsx";
import { Pagination } from "../../ui/pagination.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { CalendarDate } from "../../ui/time.tsx";
import { BulkForm, selectColumn } from "../parts/bulk-list.tsx";
import { isFiltered, listUrl } from "../parts/list-address.ts";
import type { OrderFilterTexts } from "./order-filter.ts";

/** The field of the posted form. */
export const INVOICE_DATE = "invoice_date";

export interface FulfillmentProps {
  rows: OrderListRow[];
  next: string | null;
  previous: string | null;
  matching: number;
  instances: Instance[];
  texts: OrderFilterTexts;
  mayInvoice: boolean;
}

export function FulfillmentFilters({ texts, instances }: Pick<FulfillmentProps, "texts" | "instances">) {
  const control = hx({
    get: "/fulfillment",
    trigger: "submit, change",
    target: "#results",
    swap: "outerHTML",
    pushUrl: true,
    sync: "this:replace",
  });
  return (
    <form method="get" action="/fulfillment" class="filters" role="search" {...control}>
      <SelectField
        name="instance"
        label="Instance"
        value={texts.instance}
        choices={[{ value: "", label: "All" }, ...instances.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <Field name="from" label="From" type="date" value={texts.from} />
      <Field name="to" label="To" type="date" value={texts.to} />
      <button type="submit" class="button">
        Filter
      </button>
    </form>
  );
}

export function FulfillmentResults(props: FulfillmentProps) {
  const { rows, texts, next, previous } = props;
  return (
    <div id="results" class="stack">
      {rows.length === 0 ? <NoOrders texts={texts} /> : <OrderList {...props} />}
      <Pagination
        label="Pages of orders"
        previous={previous ? listUrl("/fulfillment", texts, { before: previous }) : null}
        next={next ? listUrl("/fulfillment", texts, { after: next }) : null}
      />
    </div>
  );
}

function OrderList({ rows, matching, texts, instances, mayInvoice }: FulfillmentProps) {
  const table = (
    <div class="table-card">
      <Table caption="Orders to invoice" columns={columnsOf(instances, mayInvoice)} rows={rows} />
    </div>
  );
  if (!mayInvoice) return table;
  return (
    <BulkForm
      action="/fulfillment/invoices"
      texts={texts}
      shown={rows.length}
      matching={matching}
      submitLabel="Create invoice"
      fields={<InvoiceDate />}
    >
      {table}
    </BulkForm>
  );
}

/** Kept when a filter brings another list. */
function InvoiceDate() {
  return (
    <Field
      name={INVOICE_DATE}
      label="Invoice date"
      type="date"
      hint="Empty: today at each company."
      control={{ "hx-preserve": "true" }}
    />
  );
}

function columnsOf(instances: Instance[], mayInvoice: boolean): Column<OrderListRow>[] {
  const names = new Map(instances.map(({ id, name }) => [id, name]));
  return [
    ...(mayInvoice ? [selectColumn<OrderListRow>()] : []),
    { label: "Order", isTitle: true, isLong: true, cell: (row) => <a href={`/orders/${row.id}`}>{row.number}</a> },
    { label: "Customer", isLong: true, cell: (row) => row.customerName },
    { label: "Instance", cell: (row) => names.get(row.instanceId) ?? "" },
    { label: "Shipped", isTight: true, cell: (row) => <CalendarDate date={row.shippedOn} /> },
    { label: "Total", isNumber: true, cell: (row) => <Money minor={row.totalMinor} currency={row.currency} /> },
  ];
}

function NoOrders({ texts }: { texts: OrderFilterTexts }) {
  if (isFiltered(texts)) {
    return (
      <EmptyState title="No order matches" action={{ href: "/fulfillment", label: "Show all orders" }}>
        Clear a filter, or choose other dates.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing to invoice" action={{ href: "/invoices", label: "Go to invoices" }}>
      Orders appear here once their order system reports that they have shipped, and stay until they have an invoice.
    </EmptyState>
  );
}

/** What could not be invoiced, order by order, and what was invoiced. */
export function NotInvoiced({ refused, created }: { refused: { number: string; message: string }[]; created: string }) {
  if (refused.length === 0) return null;
  return (
    <div class="notice notice-bad" role="alert">
      {created && <p>{created}</p>}
      <p>{`${plural(refused.length, "order")} ${agree(refused.length, "was", "were")} not invoiced:`}</p>
      <ul>
        {refused.map(({ number, message }) => (
          <li>
            <strong>{number}</strong>: {message}
          </li>
        ))}
      </ul>
    </div>
  );
}
