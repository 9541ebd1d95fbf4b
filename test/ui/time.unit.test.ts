import { describe, expect, it } from "vitest";
import { displayDate, displayInstant, displayNear, spanInWords } from "../../src/ui/time.tsx";

const now = new Date("2026-11-20T10:00:00.000Z");

describe("dates and times for people", () => {
  it.each([
    ["2026-11-20", "20 Nov 2026"],
    ["2026-01-01", "1 Jan 2026"],
    ["2026-13-01", "2026-13-01"],
    ["soon", "soon"],
  ])("shows %s as %s", (date, shown) => {
    expect(displayDate(date)).toBe(shown);
  });

  it("names the zone of an instant", () => {
    expect(displayInstant("2026-11-20T10:04:59.000Z")).toBe("20 Nov 2026, 10:04 UTC");
  });

  it.each([
    ["2026-11-20T09:59:58.000Z", "just now"],
    ["2026-11-20T09:59:30.000Z", "30 s ago"],
    ["2026-11-20T09:48:00.000Z", "12 min ago"],
    ["2026-11-20T04:00:00.000Z", "6 h ago"],
    ["2026-11-20T10:02:00.000Z", "in 2 min"],
    ["2026-11-20T10:00:01.000Z", "in a moment"],
    ["2026-11-18T10:00:00.000Z", "18 Nov 2026, 10:00 UTC"],
  ])("tells %s as '%s'", (at, shown) => {
    expect(displayNear(at, now)).toBe(shown);
  });

  it.each([
    [0, null],
    [4_999, null],
    [59_000, "59 s"],
    [3_600_000, "1 h"],
    [172_800_000, "2 days"],
  ])("measures %i ms", (ms, words) => {
    expect(spanInWords(ms)).toBe(words);
  });
});
