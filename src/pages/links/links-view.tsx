/**
 * The list of links as people see it: our side, QuickBooks' side, where each link came from. Only markup.
 */
import type { Child } from "hono/jsx";
import type { Connection } from "../../connections/connection.ts";
import { type ListedKind, isChangeable, linkIdOf, readLinkKey } from "../../mapping/link-key.ts";
import type { Link, LinkOrigin } from "../../mapping/links.ts";
import type { ListedLink } from "../../mapping/links-by-hand.ts";
import { customerUrl, itemsUrl } from "../../invoices/view.ts";
import { ConfirmButton, type ConfirmProps } from "../../ui/dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { hx } from "../../ui/hx.ts";
import { Pagination } from "../../ui/pagination.tsx";
import { type Column, Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";
import { isFiltered, listUrl } from "../parts/list-address.ts";

/** What the rows refer to. */
export interface LinkNames {
  connection: Connection;
  /** Names by ID. */
  instances: ReadonlyMap<string, string>;
}

export interface LinkListProps extends LinkNames {
  rows: ListedLink[];
  next: string | null;
  previous: string | null;
  texts: { kind: string; q: string };
  mayConfigure: boolean;
  qboAppUrl: string;
  now: Date;
}

const KIND_WORDS: Readonly<Record<ListedKind, string>> = { customer: "Buyers", item: "SKUs", account: "Accounts" };

const ORIGIN_WORDS: Readonly<Record<LinkOrigin, string>> = {
  found: "Found in QuickBooks",
  created: "Created by Bookbridge",
  chosen: "Chosen by a person",
  merged: "Followed a merge",
  forgotten: "Forgotten",
};

/** The page of a connection's links. */
export function linksPath(connectionId: string): string {
  return `/settings/quickbooks/${connectionId}/links`;
}

export function LinkFilters({ connectionId, texts }: { connectionId: string; texts: LinkListProps["texts"] }) {
  const here = linksPath(connectionId);
  const control = hx({
    get: here,
    trigger: "submit, change, input delay:400ms",
    target: "#results",
    swap: "outerHTML",
    pushUrl: true,
    sync: "this:replace",
  });
  return (
    <form method="get" action={here} class="filters" role="search" {...control}>
      <SelectField
        name="kind"
        label="Show"
        value={texts.kind}
        choices={[
          { value: "", label: "Buyers and SKUs" },
          ...Object.entries(KIND_WORDS).map(([value, label]) => ({ value, label })),
        ]}
      />
      <div class="field-search">
        <Field
          name="q"
          label="Search"
          type="search"
          value={texts.q}
          control={{ placeholder: "Buyer, SKU, customer, item" }}
          autocomplete="off"
        />
      </div>
      <button type="submit" class="button">
        Filter
      </button>
    </form>
  );
}

export function LinkResults(props: LinkListProps) {
  const { rows, next, previous, texts, connection, mayConfigure } = props;
  const here = linksPath(connection.id);
  const control: Column<NumberedLink> = {
    label: "",
    hiddenLabel: "Change or forget",
    isTight: true,
    cell: (row) => <RowActions row={row} names={props} />,
  };
  return (
    <div id="results" aria-live="polite">
      {rows.length === 0 ? (
        <NoLinks connectionId={connection.id} texts={texts} />
      ) : (
        <div class="table-card">
          <Table
            caption="Links"
            rows={rows.map((link, index) => ({ link, id: `link-${index}` }))}
            columns={[
              {
                label: "Order system",
                isTitle: true,
                cell: ({ link, id }) => <Ours id={id} link={link} names={props} />,
              },
              { label: "QuickBooks", cell: ({ link }) => <Theirs link={link} qboAppUrl={props.qboAppUrl} /> },
              { label: "Where from", cell: ({ link }) => originWords(link) },
              { label: "Since", isTight: true, cell: ({ link }) => <Instant at={link.since} now={props.now} /> },
              ...(mayConfigure ? [control] : []),
            ]}
          />
        </div>
      )}
      <Pagination
        label="Pages of links"
        previous={previous ? listUrl(here, texts, { before: previous }) : null}
        next={next ? listUrl(here, texts, { after: next }) : null}
      />
    </div>
  );
}

/** A link with the ID of its row on the page. */
interface NumberedLink {
  link: ListedLink;
  id: string;
}

function originWords({ origin }: Link): Child {
  return origin === null ? <span class="muted">Not recorded</span> : ORIGIN_WORDS[origin];
}

function Ours({ id, link, names }: { id: string; link: ListedLink; names: LinkNames }) {
  const { title, more } = oursOf(link, names);
  return (
    <div id={id} class="event">
      <b class="break">{title}</b>
      <div class="muted small break">{more}</div>
    </div>
  );
}

/** Our side in words: what it is called, and what it is. */
export function oursOf(link: Link, { instances }: Pick<LinkNames, "instances">): { title: string; more: string } {
  const thing = readLinkKey(link);
  switch (thing.kind) {
    case "buyer": {
      const instance = instances.get(thing.instanceId) ?? "a removed instance";
      const name = link.buyer?.name;
      const id = thing.isId ? `ID ${thing.text}, ` : "";
      return { title: name ?? thing.text, more: `Buyer, ${name === undefined ? "" : id}${instance}` };
    }
    case "shared_customer":
      return { title: "Customer for all orders", more: "From the settings" };
    case "sku":
      return { title: thing.text, more: "SKU" };
    case "item_name":
      return { title: thing.text, more: "Item name, without a SKU" };
    case "account":
      return { title: thing.text, more: "Account, from the settings" };
  }
}

export function Theirs({ link, qboAppUrl }: { link: Link; qboAppUrl: string }) {
  const { kind, qboId } = link;
  const href = kind === "customer" ? customerUrl(qboAppUrl, qboId) : itemsUrl(qboAppUrl, qboId);
  return (
    <div>
      <span class="break">{link.name}</span>
      {kind !== "account" && (
        <div class="small">
          <a href={href} target="_blank" rel="noreferrer">
            View in QuickBooks
          </a>
        </div>
      )}
    </div>
  );
}

function RowActions({ row: { link, id }, names }: { row: NumberedLink; names: LinkNames }) {
  const path = `${linksPath(names.connection.id)}/${linkIdOf(link)}`;
  return (
    <div class="card-actions">
      {isChangeable(link) && (
        <form method="get" action={`${path}/change`} class="inline">
          <button type="submit" class="button small" aria-describedby={id}>
            Change
          </button>
        </form>
      )}
      <ConfirmButton
        {...forgetQuestion(link, names)}
        id={`forget-${id}`}
        openLabel="Forget"
        openClass="button small"
        fallback={`${path}/forget`}
      />
    </div>
  );
}

/** Asks before a link is forgotten. */
export function forgetQuestion(link: ListedLink, names: LinkNames): ConfirmProps {
  const { title, more } = oursOf(link, names);
  return {
    id: "forget",
    title: "Forget this link?",
    action: `${linksPath(names.connection.id)}/${linkIdOf(link)}/forget`,
    confirmLabel: "Forget",
    children: (
      <>
        <p class="break">
          <b>{title}</b> ({more}) is no longer linked to <b>{link.name}</b>.
        </p>
        <p>The next invoice that needs it looks it up in QuickBooks again. Nothing changes in QuickBooks.</p>
      </>
    ),
  };
}

function NoLinks({ connectionId, texts }: { connectionId: string; texts: LinkListProps["texts"] }) {
  if (isFiltered(texts)) {
    return (
      <EmptyState title="No link matches" action={{ href: linksPath(connectionId), label: "Show all links" }}>
        Clear the search, or look for the name of a buyer, a SKU, or a name in QuickBooks.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing is linked yet" action={{ href: "/invoices", label: "Go to invoices" }}>
      With the first invoice that is sent, its buyer and its items are found or created in QuickBooks. Each then appears
      here.
    </EmptyState>
  );
}
