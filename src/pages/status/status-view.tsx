/**
 * The status of everything: connections, instances, backlog, errors. Only markup, and no customer data: a shared link
 * shows it to strangers, who get no links into the app either.
 */
import { calendarDate } from "../../platform/calendar-date.ts";
import type { ConnectionStatus, InstanceStatus, StatusReport } from "../../actions/status-report.ts";
import { DOCUMENT_STATES } from "../../documents/status.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Table } from "../../ui/table.tsx";
import { displayDate, Instant, spanInWords } from "../../ui/time.tsx";
import { ConnectionStateBadge } from "../connections/connection-state.tsx";
import { isPushStatus, STATUS_WORDS } from "../invoices/invoice-status.tsx";
import { DatabaseCard, FullSoonNotice } from "./database-view.tsx";
import { RefusedNotice } from "./refused-notice.tsx";

export interface StatusProps {
  report: StatusReport;
  now: Date;
  /** A stranger with a shared link sees no links into the app. */
  isShared: boolean;
}

export function StatusBody({ report, now, isShared }: StatusProps) {
  return (
    <>
      <FullSoonNotice database={report.database} now={now} />
      <RefusedNotice rows={report.instances} now={now} isShared={isShared} />
      <Counts counts={report.invoices} isShared={isShared} />
      <div class="columns">
        <Health report={report} now={now} isShared={isShared} />
        <OpenErrors report={report} isShared={isShared} />
      </div>
      <ConnectionTable rows={report.connections} now={now} isShared={isShared} />
      <InstanceTable rows={report.instances} now={now} isShared={isShared} />
      <DatabaseCard database={report.database} />
    </>
  );
}

const COUNT_CLASSES: Readonly<Record<string, string>> = {
  failed: "count count-bad",
  held: "count count-warn",
  unknown: "count count-warn",
};

/** How many invoices have each status, each a link to their list. */
export function Counts({ counts, isShared }: { counts: StatusReport["invoices"]; isShared: boolean }) {
  return (
    <ul class="counts" aria-label="Invoices by push status">
      {DOCUMENT_STATES.map((status) => {
        const count = counts[status] ?? 0;
        const content = (
          <>
            <b>{formatNumber(count)}</b>
            <span>{STATUS_WORDS[status]}</span>
          </>
        );
        const look = count > 0 ? (COUNT_CLASSES[status] ?? "count") : "count";
        return (
          <li>
            {isShared ? (
              <div class={look}>{content}</div>
            ) : (
              <a class={look} href={`/invoices?status=${status}`}>
                {content}
              </a>
            )}
          </li>
        );
      })}
    </ul>
  );
}

function Health({ report, now, isShared }: StatusProps) {
  const { oldest_waiting: oldest, push_latency: latency } = report;
  return (
    <section class="card" aria-labelledby="health-title">
      <h2 id="health-title">Delivery</h2>
      <Facts
        rows={[
          ["Backlog", plural(report.backlog, "invoice")],
          [
            "Oldest waiting",
            oldest ? (
              <>
                {isShared ? "since" : <a href={`/invoices/${oldest.invoice_id}`}>since</a>}{" "}
                <Instant at={oldest.waiting_since} now={now} />
              </>
            ) : (
              "nothing waits"
            ),
          ],
          ["Last success", report.last_success_at ? <Instant at={report.last_success_at} now={now} /> : "none yet"],
          [
            "Push latency, 24 h",
            latency
              ? `median ${duration(latency.p50_ms)}, 95th percentile ${duration(latency.p95_ms)} (${plural(latency.count, "invoice")})`
              : "nothing was sent",
          ],
        ]}
      />
    </section>
  );
}

function duration(ms: number): string {
  return ms < 5_000 ? `${(ms / 1000).toFixed(1)} s` : (spanInWords(ms) ?? "");
}

function OpenErrors({ report, isShared }: { report: StatusReport; isShared: boolean }) {
  return (
    <section class="card" aria-labelledby="errors-title">
      <div class="card-head">
        <h2 id="errors-title">Open errors</h2>
        {!isShared && report.errors.length > 0 && <a href="/invoices?status=needs_attention">Needs attention</a>}
      </div>
      {report.errors.length === 0 ? (
        <p class="muted">None.</p>
      ) : (
        <ul class="stack tight-stack">
          {report.errors.map((error) => (
            <li>
              <Badge tone="bad" label={error.title} /> {plural(error.count, "invoice")}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

export function ConnectionTable({ rows, now, isShared }: { rows: ConnectionStatus[]; now: Date; isShared: boolean }) {
  if (rows.length === 0) return null;
  return (
    <section class="table-card" aria-label="QuickBooks companies">
      <Table
        caption="QuickBooks companies"
        rows={rows}
        columns={[
          {
            label: "Company",
            isTitle: true,
            cell: (row) =>
              isShared ? row.company_name : <a href={`/settings/quickbooks/${row.id}`}>{row.company_name}</a>,
          },
          {
            label: "Connection",
            cell: (row) => (
              <ConnectionStateBadge
                connection={{ state: row.state, subscriptionLapsedAt: row.subscription_lapsed_at }}
              />
            ),
          },
          {
            label: "Auto invoice",
            cell: (row) => (row.enabled ? (row.auto_invoice ? "On" : "Off") : "Integration off"),
          },
          { label: "Waiting", isNumber: true, cell: (row) => formatNumber(row.waiting) },
          { label: "Failed", isNumber: true, cell: (row) => formatNumber(row.failed) },
          {
            label: "Reads this month",
            isNumber: true,
            cell: (row) => (row.reads ? formatNumber(row.reads.count) : "not known"),
          },
          { label: "Sign-in expires", cell: (row) => <SignInExpires row={row} now={now} /> },
        ]}
      />
    </section>
  );
}

function SignInExpires({ row, now }: { row: ConnectionStatus; now: Date }) {
  if (row.paused) {
    const why = row.paused.reason === "throttled" ? "QuickBooks is limiting requests" : "QuickBooks is not responding";
    return (
      <>
        {why}; resumes <Instant at={row.paused.until} now={now} />
      </>
    );
  }
  return (
    <>{row.authorization_ends_at ? `${displayDate(calendarDate(row.authorization_ends_at))} if unused` : "not known"}</>
  );
}

export function InstanceTable({ rows, now, isShared }: { rows: InstanceStatus[]; now: Date; isShared: boolean }) {
  if (rows.length === 0) return null;
  return (
    <section class="table-card" aria-label="Order systems">
      <Table
        caption="Order systems"
        rows={rows}
        columns={[
          {
            label: "Order system",
            isTitle: true,
            cell: (row) => (isShared ? row.name : <a href={`/settings/instances/${row.id}`}>{row.name}</a>),
          },
          {
            label: "Auto push",
            cell: (row) => (
              <Badge
                tone={row.auto_push_effective ? "good" : "neutral"}
                label={row.auto_push_effective ? "Effective" : "Off"}
              />
            ),
          },
          { label: "Waiting", isNumber: true, cell: (row) => formatNumber(row.waiting) },
          { label: "Failed", isNumber: true, cell: (row) => formatNumber(row.failed) },
          { label: "Refused", isNumber: true, cell: (row) => formatNumber(row.refused_deliveries) },
          {
            label: "Last delivery",
            cell: (row) => (row.last_delivery_at ? <Instant at={row.last_delivery_at} now={now} /> : "none yet"),
          },
        ]}
      />
    </section>
  );
}

/** Statuses that still change on their own. */
export function isMoving(report: StatusReport): boolean {
  return Object.entries(report.invoices).some(
    ([status, count]) => isPushStatus(status) && ["queued", "sending"].includes(status) && count > 0,
  );
}
