/**
 * Status badges: words with a colour, never colour alone. One that has more to say (an error, warnings) is a button
 * whose popup opens on hover, focus and tap, can be pointed into and closes with Escape; its text is always in the
 * document and tied to the badge by `aria-describedby`. It opens upwards where there is no room below (public/app.js).
 * Everything that the popup lets people do must also be possible elsewhere.
 */
import type { Child } from "hono/jsx";

export type BadgeTone = "neutral" | "info" | "good" | "bad" | "warn";

export interface BadgeProps {
  tone: BadgeTone;
  label: string;
  /** Unique on the page: the popup's ID, which ties the badge to it. Needed only with `children`. */
  id?: string | undefined;
  /** Rows of the popup; without any, the badge is plain text. */
  children?: Child | undefined;
  /** A quieter mark on a good badge that has something to add. */
  hasMore?: boolean;
}

export function Badge({ tone, label, id, children }: BadgeProps) {
  if (!children || !id) return <span class={`badge badge-${tone}`}>{label}</span>;
  return (
    <span class="badge-anchor" data-badge>
      <button type="button" class={`badge badge-${tone}`} aria-describedby={id}>
        {label}
      </button>
      <span class="badge-popup" role="tooltip" id={id}>
        <span class="badge-popup-body">{children}</span>
      </span>
    </span>
  );
}

/** What a popup says about one error, in the order in which people need it. */
export interface ErrorWords {
  title: string;
  message: string;
  remedy: string;
  code?: string | null;
  traceId?: string | null;
  /** Where the fix is, if that is not on this page. */
  fix?: { label: string; href: string } | null;
}

/** Only phrasing content, because it is inside a badge's popup. */
export function ErrorText({ error }: { error: ErrorWords }) {
  return (
    <>
      <strong class="popup-line">{error.title}</strong> <span class="popup-line">{error.message}</span>{" "}
      <span class="popup-line">
        <b>What to do: </b>
        {error.remedy}
      </span>{" "}
      {error.fix && (
        <a class="popup-line" href={error.fix.href}>
          {error.fix.label}
        </a>
      )}{" "}
      {(error.code || error.traceId) && (
        <span class="popup-line muted small">
          {error.code && `QuickBooks code ${error.code}`}
          {error.code && error.traceId && " · "}
          {error.traceId && `intuit_tid ${error.traceId}`}
        </span>
      )}
    </>
  );
}
