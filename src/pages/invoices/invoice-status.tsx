/**
 * Push status as people see it (docs/contract.md, section 4): its word, its colour, and what its badge explains. The
 * words are the same on the list, the invoice, the dashboard and the status page.
 */
import type { PushError } from "../../failures/push-error.ts";
import type { Warning } from "../../failures/warning.ts";
import { type DocumentState, DOCUMENT_STATES } from "../../documents/status.ts";
import { Badge, type BadgeTone, ErrorText } from "../../ui/badge.tsx";
import { displayNear } from "../../ui/time.tsx";

export const STATUS_WORDS: Readonly<Record<DocumentState, string>> = {
  not_sent: "Not sent",
  queued: "Queued",
  sending: "Sending",
  sent: "Sent",
  failed: "Failed",
  held: "Held",
  unknown: "Checking",
  voided: "Voided",
};

const TONES: Readonly<Record<DocumentState, BadgeTone>> = {
  not_sent: "neutral",
  queued: "info",
  sending: "info",
  sent: "good",
  failed: "bad",
  held: "warn",
  unknown: "warn",
  voided: "neutral",
};

export function isPushStatus(text: string): text is DocumentState {
  return DOCUMENT_STATES.some((status) => status === text);
}

export interface StatusBadgeProps {
  /** Unique on the page, e.g. the invoice's ID. */
  id: string;
  status: DocumentState;
  error: PushError | null;
  warnings: Warning[];
  nextAttemptAt: string | null;
  /** The invoice's page, for a popup elsewhere: it links to the buttons that its text names. */
  href?: string | null;
  now: Date;
}

/** The badge of one invoice: a button with a popup if there is something to explain. */
export function StatusBadge({ id, status, error, warnings, nextAttemptAt, href, now }: StatusBadgeProps) {
  const next = status === "queued" && nextAttemptAt && nextAttemptAt > now.toISOString() ? nextAttemptAt : null;
  const hasMore = error !== null || warnings.length > 0 || next !== null;
  const label = STATUS_WORDS[status];
  if (!hasMore) return <Badge tone={TONES[status]} label={label} />;
  return (
    <Badge tone={TONES[status]} label={label} id={`badge-${id}`}>
      {error && <ErrorText error={{ ...error, traceId: error.intuitTid, fix: href ? fixOf(error, href) : null }} />}
      {next && <span class="popup-line">{`Next try ${displayNear(next, now)}.`}</span>}
      {warnings.map((warning) => (
        <span class="popup-line">{`${warning.message} `}</span>
      ))}
    </Badge>
  );
}

/** Where the fix is: a page of its own, or the button on the invoice's page. */
function fixOf({ fix }: PushError, href: string): { label: string; href: string } | null {
  if (!fix) return null;
  return { label: fix.label, href: fix.href ?? href };
}
