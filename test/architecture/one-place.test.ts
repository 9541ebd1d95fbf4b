/**
 * What is added often is said in few places. A role is its record: no other file names one, since code asks for rights. A
 * setting of a connection is its column and its record: no other file of the settings' own machinery (connections/,
 * actions/, pages/, api/) may name one, but those listed here that judge or use it.
 */
import { describe, expect, test } from "vitest";
import { SETTING_FIELDS, SETTINGS } from "../../src/connections/settings.ts";
import { ROLE_NAMES } from "../../src/people/roles.ts";
import { sourcesOf } from "./sources.ts";

/** Where a new setting has to be written down. */
const PLACES = ["src/connections/schema.ts", "src/connections/settings.ts"];

/** Files that need to know one particular setting, with what for. */
const USES: Record<string, string> = {
  "src/connections/setting.ts": "names the two choices that decide what is required",
  "src/connections/check-settings.ts": "judges each against what QuickBooks has",
  "src/connections/check-taxing.ts": "judges each against how the company taxes",
  "src/connections/taxing.ts": "decides by them which code a rate has",
  "src/connections/time-zone.ts": "prefers the zone that was chosen to the one proposed",
  "src/connections/check-configuration.ts": "reads what the item type and the customer ask for",
  "src/connections/check-line.ts": "names one as the example of an ID",
  "src/pages/connections/connection-facts.tsx": "says whether the time zone was chosen",
  "src/pages/connections/connection-page.tsx": "takes the start date that the check proposes",
  "src/pages/connections/connection-check.tsx": "offers the start date that the check proposes",
  "src/pages/connections/connection-settings-form.tsx": "reads the two choices that decide what is required",
};

const MACHINERY = /^src\/(?:connections|actions|pages|api|ui|people)\//;
/** Words that an instance, an order or the company has as well: counting them would count those. */
const SHARED = new Set(["enabled", "auto_invoice", "customer_name", "tax_codes"]);

describe("a setting", () => {
  const sources = sourcesOf("src").filter(({ path }) => MACHINERY.test(path));

  test.each(SETTING_FIELDS.filter((field) => !SHARED.has(field)))("%s stands in two places", (field) => {
    const name = new RegExp(`\\b(?:${field}|${SETTINGS[field].column})\\b`);
    const named = sources.filter(({ text }) => name.test(text)).map(({ path }) => path);
    expect(named.filter((path) => !(path in USES)).toSorted()).toEqual(PLACES);
  });

  test("the list of uses holds no file that names none", () => {
    const names = new RegExp(
      `\\b(?:${SETTING_FIELDS.filter((field) => !SHARED.has(field))
        .flatMap((field) => [field, SETTINGS[field].column])
        .join("|")})\\b`,
    );
    const unused = sources.filter(({ path, text }) => path in USES && !names.test(text)).map(({ path }) => path);
    expect(unused).toEqual([]);
    expect(Object.keys(USES).filter((path) => sourcesOf("src").every((source) => source.path !== path))).toEqual([]);
  });
});

describe("a role", () => {
  test.each(ROLE_NAMES)("%s stands in one place", (role) => {
    const name = new RegExp(`["'\`]${role}["'\`]|^\\s+${role}: \\{$`, "m");
    const named = sourcesOf("src").filter(({ text }) => name.test(text));
    expect(named.map(({ path }) => path)).toEqual(["src/people/roles.ts"]);
  });
});
