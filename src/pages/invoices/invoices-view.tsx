/**
 * The list of invoices as people see it: filters, how many match and what they come to, what can be done with the selected
 * ones, and the rows (invoice-rows.tsx). Only markup: it reads nothing and decides nothing.
 */
import type { Child } from "hono/jsx";
import type { Connection } from "../../connections/connection.ts";
import type { Instance } from "../../instances/instance.ts";
import { DOCUMENT_STATES } from "../../documents/status.ts";
import { MAX_COUNTED, type Matching } from "../../invoicing/lists/list.ts";
import type { InvoiceSort } from "../../invoicing/lists/order.ts";
import { displayMinor } from "../../platform/money.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Pagination } from "../../ui/pagination.tsx";
import { BulkForm } from "../parts/bulk-list.tsx";
import { listUrl } from "../parts/list-address.ts";
import type { InvoiceFilterTexts } from "./invoice-filter.ts";
import { InvoiceRows, type InvoiceRowsProps } from "./invoice-rows.tsx";
import { STATUS_WORDS } from "./invoice-status.tsx";
import { VIEW_CHOICES } from "./view-links.tsx";

export interface InvoiceListProps extends InvoiceRowsProps {
  next: string | null;
  previous: string | null;
  /** What matches the filters; null: more than is counted. */
  matching: Matching | null;
  /** The cards of what needs attention, above the list. */
  cards?: Child;
}

const SORT_CHOICES: readonly { value: InvoiceSort; label: string }[] = [
  { value: "-date", label: "Newest first" },
  { value: "date", label: "Oldest first" },
  { value: "-number", label: "Highest number first" },
  { value: "number", label: "Lowest number first" },
];

export interface InvoiceFiltersProps {
  texts: InvoiceFilterTexts;
  sort: InvoiceSort;
  instances: Instance[];
  /** All connections; the filter is there if there are several. */
  companies: Pick<Connection, "id" | "companyName">[];
}

export function InvoiceFilters({ texts, sort, instances, companies }: InvoiceFiltersProps) {
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
          ...VIEW_CHOICES,
          ...DOCUMENT_STATES.map((value) => ({ value, label: STATUS_WORDS[value] })),
        ]}
      />
      {companies.length > 1 && (
        <SelectField
          name="company"
          label="Company"
          value={texts.company}
          choices={[
            { value: "", label: "All" },
            ...companies.map(({ id, companyName }) => ({ value: id, label: companyName })),
          ]}
        />
      )}
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
          control={{ placeholder: "Number, order, customer, amount" }}
          autocomplete="off"
        />
      </div>
      <SelectField name="sort" label="Sort by" value={sort} choices={SORT_CHOICES} />
      <button type="submit" class="button">
        Filter
      </button>
    </form>
  );
}

export function InvoiceResults(props: InvoiceListProps) {
  const { rows, texts, sort, next, previous, matching } = props;
  const page = (cursor: { after: string } | { before: string }): string =>
    listUrl("/invoices", { ...texts, ...sortText(sort) }, cursor);
  return (
    <div id="results" class="stack">
      {props.cards}
      <div class="list-head">
        <p class="list-sum">
          {matchingWords(matching)} <span id="unseen" aria-live="polite" />
        </p>
        <a
          class="button"
          href={listUrl("/invoices/export.csv", { ...texts, ...sortText(sort) })}
          download
          data-filtered
        >
          Export CSV
        </a>
      </div>
      {rows.length > 0 && props.maySend ? <Selectable {...props} /> : <InvoiceRows {...props} />}
      <Pagination
        label="Pages of invoices"
        previous={previous ? page({ before: previous }) : null}
        next={next ? page({ after: next }) : null}
      />
    </div>
  );
}

function Selectable(props: InvoiceListProps) {
  const { matching } = props;
  return (
    <BulkForm
      action="/invoices/send"
      texts={props.texts}
      shown={props.rows.length}
      matching={matching?.count ?? MAX_COUNTED + 1}
      sum={matching ? sumWords(matching) : ""}
      submitLabel="Send to QuickBooks"
    >
      <InvoiceRows {...props} />
    </BulkForm>
  );
}

/** The order in an address; nothing for the usual one. */
export function sortText(sort: InvoiceSort): { sort: string } {
  return { sort: sort === "-date" ? "" : sort };
}

/** `312 invoices · $45,300.20` */
function matchingWords(matching: Matching | null): string {
  if (!matching) return `More than ${formatNumber(MAX_COUNTED)} invoices`;
  if (matching.count === 0) return "";
  return `${plural(matching.count, "invoice")} · ${sumWords(matching)}`;
}

function sumWords({ sums }: Matching): string {
  return sums.map(({ minor, currency }) => displayMinor(minor, currency)).join(" + ");
}
