/**
 * Every code of qbo-api.md section 9 has a category, and what is not in the table is judged by its type: no error is
 * ever without one.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ERROR_CATEGORIES } from "../../src/failures/push-error.ts";
import { categoryOf } from "../../src/failures/fault-categories.ts";
import { CODES } from "../../src/quickbooks/codes.ts";

const fault = (code: string, given: { type?: string; detail?: string } = {}) => ({
  code,
  message: "",
  detail: given.detail ?? "",
  type: given.type ?? "ValidationFault",
});

test.each([
  ["3200", "authentication"],
  ["100", "authentication"],
  ["3100", "permission"],
  ["120", "permission"],
  ["5020", "permission"],
  ["3001", "rate_limited"],
  ["150", "unavailable"],
  ["10000", "unavailable"],
  ["6190", "subscription"],
  ["5030", "subscription"],
  ["6200", "closed_period"],
  ["6210", "closed_period"],
  ["6140", "duplicate"],
  ["6240", "duplicate"],
  ["610", "inactive_reference"],
  ["2500", "inactive_reference"],
  ["6070", "validation"],
  ["6270", "validation"],
  ["2010", "validation"],
])("code %s is %s", (code, category) => {
  expect(categoryOf(fault(code))).toBe(category);
});

test("every known code is as the gateway's zeros leave it, and has a category of the contract", () => {
  expect(CODES.size).toBeGreaterThan(80);
  for (const code of CODES.keys()) {
    expect(code).toMatch(/^[1-9]\d*$/);
    expect(ERROR_CATEGORIES).toContain(categoryOf(fault(code)));
  }
});

test("what keeps a request out has one meaning: another token helps where it is authentication, and only there", () => {
  for (const [code, { meaning, category }] of CODES)
    expect([code, meaning === "token"]).toEqual([code, category === "authentication"]);
  expect(CODES.get("130")).toEqual({ meaning: "permission", category: "permission" });
});

test("a reference of the wrong kind is not called inactive", () => {
  expect(categoryOf(fault("2500", { detail: "Categories cannot be used in transactions." }))).toBe("validation");
});

test.each([
  ["AuthenticationFault", "authentication"],
  ["AUTHENTICATION", "authentication"],
  ["AuthorizationFault", "permission"],
  ["SystemFault", "unavailable"],
  ["ValidationFault", "validation"],
  ["", "validation"],
])("an unknown code of type '%s' is %s", (type, category) => {
  expect(categoryOf(fault("99999", { type }))).toBe(category);
});

test("any code and type has a category (property)", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (code, type, detail) => {
      expect(ERROR_CATEGORIES).toContain(categoryOf(fault(code, { type, detail })));
    }),
  );
});
