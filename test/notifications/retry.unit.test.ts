import { expect, it } from "vitest";
import { nextTryAt } from "../../src/notifications/retry.ts";

const START = Date.parse("2026-11-20T10:00:00.000Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

it("waits 10 s, 1 min, 5 min, 30 min, 2 h, then 6 h, tries a last time at 24 h, and gives up", () => {
  const waits: number[] = [];
  let now = START;
  for (let tryCount = 1; tryCount < 50; tryCount += 1) {
    const next = nextTryAt(tryCount, new Date(START).toISOString(), new Date(now));
    if (next === null) break;
    waits.push(Date.parse(next) - now);
    now = Date.parse(next);
  }
  expect(waits.slice(0, 8)).toEqual([
    10 * SECOND,
    MINUTE,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    6 * HOUR,
    6 * HOUR,
    6 * HOUR,
  ]);
  expect(now).toBe(START + 24 * HOUR);
});
