/**
 * One invoice: its status and why, its content, every attempt to deliver it. Only markup.
 */
import type { Connection } from "../../connections/connection.ts";
import type { StoredError } from "../../failures/push-error.ts";
import type { Warning } from "../../failures/warning.ts";
import type { Instance } from "../../instances/instance.ts";
import type { InvoiceContent } from "../../invoices/invoice.ts";
import type { InvoiceRow } from "../../invoicing/invoice-row.ts";
import { publicStatus } from "../../documents/status.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";
import { formatNumber, plural } from "../../platform/words.ts";
import { Badge, type BadgeTone } from "../../ui/badge.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Money } from "../../ui/money.tsx";
import { CalendarDate, displayInstant, Instant } from "../../ui/time.tsx";
import { SupportDetails } from "../parts/support-details.tsx";
import { FixForms } from "./fix-forms.tsx";
import { STATUS_WORDS } from "./invoice-status.tsx";

/** The error in full: with the remedy, and the link or button that fixes it. */
export function ErrorCard({
  invoice,
  error,
  mayAct,
  supportUrl,
}: {
  invoice: InvoiceRow;
  error: StoredError;
  mayAct: boolean;
  supportUrl: string | null;
}) {
  const isQuiet = ["queued", "sent"].includes(publicStatus(invoice));
  return (
    <>
      <section class={`notice ${isQuiet ? "notice-note" : "notice-bad"}`} aria-labelledby="error-title">
        <h2 id="error-title">{error.title}</h2>
        <p>{error.message}</p>
        <p>
          <b>What to do: </b>
          {error.remedy}
        </p>
        <p class="small">
          {[
            displayInstant(error.occurredAt),
            error.code && `QuickBooks code ${error.code}`,
            error.intuitTid && `intuit_tid ${error.intuitTid}`,
          ]
            .filter(Boolean)
            .join(" · ")}
        </p>
        <FixForms invoice={invoice} error={error} mayAct={mayAct} />
      </section>
      <SupportDetails
        id="support-details"
        supportUrl={supportUrl}
        facts={[
          ["Invoice", `${invoice.number} (${invoice.id})`],
          ["Push status", STATUS_WORDS[publicStatus(invoice)]],
          ["Attempts", invoice.attemptCount],
          ["Error", `${error.title} (${error.category})`],
          ["Message", error.message],
          ["What to do", error.remedy],
          ["QuickBooks code", error.code],
          ["intuit_tid", error.intuitTid],
          ["Time", error.occurredAt],
        ]}
      />
    </>
  );
}

export function Warnings({ warnings }: { warnings: Warning[] }) {
  if (warnings.length === 0) return null;
  return (
    <section class="notice notice-note" aria-labelledby="warnings-title">
      <h2 id="warnings-title">{plural(warnings.length, "warning")}</h2>
      <ul>
        {warnings.map((warning) => (
          <li>{warning.message}</li>
        ))}
      </ul>
    </section>
  );
}

export interface InvoiceFactsProps {
  invoice: InvoiceRow;
  content: InvoiceContent;
  instance: Instance | null;
  connection: Connection | null;
  now: Date;
}

export function InvoiceFacts({ invoice, content, instance, connection, now }: InvoiceFactsProps) {
  const { order } = content;
  const rows: [string, Parameters<typeof Facts>[0]["rows"][number][1]][] = [
    ["Customer", order.customer.email ? `${order.customer.name}, ${order.customer.email}` : order.customer.name],
    ["Date", <CalendarDate date={invoice.date} />],
    ...(invoice.dueDate
      ? [["Due", <CalendarDate date={invoice.dueDate} />] as [string, ReturnType<typeof CalendarDate>]]
      : []),
    ["Order", <a href={`/orders/${invoice.orderId}`}>{invoice.orderNumber}</a>],
    ["Instance", instance ? <a href={`/settings/instances/${instance.id}`}>{instance.name}</a> : "removed"],
    [
      "QuickBooks company",
      connection ? <a href={`/settings/quickbooks/${connection.id}`}>{connection.companyName}</a> : "none associated",
    ],
    ["Arrived", <Instant at={invoice.createdAt} now={now} />],
  ];
  if (invoice.state === "queued" && invoice.dueAt && invoice.dueAt > now.toISOString())
    rows.push(["Next try", <Instant at={invoice.dueAt} now={now} />]);
  if (invoice.deliveredAt) rows.push(["In QuickBooks since", <Instant at={invoice.deliveredAt} now={now} />]);
  if (invoice.qboId) {
    const isLinked = invoice.errorBeforeLink !== null;
    rows.push([
      "QuickBooks ID",
      <>
        <span class="code">{invoice.qboId}</span>
        {isLinked && ", linked by a person"}
      </>,
    ]);
  }
  if (invoice.qboBalanceMinor !== null)
    rows.push(["Open balance", <Money minor={invoice.qboBalanceMinor} currency={invoice.currency} />]);
  if (invoice.paidOn) rows.push(["Paid on", <CalendarDate date={invoice.paidOn} />]);
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Details</h2>
      <Facts rows={rows} />
    </section>
  );
}

/** One attempt as the timeline shows it. */
export interface AttemptView {
  number: number;
  operation: "create" | "update" | "void";
  startedAt: string;
  durationMs: number;
  outcome: "accepted" | "refused" | "not_let_in" | "unanswered" | "found" | "held" | "failed";
  httpStatus: number | null;
  intuitTid: string | null;
  error: StoredError | null;
}

const OUTCOMES = {
  accepted: { label: "Accepted", tone: "good" },
  found: { label: "Found in QuickBooks", tone: "good" },
  refused: { label: "Refused", tone: "bad" },
  failed: { label: "Failed", tone: "bad" },
  not_let_in: { label: "Postponed", tone: "warn" },
  unanswered: { label: "No usable answer", tone: "warn" },
  held: { label: "Held", tone: "warn" },
} as const;

const OPERATION_WORDS = { create: "Create", update: "Update", void: "Void" } as const;

export function Attempts({ attempts, invoice }: { attempts: AttemptView[]; invoice: InvoiceRow }) {
  return (
    <section class="card" aria-labelledby="attempts-title">
      <h2 id="attempts-title">Attempts</h2>
      {attempts.length === 0 ? (
        <p class="muted">{`Nothing has been tried yet: the invoice is ${STATUS_WORDS[publicStatus(invoice)].toLowerCase()}.`}</p>
      ) : (
        <ol class="timeline">
          {attempts.map((attempt) => (
            <Attempt attempt={attempt} />
          ))}
        </ol>
      )}
      {attempts.length > 0 && attempts.length < invoice.attemptCount && (
        <p class="muted small">
          {`${HISTORY_KEPT_DAYS} days after an invoice was settled, attempts that only waited like an earlier one are no longer kept: ${invoice.attemptCount - attempts.length} of ${invoice.attemptCount}.`}
        </p>
      )}
    </section>
  );
}

/** If QuickBooks turned the call away before looking at it, says why, as its error does. */
function outcomeOf({ outcome, error }: AttemptView): { label: string; tone: BadgeTone } {
  if (outcome !== "not_let_in") return OUTCOMES[outcome];
  switch (error?.category) {
    case "rate_limited":
      return { label: "Throttled", tone: "warn" };
    case "authentication":
    case "permission":
      return { label: "Not authorized", tone: "warn" };
    default:
      return OUTCOMES.not_let_in;
  }
}

function Attempt({ attempt }: { attempt: AttemptView }) {
  const { label, tone } = outcomeOf(attempt);
  const facts = [
    `${formatNumber(attempt.durationMs)} ms`,
    attempt.httpStatus !== null && `HTTP ${attempt.httpStatus}`,
    attempt.intuitTid && `intuit_tid ${attempt.intuitTid}`,
  ];
  return (
    <li class={tone === "good" ? "good" : tone === "bad" ? "bad" : ""}>
      <p>
        <strong>{`${attempt.number}. ${OPERATION_WORDS[attempt.operation]}`}</strong>{" "}
        <Badge tone={tone} label={label} /> <Instant at={attempt.startedAt} />
      </p>
      {attempt.error && <p>{attempt.error.message}</p>}
      <p class="muted small">{facts.filter(Boolean).join(" · ")}</p>
    </li>
  );
}
