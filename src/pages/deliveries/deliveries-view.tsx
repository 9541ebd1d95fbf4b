/**
 * The list of deliveries as people see it, and the counts of those with a wrong signature. Only markup: it reads nothing
 * and decides nothing.
 */
import { faultsOf } from "../../inbox/deliveries.ts";
import type { WrongSignatureHour } from "../../inbox/delivery-counts.ts";
import { DELIVERY_OUTCOMES, type DeliveryRow } from "../../inbox/list-deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { formatNumber } from "../../platform/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Live } from "../../ui/live.tsx";
import { Pagination } from "../../ui/pagination.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";
import { isFiltered, listUrl } from "../parts/list-address.ts";
import type { DeliveryFilterTexts } from "./delivery-filter.ts";
import { effectWords, eventWords, OUTCOME_WORDS, settledWords } from "./delivery-words.ts";

const HERE = "/deliveries";

/** What the rows refer to, by ID. */
export interface DeliveryNames {
  instances: ReadonlyMap<string, string>;
  orderNumbers: ReadonlyMap<string, string>;
}

export interface DeliveryListProps {
  rows: DeliveryRow[];
  names: DeliveryNames;
  next: string | null;
  previous: string | null;
  texts: DeliveryFilterTexts;
  /** The page's own address, which a refresh requests again. */
  url: string;
  now: Date;
}

export function DeliveryFilters({ texts, instances }: { texts: DeliveryFilterTexts; instances: Instance[] }) {
  const control = hx({
    get: HERE,
    trigger: "submit, change, input delay:400ms",
    target: "#results",
    swap: "outerHTML",
    pushUrl: true,
    sync: "this:replace",
  });
  return (
    <form method="get" action={HERE} class="filters" role="search" {...control}>
      <SelectField
        name="outcome"
        label="Outcome"
        value={texts.outcome}
        choices={[
          { value: "", label: "All" },
          ...DELIVERY_OUTCOMES.map((value) => ({ value, label: OUTCOME_WORDS[value] })),
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
          control={{ placeholder: "Number, customer, webhook-id" }}
          autocomplete="off"
        />
      </div>
      <button type="submit" class="button">
        Filter
      </button>
    </form>
  );
}

export function DeliveryResults({ rows, names, next, previous, texts, url, now }: DeliveryListProps) {
  return (
    <Live id="results" url={url} pace={previous === null ? "slow" : "no"}>
      {rows.length === 0 ? (
        <NoDeliveries texts={texts} />
      ) : (
        <div class="table-card">
          <DeliveryTable caption="Deliveries" rows={rows} names={names} now={now} />
        </div>
      )}
      <Pagination
        label="Pages of deliveries"
        previous={previous ? listUrl(HERE, texts, { before: previous }) : null}
        next={next ? listUrl(HERE, texts, { after: next }) : null}
      />
    </Live>
  );
}

export interface DeliveryTableProps {
  caption: string;
  rows: DeliveryRow[];
  names: DeliveryNames;
  now: Date;
  /** Leaves out the column of the instance; of one order, that of the order too. */
  isOfOneInstance?: boolean;
  isOfOneOrder?: boolean;
}

export function DeliveryTable({ caption, rows, names, now, isOfOneInstance, isOfOneOrder }: DeliveryTableProps) {
  const instance: Column<DeliveryRow> = {
    label: "Instance",
    cell: (row) => names.instances.get(row.instanceId) ?? "",
  };
  const order: Column<DeliveryRow> = {
    label: "Order",
    isTight: true,
    cell: (row) => <OrderLink row={row} names={names} />,
  };
  return (
    <Table
      caption={caption}
      rows={rows}
      columns={[
        { label: "Delivery", isTitle: true, cell: (row) => <Delivery row={row} /> },
        ...(isOfOneInstance || isOfOneOrder ? [] : [instance]),
        { label: "Received", isTight: true, cell: (row) => <Instant at={row.receivedAt} now={now} /> },
        { label: "Outcome", isLong: true, cell: (row) => <Outcome row={row} /> },
        ...(isOfOneOrder ? [] : [order]),
      ]}
    />
  );
}

function Delivery({ row }: { row: DeliveryRow }) {
  return (
    <div class="event">
      <a href={`${HERE}/${row.id}`}>{eventWords(row.type)}</a>
      <div class="muted small break">{row.webhookId}</div>
    </div>
  );
}

function Outcome({ row }: { row: DeliveryRow }) {
  const faults = faultsOf(row);
  return (
    <div>
      <OutcomeBadge row={row} />{" "}
      <span class="muted small">
        {row.outcome === "accepted" ? row.effect && effectWords(row.effect) : settledWords(row)}
      </span>
      {faults.length > 0 && (
        <p class="small clip">
          {faults[0]?.path && <code>{faults[0].path}</code>} {faults[0]?.message}
          {faults.length > 1 && <span class="muted">{` and ${faults.length - 1} more`}</span>}
        </p>
      )}
    </div>
  );
}

/** Red only while a person is needed. */
export function OutcomeBadge({ row }: { row: Pick<DeliveryRow, "outcome" | "settledAs"> }) {
  if (row.outcome === "accepted") return <Badge tone="good" label="Accepted" />;
  return <Badge tone={row.settledAs === null ? "bad" : "neutral"} label="Refused" />;
}

function OrderLink({ row, names }: { row: DeliveryRow; names: DeliveryNames }) {
  if (row.orderId === null) return <>{row.number}</>;
  return <a href={`/orders/${row.orderId}`}>{names.orderNumbers.get(row.orderId) ?? "Open order"}</a>;
}

function NoDeliveries({ texts }: { texts: DeliveryFilterTexts }) {
  if (isFiltered(texts)) {
    return (
      <EmptyState title="No delivery matches" action={{ href: HERE, label: "Show all deliveries" }}>
        Clear a filter, or search for a number, a customer or the beginning of a webhook-id.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing has arrived yet" action={{ href: "/settings/instances", label: "Go to instances" }}>
      Everything that an order system sends appears here, also what was refused. To see how it goes, send a sample order
      from an instance's page.
    </EmptyState>
  );
}

/** Deliveries whose signature was wrong, hour by hour. Nothing else is known of them. */
export function WrongSignatures({
  hours,
  names,
  now,
}: {
  hours: WrongSignatureHour[];
  names: Pick<DeliveryNames, "instances">;
  now: Date;
}) {
  if (hours.length === 0) return null;
  return (
    <section class="card" id="wrong-signatures" aria-labelledby="wrong-signatures-title">
      <h2 id="wrong-signatures-title">Wrong signatures</h2>
      <p class="muted">
        Requests of the last 7 days whose signature or time was wrong. They are only counted, since nobody knows who
        sent them. If this is your order system, give it the signing secret of its instance again and check its clock.
      </p>
      <Table
        caption="Wrong signatures"
        rows={hours}
        columns={[
          {
            label: "Instance",
            isTitle: true,
            cell: (row) => (
              <a href={`/settings/instances/${row.instanceId}`}>{names.instances.get(row.instanceId) ?? "removed"}</a>
            ),
          },
          { label: "Hour from", isTight: true, cell: (row) => <Instant at={row.hourAt} /> },
          { label: "Requests", isNumber: true, cell: (row) => formatNumber(row.count) },
          { label: "Last", isTight: true, cell: (row) => <Instant at={row.lastAt} now={now} /> },
        ]}
      />
    </section>
  );
}
