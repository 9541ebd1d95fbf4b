/**
 * Errors and warnings as they stand in the database and as they go out: what every released version wrote is read, and
 * what is written now can be read by the version before (both run during a deploy).
 */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  ERROR_CATEGORIES,
  type StoredError,
  errorText,
  happened,
  publicError,
  publicErrorSchema,
  pushError,
  readError,
} from "../../src/failures/push-error.ts";
import { readWarnings, withWarning, withoutWarnings } from "../../src/failures/warning.ts";

const NOW = new Date("2026-11-20T10:00:00.000Z");

/** `error` columns as version 0.1.0 wrote them: QuickBooks' refusal with a fix, a held one, one without a `fix`. */
const WRITTEN_BY_0_1_0 = {
  duplicate:
    '{"category":"duplicate","title":"Already in QuickBooks","message":"The number INV-9 is already used in Harbour Trading Co.","remedy":"If that is this very invoice, link it.","code":"6140","retryable":false,"intuit_tid":"1-67f0-ab","occurred_at":"2026-10-01T08:00:00.000Z","fix":{"label":"Link it or use another number","action":"choose_number","subject":{"kind":"invoice","id":"145","name":"INV-9"}}}',
  held: '{"category":"integration_disabled","title":"Integration is off","message":"The instance Northwind is switched off.","remedy":"Turn on Enable on the instance\'s page.","code":null,"retryable":true,"intuit_tid":null,"occurred_at":"2026-10-01T08:00:00.000Z","fix":{"label":"Open the instance","href":"/settings/instances/n1"}}',
  withoutFix:
    '{"category":"unavailable","title":"QuickBooks is unavailable","message":"m","remedy":"r","code":null,"retryable":true,"intuit_tid":null,"occurred_at":"2026-10-01T08:00:00.000Z"}',
};

/** The schema with which 0.1.0 read the column: a row that is written now must pass it. */
const SCHEMA_OF_0_1_0 = z.object({
  category: z.enum(ERROR_CATEGORIES),
  title: z.string(),
  message: z.string(),
  remedy: z.string(),
  code: z.string().nullable(),
  retryable: z.boolean(),
  intuit_tid: z.string().nullable(),
  occurred_at: z.string(),
  fix: z
    .object({
      label: z.string(),
      href: z.string().optional(),
      action: z.enum(["reactivate", "choose_number"]).optional(),
      subject: z
        .object({ kind: z.enum(["customer", "item", "account", "invoice"]), id: z.string(), name: z.string() })
        .optional(),
    })
    .nullable()
    .default(null),
});

const ERROR = pushError(
  "duplicate",
  { message: "The number is taken.", remedy: "Use another.", fix: { label: "Use another", action: "choose_number" } },
  { code: "6140", intuitTid: "1-a" },
);

describe("errors", () => {
  test.each(Object.entries(WRITTEN_BY_0_1_0))("what 0.1.0 wrote is read as it was meant: %s", (_name, text) => {
    const written = SCHEMA_OF_0_1_0.parse(JSON.parse(text));
    const { intuit_tid, occurred_at, ...same } = written;
    expect(readError(text)).toEqual({ ...same, intuitTid: intuit_tid, occurredAt: occurred_at });
    expect(publicErrorSchema.strict().parse(publicError(readError(text)))).toMatchObject({ intuit_tid, occurred_at });
  });

  test("a category or a fix that this version does not know keeps no invoice from being shown", () => {
    const later = { ...happened(ERROR, NOW), category: "tax", intuit_tid: "1-a", occurred_at: "x", fix: { action: 1 } };
    expect(readError(JSON.stringify(later))).toMatchObject({ category: "internal", fix: null, message: ERROR.message });
  });

  test("what is written now is what 0.1.0 can read", () => {
    const text = errorText(ERROR, NOW);
    expect(SCHEMA_OF_0_1_0.strict().parse(JSON.parse(text))).toMatchObject({
      intuit_tid: "1-a",
      occurred_at: NOW.toISOString(),
      fix: ERROR.fix,
    });
    expect(readError(text)).toEqual(happened(ERROR, NOW));
  });

  test("an error that is written down again keeps its time", () => {
    const before = readError(WRITTEN_BY_0_1_0.held);
    expect(readError(errorText(before, NOW)).occurredAt).toBe("2026-10-01T08:00:00.000Z");
  });

  test("the API shows the eight fields of the contract, whatever is stored beside them", () => {
    const shown = publicError({ ...happened(ERROR, NOW), more: 1 } as StoredError);
    expect(Object.keys(shown)).toEqual([
      "category",
      "title",
      "message",
      "remedy",
      "code",
      "retryable",
      "intuit_tid",
      "occurred_at",
    ]);
  });

  test("nothing is read as no error, and what is no error throws", () => {
    expect(readError(null)).toBeNull();
    expect(() => readError('{"message":"m"}')).toThrow(z.ZodError);
  });
});

describe("warnings", () => {
  const OLD = '[{"code":"total_differs","message":"a"},{"code":"void_waits","message":"b"}]';

  test("what 0.1.0 wrote is read; a new warning takes the place of the one of its code", () => {
    expect(readWarnings(OLD)).toHaveLength(2);
    expect(readWarnings(withWarning(OLD, { code: "total_differs", message: "c" }))).toEqual([
      { code: "void_waits", message: "b" },
      { code: "total_differs", message: "c" },
    ]);
    expect(readWarnings(withoutWarnings(OLD, ["void_waits", "other"]))).toEqual([
      { code: "total_differs", message: "a" },
    ]);
    expect(readWarnings(null)).toEqual([]);
  });
});
