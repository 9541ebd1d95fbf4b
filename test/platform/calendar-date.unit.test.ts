import { expect, it } from "vitest";
import { calendarDate, companyDay, dayIn, dayNamed, isCalendarDate } from "../../src/platform/calendar-date.ts";

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

it.each([
  ["Pacific/Auckland", "2026-11-30T10:59:59.999Z", "2026-11-30"],
  ["Pacific/Auckland", "2026-11-30T11:00:00.000Z", "2026-12-01"],
  ["America/Los_Angeles", "2026-12-01T07:59:59.000Z", "2026-11-30"],
  ["America/Los_Angeles", "2026-12-01T08:00:00.000Z", "2026-12-01"],
  ["Europe/London", "2026-06-30T22:59:59.000Z", "2026-06-30"],
  ["Europe/London", "2026-06-30T23:00:00.000Z", "2026-07-01"],
  ["Europe/London", "2026-12-31T23:30:00.000Z", "2026-12-31"],
  // The clocks go back on that day: it has 25 hours.
  ["Europe/London", "2026-10-25T23:59:59.000Z", "2026-10-25"],
  ["UTC", "2026-11-30T23:59:59.999Z", "2026-11-30"],
  ["America/Los_Angeles", "2026-11-30T22:30:00-08:00", "2026-11-30"],
])("in %s, %s is on %s", (timeZone, time, day) => {
  expect(dayIn(timeZone, time)).toBe(day);
  expect(dayIn(timeZone, new Date(time))).toBe(day);
});

it("a time with an offset or without a zone names its day itself; one in UTC does not", () => {
  expect(dayNamed("2026-11-30T21:15:00-08:00")).toBe("2026-11-30");
  expect(dayNamed("2026-12-01T00:15:00+00:00")).toBe("2026-12-01");
  expect(dayNamed("2026-11-30T23:59:59")).toBe("2026-11-30");
  expect(dayNamed("2026-11-30")).toBe("2026-11-30");
  expect(dayNamed("2026-11-30T21:15:00Z")).toBeNull();
  expect(dayNamed("2026-11-30t21:15:00z")).toBeNull();
});

it("a time in UTC is on the company's day, but exactly midnight is a date and keeps its day", () => {
  expect(companyDay("America/Los_Angeles", "2026-12-01T05:15:00.000Z")).toBe("2026-11-30");
  expect(companyDay("America/Los_Angeles", "2026-12-01T00:00:00.000Z")).toBe("2026-12-01");
  expect(companyDay("America/Los_Angeles", "2026-12-01T00:00:00.001Z")).toBe("2026-11-30");
  expect(companyDay("Pacific/Auckland", "2026-11-30T12:30:00.000Z")).toBe("2026-12-01");
});
