/**
 * Times and dates for people. Instants are shown in UTC and say so, so that two people on the phone see the same;
 * calendar dates have no zone and are never turned into instants.
 */
import { calendarDate } from "../platform/calendar-date.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2026-11-20` → `20 Nov 2026`. Anything else is shown as is. */
export function displayDate(date: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date);
  const month = match ? MONTHS[Number(match[2]) - 1] : undefined;
  return match && month ? `${Number(match[3])} ${month} ${match[1]}` : date;
}

/** An ISO instant → `20 Nov 2026, 10:04 UTC`. */
export function displayInstant(iso: string): string {
  return `${displayDate(calendarDate(iso))}, ${iso.slice(11, 16)} UTC`;
}

/** How far an instant is from `now`, in words, if it is near; otherwise the instant itself. */
export function displayNear(iso: string, now: Date): string {
  const distanceMs = Date.parse(iso) - now.getTime();
  if (Math.abs(distanceMs) >= DAY_MS) return displayInstant(iso);
  const words = spanInWords(Math.abs(distanceMs));
  if (words === null) return distanceMs > 0 ? "in a moment" : "just now";
  return distanceMs > 0 ? `in ${words}` : `${words} ago`;
}

/** A duration in its largest unit, e.g. `12 min`; null under 5 seconds. */
export function spanInWords(ms: number): string | null {
  if (ms < 5_000) return null;
  if (ms < MINUTE_MS) return `${Math.round(ms / 1_000)} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h`;
  return `${Math.round(ms / DAY_MS)} days`;
}

export function CalendarDate({ date }: { date: string }) {
  return <time datetime={date}>{displayDate(date)}</time>;
}

/** An instant; given `now`, a near one is shown as a distance, with the full time in the tooltip. */
export function Instant({ at, now }: { at: string; now?: Date }) {
  const full = displayInstant(at);
  return (
    <time datetime={at} {...(now ? { title: full } : {})}>
      {now ? displayNear(at, now) : full}
    </time>
  );
}
