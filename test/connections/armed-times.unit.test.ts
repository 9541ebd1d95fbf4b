/** The times at which an alarm was asked for: the smallest that is still ahead counts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { ArmedTimes } from "../../src/connections/armed-times.ts";

test("the smallest time ahead counts, in whatever order they came; those that have passed are forgotten", () => {
  const armed = new ArmedTimes();
  for (const at of [600, 10, 300, 10]) armed.add(at);
  expect([armed.nextAfter(0), armed.nextAfter(10), armed.nextAfter(599), armed.nextAfter(600)]).toEqual([
    10,
    300,
    600,
    null,
  ]);
});

test("however many there are, an alarm never goes off later than was asked for", () => {
  const times = fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 2_000 });
  fc.assert(
    fc.property(times, (given) => {
      const armed = new ArmedTimes();
      for (const at of given) armed.add(at);
      expect(armed.nextAfter(0)).toBe(Math.min(...given));
    }),
  );
});
