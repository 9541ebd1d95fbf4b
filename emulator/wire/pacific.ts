/**
 * QuickBooks gives all times in US Pacific time (docs/qbo-api.md, sections 2 and 10); this file converts epoch
 * milliseconds. It never reads a clock: the emulator's time is always passed in.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STANDARD_OFFSET_HOURS = -8;
const DAYLIGHT_OFFSET_HOURS = -7;

/** `2026-01-04T10:02:11-08:00`, whole seconds, as MetaData has it. */
export function pacificStamp(ms: number): string {
  const offset = offsetHours(ms);
  return `${new Date(ms + offset * HOUR_MS).toISOString().slice(0, 19)}-0${-offset}:00`;
}

/** `2026-01-04T10:02:11.311-08:00`, as the envelope's `time` has it. */
export function pacificStampMs(ms: number): string {
  const offset = offsetHours(ms);
  return `${new Date(ms + offset * HOUR_MS).toISOString().slice(0, 23)}-0${-offset}:00`;
}

/** The calendar date on Intuit's servers, `YYYY-MM-DD`. */
export function pacificDate(ms: number): string {
  return new Date(ms + offsetHours(ms) * HOUR_MS).toISOString().slice(0, 10);
}

/** Adds whole days to a calendar date `YYYY-MM-DD`. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** True for a `YYYY-MM-DD` that is a real day. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) === text;
}

/** Daylight time: second Sunday of March 10:00 UTC to first Sunday of November 09:00 UTC. */
function offsetHours(ms: number): number {
  const year = new Date(ms).getUTCFullYear();
  const start = nthSunday(year, 2, 2) + 10 * HOUR_MS;
  const end = nthSunday(year, 10, 1) + 9 * HOUR_MS;
  return ms >= start && ms < end ? DAYLIGHT_OFFSET_HOURS : STANDARD_OFFSET_HOURS;
}

function nthSunday(year: number, month: number, nth: number): number {
  const first = Date.UTC(year, month, 1);
  const toSunday = (7 - new Date(first).getUTCDay()) % 7;
  return first + (toSunday + 7 * (nth - 1)) * DAY_MS;
}
