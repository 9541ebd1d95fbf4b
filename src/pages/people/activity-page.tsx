/**
 * The audit log: who changed or sent what, when, from where, and from which value to which. Newest first. People without
 * the right to administer read neither about people and keys, nor who did what.
 */
import { Hono } from "hono";
import type { Child } from "hono/jsx";
import type { AppEnv } from "../../app-context.ts";
import { type ActivityEntry, listActivity } from "../../people/activity.ts";
import { may, needs } from "../../people/route-access.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Pagination } from "../../ui/pagination.tsx";
import { Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";
import { showPage } from "../parts/shell.tsx";

const PAGE_ROWS = 50;

export const activityPage = new Hono<AppEnv>();

activityPage.get("/activity", needs("read"), async (c) => {
  const after = c.req.query("after");
  const showsPeople = may(c, "administer");
  const page = await listActivity(c.get("db"), { limit: PAGE_ROWS, after, isWithoutPeople: !showsPeople });
  const who = (row: ActivityEntry) => (showsPeople ? <Who row={row} /> : roleWords(row, c.get("person")?.id));
  const body = <Activity {...page} isFirst={after === undefined} now={c.get("now")} who={who} />;
  return showPage(c, { title: "Activity", body });
});

interface ActivityProps {
  rows: ActivityEntry[];
  next: string | null;
  isFirst: boolean;
  now: Date;
  who: (row: ActivityEntry) => Child;
}

function Activity({ rows, next, isFirst, now, who }: ActivityProps) {
  return (
    <>
      <PageHead title="Activity" lead="Who changed or sent what, and when. Secrets are never shown." />
      {rows.length === 0 ? (
        <EmptyState title="Nothing has been done yet">
          Every change to a setting and everything that is sent manually appears here.
        </EmptyState>
      ) : (
        <section class="table-card">
          <Table
            caption="Activity"
            rows={rows}
            columns={[
              { label: "When", isTight: true, cell: (row) => <Instant at={row.at} now={now} /> },
              { label: "Who", cell: who },
              { label: "What", isTitle: true, cell: (row) => <What row={row} /> },
              { label: "From → to", cell: (row) => <Changes row={row} /> },
            ]}
          />
        </section>
      )}
      <Pagination
        label="Pages of activity"
        previous={isFirst ? null : "/activity"}
        previousLabel="Newest"
        next={next ? `/activity?after=${encodeURIComponent(next)}` : null}
      />
    </>
  );
}

function Who({ row }: { row: ActivityEntry }) {
  return (
    <>
      {actorWords(row)}
      {row.address !== null && <span class="muted small account-place">{row.address}</span>}
    </>
  );
}

function actorWords(row: ActivityEntry): string {
  if (row.actor.kind === "system") return "Bookbridge";
  return row.actor.kind === "api_key" ? `API key ${row.actor.name}` : row.actor.name;
}

/** For somebody who reads no people: who it was, without a name, except oneself. */
function roleWords({ actor }: ActivityEntry, ownId: string | undefined): string {
  if (actor.kind === "system") return "Bookbridge";
  if (actor.kind === "api_key") return "A program";
  return actor.id === ownId ? "You" : "A person";
}

const SUBJECT_PATHS: Readonly<Record<string, string>> = {
  connection: "/settings/quickbooks/",
  instance: "/settings/instances/",
  invoice: "/invoices/",
  alerts: "/settings/",
  order_event: "/deliveries/",
};

function What({ row }: { row: ActivityEntry }) {
  const path = SUBJECT_PATHS[row.subject.kind];
  const subject = path && row.subject.id ? <a href={path + row.subject.id}>{row.subject.name}</a> : row.subject.name;
  return (
    <>
      {actionWords(row.action)}: {subject}
    </>
  );
}

/** `connection.settings_saved` → `Connection settings saved`. */
export function actionWords(action: string): string {
  const words = action.replaceAll(/[._]/g, " ").replace(/\bapi\b/, "API");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Changes({ row }: { row: ActivityEntry }) {
  if (row.changes.length === 0) return null;
  return (
    <ul class="small">
      {row.changes.map((change) => (
        <li>
          <span class="muted">{change.field.replaceAll("_", " ")}:</span> {change.from ?? "none"} →{" "}
          {change.to ?? "none"}
        </li>
      ))}
    </ul>
  );
}
