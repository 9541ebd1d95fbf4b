/**
 * Calendar dates, written `YYYY-MM-DD`, and the days of times in a time zone. Pure.
 */
const LENGTH = "YYYY-MM-DD".length;

/** Making a formatter costs far more than using it. */
const formatters = new Map<string, Intl.DateTimeFormat>();

/** The calendar date of a time (ISO text in UTC, or a Date) in UTC. */
export function calendarDate(time: Date | string): string {
  return (typeof time === "string" ? time : time.toISOString()).slice(0, LENGTH);
}

/** The calendar date of an instant (a Date, or ISO text with any offset) in a time zone such as `Pacific/Auckland`. */
export function dayIn(timeZone: string, instant: Date | string): string {
  const formatter =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  formatters.set(timeZone, formatter);
  const parts = formatter.formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}`;
}

/**
 * The day that a time itself names, whoever reads it: one with an offset, or without a zone, means its sender's day. Null
 * for a time in UTC (`Z`), whose day is the reader's; see `companyDay`.
 */
export function dayNamed(time: string): string | null {
  return /[Zz]$/.test(time) ? null : calendarDate(time);
}

/**
 * The company's calendar day of a time in UTC (ISO text as `toISOString` writes it). Exactly midnight is a date written as
 * a time, and keeps its day (docs/contract.md, section 8, *Dates*).
 */
export function companyDay(timeZone: string, time: string): string {
  return time.endsWith("T00:00:00.000Z") ? calendarDate(time) : dayIn(timeZone, time);
}

/** Whether the text is a day that exists: `2026-02-28`, but not `2026-02-30`. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && calendarDate(date) === text;
}
