import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CallPace } from "../../src/connections/call-pace.ts";

const T0 = Date.parse("2026-11-20T10:00:00Z");

/** Enters and leaves as a caller with endless patience would; answers the start times. */
function startTimes(pace: CallPace, calls: number, kind: "write" | "batch" = "write"): number[] {
  const times: number[] = [];
  let now = T0;
  while (times.length < calls) {
    const answer = pace.acquire(now, kind, 60_000);
    if (answer.kind === "later") {
      now = answer.until;
      continue;
    }
    times.push(answer.startAt);
    pace.release(answer.startAt, answer.permit, "answered");
  }
  return times;
}

function permitOf(pace: CallPace, now: number): string {
  const answer = pace.acquire(now, "write", 5_000);
  if (answer.kind !== "go") throw new Error(`no permit: ${answer.reason}`);
  return answer.permit;
}

function mostWithin(times: number[], windowMs: number): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length));
}

describe("the pace of one company", () => {
  test("at most 8 starts in any second and 480 in any minute", () => {
    const times = startTimes(new CallPace(), 1_000);
    expect(mostWithin(times, 1_000)).toBe(8);
    expect(mostWithin(times, 60_000)).toBe(480);
  });

  test("starts move apart by as much as callers are late, and come together again", () => {
    const pace = new CallPace();
    const late = pace.acquire(T0, "write", 0);
    if (late.kind !== "go") throw new Error("no permit");
    pace.release(T0 + 500, late.permit, "answered", 500);
    const times = startTimes(pace, 20);
    const gaps = times.slice(2).map((at, index) => at - (times[index + 1] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(150);
    const calm = startTimes(pace, 1_000).slice(-100);
    expect(mostWithin(calm, 1_000)).toBe(8);
  });

  test("after a 429 at most six starts a second for ten minutes", () => {
    const pace = new CallPace();
    const answer = pace.acquire(T0, "write", 0);
    if (answer.kind !== "go") throw new Error("no permit");
    pace.release(T0, answer.permit, "throttled");
    expect(mostWithin(startTimes(pace, 300), 1_000)).toBe(6);
  });

  test("at most 38 batch calls in any minute", () => {
    expect(mostWithin(startTimes(new CallPace(), 100, "batch"), 60_000)).toBe(38);
  });

  test("six calls at once; the seventh waits until one is back or its permit has expired", () => {
    const pace = new CallPace();
    const permits = Array.from({ length: 6 }, () => pace.acquire(T0, "write", 5_000));
    expect(permits.every((answer) => answer.kind === "go")).toBe(true);
    expect(pace.acquire(T0 + 2_000, "write", 5_000)).toMatchObject({ kind: "later", reason: "pace" });
    const first = permits[0];
    if (first?.kind !== "go") throw new Error("no permit");
    pace.release(T0 + 2_000, first.permit, "answered");
    expect(pace.acquire(T0 + 2_000, "write", 5_000).kind).toBe("go");
    expect(pace.acquire(T0 + 140_000, "write", 5_000).kind).toBe("go");
  });

  test("a start that is further away than the caller waits is not reserved", () => {
    const pace = new CallPace();
    for (let i = 0; i < 4; i += 1) pace.acquire(T0, "write", 5_000);
    expect(pace.acquire(T0, "write", 100)).toEqual({ kind: "later", until: T0 + 500, reason: "pace" });
    expect(pace.acquire(T0, "write", 1_000)).toMatchObject({ kind: "go", startAt: T0 + 500 });
  });
});

describe("when QuickBooks misbehaves", () => {
  test("a 429 moves everything 60 s on", () => {
    const pace = new CallPace();
    const answer = pace.acquire(T0, "write", 0);
    if (answer.kind !== "go") throw new Error("no permit");
    expect(pace.release(T0 + 200, answer.permit, "throttled")).toBe(true);
    expect(pace.acquire(T0 + 300, "write", 5_000)).toEqual({ kind: "later", until: T0 + 60_200, reason: "throttled" });
    expect(pace.acquire(T0 + 60_200, "write", 5_000).kind).toBe("go");
  });

  test("three unanswered calls in a row open the circuit for 1 min, doubling to 15; one probe at a time", () => {
    const pace = new CallPace();
    let now = T0;
    const fail = (): void => {
      const answer = pace.acquire(now, "write", 5_000);
      if (answer.kind !== "go") throw new Error(`no permit: ${answer.reason}`);
      now = answer.startAt;
      pace.release(now, answer.permit, "unanswered");
    };
    fail();
    fail();
    fail();
    const pauses: number[] = [];
    for (let i = 0; i < 6; i += 1) {
      const closed = pace.acquire(now, "write", 5_000);
      if (closed.kind !== "later") throw new Error("the circuit is closed");
      pauses.push((closed.until - now) / 60_000);
      now = closed.until;
      fail();
    }
    expect(pauses).toEqual([1, 2, 4, 8, 15, 15]);
  });

  test("six that hang together open the circuit once, whenever each of them is noticed", () => {
    const pace = new CallPace();
    const permits = Array.from({ length: 6 }, () => permitOf(pace, T0));
    permits.forEach((permit, index) => pace.release(T0 + 120_000 + index * 125, permit, "unanswered"));
    expect(pace.block).toMatchObject({ openings: 1, until: T0 + 120_250 + 60_000 });
  });

  test("a straggler that comes in after the pause is no failed probe; the probe is", () => {
    const pace = new CallPace();
    const [first = "", second = "", third = "", straggler = ""] = Array.from({ length: 4 }, () => permitOf(pace, T0));
    for (const permit of [first, second, third]) pace.release(T0 + 30_000, permit, "unanswered");
    pace.release(T0 + 100_000, straggler, "unanswered");
    expect(pace.block).toMatchObject({ openings: 1, until: T0 + 90_000 });
    pace.release(T0 + 101_000, permitOf(pace, T0 + 100_500), "unanswered");
    expect(pace.block).toMatchObject({ openings: 2, until: T0 + 101_000 + 120_000 });
  });

  test("a call from before a restart of the gate, or whose permit expired, is no failed probe either", () => {
    const pace = new CallPace({ until: T0, reason: "circuit", openings: 1 });
    expect(pace.release(T0 + 1_000, "", "unanswered")).toBe(false);
    expect(pace.block.openings).toBe(1);
  });

  test("a permit that was not used says nothing: the circuit stays open, the next call probes", () => {
    const pace = new CallPace({ until: T0, reason: "circuit", openings: 2 });
    expect(pace.release(T0, permitOf(pace, T0), "unused")).toBe(false);
    expect(pace.block.openings).toBe(2);
    expect(pace.release(T0 + 200, permitOf(pace, T0 + 200), "answered")).toBe(true);
  });

  test("after the pause one call probes; its answer closes the circuit", () => {
    const pace = new CallPace({ until: T0, reason: "circuit", openings: 2 });
    const probe = pace.acquire(T0, "write", 5_000);
    if (probe.kind !== "go") throw new Error("no probe");
    expect(pace.acquire(T0 + 1_000, "write", 5_000).kind).toBe("later");
    expect(pace.release(T0 + 1_000, probe.permit, "answered")).toBe(true);
    expect(pace.acquire(T0 + 1_000, "write", 5_000).kind).toBe("go");
    expect(pace.block.openings).toBe(0);
  });
});

describe("the plan for a backlog", () => {
  test("what fits the horizon goes now, every other invoice gets a turn of its own, in order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 5_000 }), (count, horizonMs) => {
        const plan = new CallPace().plan(T0, count, horizonMs);
        expect(plan.go + plan.laterAt.length).toBe(count);
        expect(plan.go).toBe(Math.min(count, Math.floor(horizonMs / 125) + 1));
        expect(plan.laterAt).toEqual(plan.laterAt.map((_, index) => T0 + (plan.go + index) * 125));
      }),
    );
  });

  test("a second batch is planned behind the first", () => {
    const pace = new CallPace();
    pace.plan(T0, 100, 1_000);
    expect(pace.plan(T0 + 100, 1, 1_000).laterAt).toEqual([T0 + 100 * 125]);
  });

  test("a backlog that was held or moved puts nothing off any more", () => {
    const pace = new CallPace();
    pace.plan(T0, 1_000, 1_000);
    pace.noneDueBefore(null);
    expect(pace.plan(T0 + 2_000, 1, 1_000)).toEqual({ go: 1, laterAt: [] });
  });

  test("turns before the next thing that is due are free; behind them the backlog keeps its own", () => {
    const pace = new CallPace();
    pace.plan(T0, 100, 1_000);
    pace.noneDueBefore(T0 + 2_500);
    const plan = pace.plan(T0 + 2_000, 6, 1_000);
    expect(plan.go).toBe(4);
    expect(plan.laterAt).toEqual([T0 + 12_500, T0 + 12_625]);
  });

  test("what is due now leaves the plan as it is", () => {
    const pace = new CallPace();
    pace.plan(T0, 100, 1_000);
    pace.noneDueBefore(T0 - 1_000);
    expect(pace.plan(T0 + 100, 1, 1_000).laterAt).toEqual([T0 + 12_500]);
  });

  test("while QuickBooks throttles nothing goes, and turns begin when the pause is over", () => {
    const pace = new CallPace({ until: T0 + 60_000, reason: "throttled", openings: 0 });
    expect(pace.plan(T0, 2, 5_000)).toEqual({ go: 0, laterAt: [T0 + 60_000, T0 + 60_125] });
  });
});
