import { expect, it } from "vitest";
import { calendarDate, isCalendarDate } from "../../src/platform/calendar-date.ts";

it.each(["2026-02-28", "2024-02-29", "0001-01-01", "9999-12-31"])("%s is a day", (text) =>
  expect(isCalendarDate(text)).toBe(true),
);

it.each(["2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-1", "26-01-01", "2026-01-01T00:00:00Z", ""])(
  "%j is none",
  (text) => expect(isCalendarDate(text)).toBe(false),
);

it("the day of a time is its day in UTC", () => {
  expect(calendarDate("2026-11-20T23:59:59.999Z")).toBe("2026-11-20");
  expect(calendarDate(new Date("2026-11-20T23:30:00-02:00"))).toBe("2026-11-21");
});
