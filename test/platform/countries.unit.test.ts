/** Countries, as QuickBooks writes them (docs/qbo-api.md, *Newer facts*). */
import { expect, test } from "vitest";
import { countryCode, mainTimeZone } from "../../src/platform/countries.ts";

test("codes of two letters and of three name the same country", () => {
  expect(["US", "USA", "usa", " gbr "].map(countryCode)).toEqual(["US", "US", "US", "GB"]);
  expect(countryCode("Atlantis")).toBeNull();
});

test("every country has a time zone that this runtime knows", () => {
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];
  const zones = letters.flatMap((a) => letters.flatMap((b) => mainTimeZone(a + b) ?? []));
  expect(zones.length).toBeGreaterThan(240);
  for (const timeZone of zones) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
});
