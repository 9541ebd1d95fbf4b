/**
 * The dashboard: what to do next, how many invoices have which status, the health of each connection, what was sent and
 * what failed over time.
 */
import { type Context, Hono } from "hono";
import { readStatus, type StatusReport } from "../../actions/status-report.ts";
import type { AppEnv } from "../../app-context.ts";
import { missingSettings } from "../../connections/settings.ts";
import { listConnections } from "../../connections/store.ts";
import { type InvoiceListRow, listInvoices } from "../../invoicing/lists/list.ts";
import { needs } from "../../people/route-access.ts";
import { agree, formatNumber } from "../../platform/words.ts";
import { readThroughput, type Span, type ThroughputBucket } from "../../invoicing/lists/throughput.ts";
import { type Bucket, BarChart } from "../../ui/chart.tsx";
import { PageHead } from "../../ui/layout.tsx";
import { Live } from "../../ui/live.tsx";
import { Money } from "../../ui/money.tsx";
import { respondWithFragment, isFragmentRequest } from "../../ui/respond.tsx";
import { Table } from "../../ui/table.tsx";
import { CalendarDate, displayDate } from "../../ui/time.tsx";
import { RowStatus } from "../invoices/invoice-rows.tsx";
import { showPage } from "../parts/shell.tsx";
import { RefusedNotice } from "./refused-notice.tsx";
import { FirstSteps, firstSteps, type Step } from "./first-steps.tsx";
import { ConnectionTable, Counts, isMoving } from "./status-view.tsx";

const LATEST_FAILURES = 5;

export const dashboardPage = new Hono<AppEnv>();

dashboardPage.get("/", needs("read"), async (c) => {
  const props = await readDashboard(c);
  if (isFragmentRequest(c)) return respondWithFragment(c, c.get("nonce"), <Dashboard {...props} />);
  const body = (
    <>
      <PageHead title="Dashboard" />
      <Dashboard {...props} />
    </>
  );
  return showPage(c, { title: "Dashboard", body });
});

interface DashboardProps {
  report: StatusReport;
  failures: InvoiceListRow[];
  buckets: ThroughputBucket[];
  span: Span;
  /** Empty once every step is done. */
  steps: Step[];
  now: Date;
}

async function readDashboard(c: Context<AppEnv>): Promise<DashboardProps> {
  const db = c.get("db");
  const now = c.get("now");
  const span: Span = c.req.query("span") === "24h" ? "24h" : "14d";
  const [report, failures, buckets, connections] = await Promise.all([
    readStatus(c.env, db, now),
    listInvoices(db, { status: "failed" }, { limit: LATEST_FAILURES }),
    readThroughput(db, span, now),
    listConnections(db),
  ]);
  const isConfigured = connections.some((connection) => missingSettings(connection).length === 0);
  return { report, failures: failures.rows, buckets, span, steps: firstSteps(report, isConfigured), now };
}

function Dashboard({ report, failures, buckets, span, steps, now }: DashboardProps) {
  return (
    <Live id="dashboard" url={span === "24h" ? "/?span=24h" : "/"} pace={isMoving(report) ? "steady" : "no"}>
      {steps.length > 0 && <FirstSteps steps={steps} />}
      <RefusedNotice rows={report.instances} now={now} isShared={false} />
      <Counts counts={report.invoices} isShared={false} />
      {(steps.length === 0 || buckets.some(({ sent, failed }) => sent + failed > 0)) && (
        <Throughput buckets={buckets} span={span} />
      )}
      <Failures rows={failures} total={report.invoices["failed"] ?? 0} now={now} />
      <ConnectionTable rows={report.connections} now={now} isShared={false} />
    </Live>
  );
}

function Throughput({ buckets, span }: Pick<DashboardProps, "buckets" | "span">) {
  return (
    <section class="card" aria-labelledby="throughput-title">
      <div class="card-head">
        <h2 id="throughput-title">Throughput</h2>
        <p class="tabs-inline">
          <a href="/" {...(span === "14d" ? { "aria-current": "true" as const } : {})}>
            14 days
          </a>
          <a href="/?span=24h" {...(span === "24h" ? { "aria-current": "true" as const } : {})}>
            24 hours
          </a>
        </p>
      </div>
      <BarChart
        title={span === "14d" ? "Invoices by day" : "Invoices by hour (UTC)"}
        goodLabel="sent"
        badLabel="refused"
        buckets={buckets.map(toBucket)}
      />
    </section>
  );
}

function toBucket({ at, sent, failed }: ThroughputBucket): Bucket {
  const label = at.length > 10 ? `${at.slice(11)}:00` : displayDate(at).replace(/ \d{4}$/, "");
  return { label, good: sent, bad: failed };
}

function Failures({ rows, total, now }: { rows: InvoiceListRow[]; total: number; now: Date }) {
  if (rows.length === 0) return null;
  return (
    <section class="card" aria-labelledby="failures-title">
      <div class="card-head">
        <h2 id="failures-title">Latest failures</h2>
        <a href="/invoices?status=needs_attention">
          {agree(total, "1 by cause", `All ${formatNumber(total)} by cause`)}
        </a>
      </div>
      <Table
        caption="Latest failures"
        rows={rows}
        columns={[
          {
            label: "Number",
            isTitle: true,
            isLong: true,
            cell: (row) => <a href={`/invoices/${row.id}`}>{row.number}</a>,
          },
          { label: "Customer", isLong: true, cell: (row) => row.customerName },
          { label: "Date", isTight: true, cell: (row) => <CalendarDate date={row.date} /> },
          { label: "Total", isNumber: true, cell: (row) => <Money minor={row.totalMinor} currency={row.currency} /> },
          { label: "Push status", isTight: true, cell: (row) => <RowStatus row={row} now={now} /> },
        ]}
      />
    </section>
  );
}
