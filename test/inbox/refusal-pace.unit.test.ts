import { expect, test } from "vitest";
import { MAX_REFUSED_PER_MINUTE, RefusalPace } from "../../src/inbox/refusal-pace.ts";

const SECOND = 1_000;

function taken(pace: RefusalPace, times: number, now: number): number[] {
  return Array.from({ length: times }, () => pace.take(now));
}

test("1,000 in a minute pass, the next one is told when the oldest is a minute old", () => {
  const pace = new RefusalPace();
  expect(taken(pace, MAX_REFUSED_PER_MINUTE, 0)).toEqual(Array.from({ length: MAX_REFUSED_PER_MINUTE }, () => 0));
  expect(pace.take(59 * SECOND)).toBe(SECOND);
  expect(pace.take(60 * SECOND)).toBe(0);
});

test("the minute slides: half of them late in one minute and half early in the next are too many", () => {
  const pace = new RefusalPace();
  taken(pace, 600, 50 * SECOND);
  taken(pace, 400, 70 * SECOND);
  expect(pace.take(70 * SECOND)).toBe(40 * SECOND);
  expect(taken(pace, 600, 111 * SECOND).every((wait) => wait === 0)).toBe(true);
  expect(pace.take(111 * SECOND)).toBe(19 * SECOND);
});

test("what came too fast is not counted, and a clock that goes back never asks for more than a minute", () => {
  const pace = new RefusalPace();
  taken(pace, MAX_REFUSED_PER_MINUTE, 3_600 * SECOND);
  for (let i = 0; i < 5_000; i += 1) pace.take(3_610 * SECOND);
  expect(pace.take(0)).toBe(60 * SECOND);
  expect(pace.take(3_660 * SECOND)).toBe(0);
});
