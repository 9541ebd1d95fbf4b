/**
 * The revision is raised after each definite answer, and never because of a retry (docs/architecture.md, section 3,
 * rule 3).
 */
import { expect, test } from "vitest";
import { nextRevision, requestIdOf } from "../../src/pushes/revision.ts";
import { storedRow } from "../invoices/example-invoice.ts";

const row = (given: Partial<ReturnType<typeof storedRow>>, operation: "create" | "update" = "create") =>
  storedRow({ operation, state: "sending" }, given);

test("the first payload is revision 1", () => {
  expect(nextRevision(row({}))).toBe(1);
});

test("a retry before any definite answer keeps its revision, an update's too", () => {
  expect(nextRevision(row({ revision: 3, closedRevision: 2 }))).toBe(3);
  expect(nextRevision(row({ revision: 3, closedRevision: 2 }, "update"))).toBe(3);
});

test("a refused or accepted revision is used up, also where the same bytes are sent again", () => {
  expect(nextRevision(row({ revision: 3, closedRevision: 3 }))).toBe(4);
});

test("of earlier versions: a refusal left a hash, and what is changed was accepted", () => {
  expect(nextRevision(row({ revision: 2, refusedHash: "hash" }))).toBe(3);
  expect(nextRevision(row({ revision: 1 }, "update"))).toBe(2);
});

test("the request ID names the invoice and the revision", () => {
  expect(requestIdOf({ id: "i", revision: 4 })).toBe("i-4");
});
