/**
 * The frame of a company's pages: its name, the tabs, and the result of the last action. All of them share it, so the
 * tabs are the same everywhere.
 */
import type { Child } from "hono/jsx";
import type { CompanyFacts } from "../company/company-object.ts";
import { Layout } from "./layout.tsx";
import { PAGE_ROWS, type Listing, type PageContext } from "./page-context.ts";

const TABS = [
  ["invoices", "Invoices"],
  ["customers", "Customers"],
  ["items", "Products and services"],
  ["accounts", "Chart of accounts"],
  ["settings", "Settings"],
  ["calls", "Received calls"],
  ["scenarios", "Scenarios"],
] as const;

export type Tab = (typeof TABS)[number][0];

export function CompanyFrame(props: {
  c: PageContext;
  facts: CompanyFacts;
  tab: Tab;
  title: string;
  children?: Child;
}) {
  const { c, facts, tab, title } = props;
  return (
    <Layout title={`${title} - ${facts.profile.name}`}>
      <p class="faint">
        {facts.profile.name} · {facts.profile.offering_sku} · realm {facts.realmId}
      </p>
      <h1>{title}</h1>
      <nav class="tabs" aria-label="Company">
        {TABS.map(([path, label]) => (
          <a href={`/companies/${facts.realmId}/${path}`} aria-current={path === tab ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <Messages c={c} />
      {props.children}
    </Layout>
  );
}

export function Messages(props: { c: PageContext }) {
  const done = props.c.req.query("done");
  const problem = props.c.req.query("problem");
  return (
    <>
      {done === undefined ? null : (
        <p class="message done" role="status">
          {done}
        </p>
      )}
      {problem === undefined ? null : (
        <p class="message problem" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}

export function Pager(props: { path: string; listing: Listing }) {
  const { listing, path } = props;
  const last = Math.max(1, Math.ceil(listing.count / PAGE_ROWS));
  const first = (listing.page - 1) * PAGE_ROWS + 1;
  return (
    <nav class="buttons" aria-label="Pages">
      <span class="faint">
        {listing.count === 0 ? "None yet" : `${first} to ${first + listing.rows.length - 1} of ${listing.count}`}
      </span>
      {listing.page > 1 ? <a href={`${path}?page=${listing.page - 1}`}>Previous</a> : null}
      {listing.page < last ? <a href={`${path}?page=${listing.page + 1}`}>Next</a> : null}
    </nav>
  );
}
