/**
 * The list of Fulfillment as people see it. Only markup: it reads nothing and decides nothing.
 */
import type { Instance } from "../../instances/instance.ts";
import type { OrderListRow } from "../../orders/store.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Money } from "../../ui/money.tsx";
import { Pagination } from "../../ui/pagination.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { CalendarDate } from "../../ui/time.tsx";
import { type FilterTexts, listUrl } from "../invoices/invoice-filter.ts";

export interface FulfillmentProps {
  rows: OrderListRow[];
  next: string | null;
  previous: string | null;
  matching: number;
  instances: Instance[];
  texts: FilterTexts;
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
    <form method="post" action="/fulfillment/invoices" class="list stack">
      {Object.entries(texts).map(([name, value]) => (
        <input type="hidden" name={`filter_${name}`} value={value} />
      ))}
      <div class="bulk">
        <label class="check">
          <input type="checkbox" data-select-all autocomplete="off" />
          Select all
        </label>
        {matching > rows.length && (
          <label class="all-matching">
            <input type="checkbox" name="all" value="true" data-all-matching={String(matching)} autocomplete="off" />
            {`All ${formatNumber(matching)} that match, not only this page`}
          </label>
        )}
        <span class="muted spread" data-selected-count aria-live="polite" />
        <button type="submit" class="button primary">
          Create invoice
        </button>
      </div>
      {table}
    </form>
  );
}

function columnsOf(instances: Instance[], mayInvoice: boolean): Column<OrderListRow>[] {
  const select: Column<OrderListRow> = {
    label: "",
    hiddenLabel: "Select",
    cell: (row) => (
      <input
        type="checkbox"
        name="id"
        value={row.id}
        data-select-row
        autocomplete="off"
        aria-label={`Select ${row.number}`}
      />
    ),
  };
  const names = new Map(instances.map(({ id, name }) => [id, name]));
  return [
    ...(mayInvoice ? [select] : []),
    { label: "Order", isTitle: true, isLong: true, cell: (row) => row.number },
    { label: "Customer", isLong: true, cell: (row) => row.customerName },
    { label: "Instance", cell: (row) => names.get(row.instanceId) ?? "" },
    { label: "Shipped", isTight: true, cell: (row) => <CalendarDate date={row.shippedOn} /> },
    { label: "Total", isNumber: true, cell: (row) => <Money minor={row.totalMinor} currency={row.currency} /> },
  ];
}

function NoOrders({ texts }: { texts: FilterTexts }) {
  if (texts.instance || texts.from || texts.to) {
    return (
      <EmptyState title="No order matches" action={{ href: "/fulfillment", label: "Show all orders" }}>
        Take a filter away, or choose other dates.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing to invoice" action={{ href: "/invoices", label: "Go to invoices" }}>
      Orders show here when their order system says that they have shipped, until they have an invoice.
    </EmptyState>
  );
}

/** What could not be invoiced, order by order, and what was. */
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
