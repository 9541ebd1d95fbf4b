/** The time zone in which a company keeps its books (docs/contract.md, section 8, *Dates*). */
import { expect, test } from "vitest";
import { timeZoneNamed, timeZoneOf } from "../../src/connections/time-zone.ts";
import { US_COMPANY } from "./company-fixture.ts";

function zoneOf(country: string, region: string | null, timeZone: string | null = null): string {
  return timeZoneOf({ timeZone, company: { ...US_COMPANY, country, region } });
}

test.each([
  ["US", "NV", "America/Los_Angeles"],
  ["US", " tx ", "America/Chicago"],
  ["US", "NY", "America/New_York"],
  ["CA", "BC", "America/Vancouver"],
  ["AU", "WA", "Australia/Perth"],
  ["AU", null, "Australia/Sydney"],
  ["GB", "WA", "Europe/London"],
  ["NZ", "Auckland", "Pacific/Auckland"],
  ["Atlantis", "NV", "UTC"],
])("%s, %s: %s", (country, region, zone) => {
  expect(zoneOf(country, region)).toBe(zone);
});

test("the zone of the settings comes first", () => {
  expect(zoneOf("US", "NV", "Pacific/Auckland")).toBe("Pacific/Auckland");
});

test.each([
  ["europe/london", "Europe/London"],
  ["utc", "UTC"],
  ["Asia/Kolkata", "Asia/Kolkata"],
  ["+01:00", null],
  ["Mars/Olympus", null],
  ["", null],
])("a zone that is typed as '%s': %s", (typed, zone) => {
  expect(timeZoneNamed(typed)).toBe(zone);
});
