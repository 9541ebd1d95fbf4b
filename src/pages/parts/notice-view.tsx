/**
 * What pages show of the messages that we send out: the signing secret, and the delivery log. Only markup and words: it
 * reads nothing and decides nothing.
 */
import type { Notification } from "../../notifications/schema.ts";
import type { TryResult } from "../../notifications/store.ts";
import { plural } from "../../platform/words.ts";
import { Badge } from "../../ui/badge.tsx";
import { Live } from "../../ui/live.tsx";
import { Table } from "../../ui/table.tsx";
import { displayNear, Instant } from "../../ui/time.tsx";
import type { Flash } from "./flash.ts";

/** How many messages a log shows, newest first. */
export const NOTICE_ROWS = 30;
const SOON_MS = 90_000;

export interface LogProps {
  /** Base path of the routes that retry a message and render the log. */
  base: string;
  notices: Notification[];
  now: Date;
  mayConfigure: boolean;
  /** What to do as long as nothing has been sent. */
  empty: string;
  /** Name of the log, e.g. `Delivery log`. */
  caption: string;
}

/** The log, which reloads while something in it is under way. */
export function NoticeLog(props: LogProps) {
  return (
    <Live id="notices" url={props.base} pace={paceOf(props.notices, props.now)}>
      {props.notices.length === 0 ? <p class="muted">{props.empty}</p> : <LogTable {...props} />}
    </Live>
  );
}

function LogTable({ base, notices, now, mayConfigure, caption }: LogProps) {
  return (
    <Table
      caption={caption}
      rows={notices}
      columns={[
        { label: "Message", isTitle: true, isTight: true, cell: (row) => <span class="code">{row.type}</span> },
        { label: "About", cell: (row) => <About notice={row} /> },
        { label: "Created", isTight: true, cell: (row) => <Instant at={row.createdAt} now={now} /> },
        { label: "State", isTight: true, cell: (row) => <State notice={row} now={now} /> },
        { label: "Last try", isTight: true, cell: (row) => <LastTry notice={row} now={now} /> },
        ...(mayConfigure
          ? [
              {
                label: "",
                hiddenLabel: "Actions",
                isTight: true,
                cell: (row: Notification) => <Retry base={base} notice={row} now={now} />,
              },
            ]
          : []),
      ]}
    />
  );
}

function About({ notice }: { notice: Notification }) {
  const about = aboutOf(notice);
  return about?.href ? <a href={about.href}>{about.words}</a> : <>{about?.words}</>;
}

function aboutOf(notice: Notification): { words: string; href?: string } | null {
  const data: unknown = JSON.parse(notice.data);
  if (typeof data !== "object" || data === null) return null;
  if ("number" in data && "id" in data)
    return { words: `Invoice ${String(data.number)}`, href: `/invoices/${String(data.id)}` };
  return "message" in data ? { words: String(data.message) } : null;
}

function State({ notice, now }: { notice: Notification; now: Date }) {
  if (notice.state === "delivered") return <Badge tone="good" label="Delivered" />;
  if (notice.state === "gave_up") return <Badge tone="bad" label="Gave up" />;
  if (isUnderWay(notice, now)) return <Badge tone="info" label="Sending" />;
  if (notice.tryCount === 0) return <Badge tone="neutral" label="Waiting" />;
  return (
    <div>
      <Badge tone="warn" label="Retrying" />
      <br />
      <span class="muted small">{`next ${notice.dueAt && notice.dueAt > now.toISOString() ? displayNear(notice.dueAt, now) : "in a moment"}`}</span>
    </div>
  );
}

function LastTry({ notice, now }: { notice: Notification; now: Date }) {
  if (notice.lastTriedAt === null) return <span class="muted">Not tried yet</span>;
  const words =
    notice.lastOutcome === null
      ? "Cut short"
      : outcomeWords({ outcome: notice.lastOutcome, httpStatus: notice.lastHttpStatus });
  return (
    <div>
      {isUnderWay(notice, now) ? "Under way" : words}
      <br />
      <span class="muted small">
        {plural(notice.tryCount, "try", "tries")} · <Instant at={notice.lastTriedAt} now={now} />
      </span>
    </div>
  );
}

function Retry({ base, notice, now }: { base: string; notice: Notification; now: Date }) {
  if (notice.state === "delivered" || isUnderWay(notice, now)) return null;
  return (
    <form method="post" action={`${base}/notices/${notice.id}/retry`}>
      <button type="submit" class="button small" aria-label={`Retry ${notice.type} of ${notice.createdAt}`}>
        Retry
      </button>
    </form>
  );
}

/** How a try ended, in a few words. */
function outcomeWords({ outcome, httpStatus }: TryResult): string {
  switch (outcome) {
    case "acknowledged":
    case "refused":
      return `Answered ${httpStatus}`;
    case "redirected":
      return `Answered ${httpStatus}, a redirect`;
    case "timeout":
      return "No answer in 10 s";
    case "unreachable":
      return "Could not be reached";
    case "not_allowed":
      return "Address not allowed";
    case "no_address":
      return "No address";
    case "no_secret":
      return "No secret: replace it";
  }
}

/** The notice after a manual try. */
export function tryFlash(result: TryResult | null, what: string): Flash {
  if (result === null) return { tone: "note", text: `${what} is being sent; see the log for the result.` };
  if (result.outcome === "acknowledged")
    return { tone: "good", text: `${what} was delivered: the address answered ${result.httpStatus}.` };
  const words = outcomeWords(result);
  return { tone: "bad", text: `${what} was not delivered. ${words}. It will be retried automatically.` };
}

function isUnderWay(notice: Notification, now: Date): boolean {
  return (
    notice.state === "waiting" &&
    notice.lastTriedAt !== null &&
    notice.lastOutcome === null &&
    (notice.dueAt ?? "") > now.toISOString()
  );
}

function paceOf(notices: readonly Notification[], now: Date): "fast" | "slow" | "no" {
  const waiting = notices.filter((notice) => notice.state === "waiting");
  if (waiting.length === 0) return "no";
  return waiting.some((notice) => Date.parse(notice.dueAt ?? "") - now.getTime() < SOON_MS) ? "fast" : "slow";
}
