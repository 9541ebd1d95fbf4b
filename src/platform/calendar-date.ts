/**
 * Calendar dates, written `YYYY-MM-DD`. Pure; knows no time zone but UTC.
 */
const LENGTH = "YYYY-MM-DD".length;

/** The calendar date of a time (ISO text in UTC, or a Date) in UTC. */
export function calendarDate(time: Date | string): string {
  return (typeof time === "string" ? time : time.toISOString()).slice(0, LENGTH);
}

/** Whether the text is a day that exists: `2026-02-28`, but not `2026-02-30`. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && calendarDate(date) === text;
}
