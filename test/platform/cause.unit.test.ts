/** Log lines say what went wrong, never which values were being written. */
import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { causeText, framesOf } from "../../src/platform/cause.ts";

const failed = new DrizzleQueryError(
  "update invoices set body = ?",
  ["Quayside Stores, 10.00"],
  new Error("D1_ERROR: Network connection lost."),
);

test("a failed statement is described in the database's words, without its values", () => {
  expect(causeText(failed)).toBe("Error: D1_ERROR: Network connection lost.");
  expect(causeText(new Error("outer", { cause: failed }))).toBe("Error: outer");
  expect(causeText(new DrizzleQueryError("select ?", ["secret"]))).toBe("Error: Failed query");
  expect(causeText("text")).toBe("text");
});

test("frames are places only", () => {
  const frames = framesOf(failed);
  expect(frames.length).toBeGreaterThan(0);
  expect(frames.join("\n")).not.toContain("Quayside");
  expect(framesOf("text")).toEqual([]);
});
