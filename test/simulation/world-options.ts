/**
 * The variants of a world: how reliable its books, its platform and its clocks are. Each story draws its own.
 */
import fc from "fast-check";
import type { WorldOptions } from "./world.ts";

/**
 * Each of our two safety nets must suffice alone: books that forget request IDs show a new invoice at once, and books whose
 * queries lag behind remember request IDs.
 */
const books = fc
  .record({
    net: fc.constantFrom("requestid", "query", "both"),
    hasUniqueNumbers: fc.boolean(),
    takesNumbers: fc.constantFrom(true, true, false),
    rememberRefusals: fc.boolean(),
    appliesCredits: fc.constantFrom(false, false, false, true),
    letters: fc.constantFrom("kept", "kept", "refused", "question_marks"),
  })
  .map(({ net, ...rest }) => ({
    ...rest,
    rememberRequestIds: net !== "query",
    queryLagMs: net === "requestid" ? 400_000 : 0,
  }));

/** Clocks of one world differ by some seconds. */
const skew = fc.constantFrom(0, 0, 0, 1_500, -1_500, 3_000, -3_000);

/** Fifty invoices at once take minutes at the company's pace, and each asks for its turn. */
const STEPS_OF_HEAPS = 60_000;

const plain: fc.Arbitrary<WorldOptions> = fc.record({
  books,
  hasCron: fc.boolean(),
  isCutOff: fc.boolean(),
  hasTwoShops: fc.boolean(),
  hasHeaps: fc.integer({ min: 1, max: 40 }).map((n) => n === 1),
  kv: fc.constantFrom("prompt", "prompt", "late"),
  gateSkewMs: skew,
  workerSkewsMs: fc.array(skew, { maxLength: 4 }),
});

export const worldOptions: fc.Arbitrary<WorldOptions> = plain.map((options) =>
  options.hasHeaps ? { ...options, maxSteps: STEPS_OF_HEAPS } : options,
);
