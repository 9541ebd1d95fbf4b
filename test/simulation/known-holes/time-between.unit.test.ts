/**
 * Time that passes at the wrong place: between the question and the answer of a look-up, or between the freeze and the
 * first byte. On books that forget request IDs each of them was a second invoice.
 */
import { describe, expect, test } from "vitest";
import { FORGETFUL, atEveryStep, copies, endsWell, inWorld, mishap, newInvoice, trouble, untilSent } from "./stage.ts";

const FIFTEEN_MINUTES_MS = 900_000;
/** From a freeze to the last moment at which it is sent again, and a little more. */
const UNTIL_RESENT_MS = 300_000;
const STEPS_OF_A_PUSH = 40;
/** Customer, account and item are looked for and made, then the invoice. */
const CALLS_OF_A_PUSH = 7;

describe("a look-up is judged by the time at which it was asked", () => {
  test.each([
    { doneMs: 70_000, answerMs: 104_600, isThrottledLater: false },
    { doneMs: 115_000, answerMs: 104_600, isThrottledLater: false },
    { doneMs: 70_000, answerMs: 116_000, isThrottledLater: true },
    { doneMs: 115_000, answerMs: 116_000, isThrottledLater: true },
  ])(
    "made $doneMs ms after the send, look-up answered after $answerMs ms, a 429 later: $isThrottledLater",
    async ({ doneMs, answerMs, isThrottledLater }) => {
      await inWorld(FORGETFUL, async (world) => {
        world.network.troubles.push(trouble("answer_lost", { doneMs }));
        await newInvoice(world);
        await untilSent(world);
        await world.advance(30_000);
        world.network.troubles.push(trouble("slow", { on: "read", answerMs }));
        await world.advance(60_000);
        if (isThrottledLater) world.network.troubles.push(trouble("throttled", { on: "read" }));
        await world.advance(400_000);
        expect(copies(world)).toBe(1);
        await endsWell(world);
      });
    },
  );
});

describe("nothing goes out long after its freeze", () => {
  test.each([
    { kind: "stall_after", only: "d1", stallMs: 200_000 },
    { kind: "stall_before", only: "network", stallMs: 200_000 },
    { kind: "stall_after", only: "gate", stallMs: 200_000 },
    { kind: "stall_before", only: "d1", stallMs: 200_000 },
    { kind: "stall_after", only: "d1", stallMs: 400_000 },
    { kind: "stall_before", only: "network", stallMs: 400_000 },
  ] as const)("$kind $only for $stallMs ms, at every step of a push", { timeout: 60_000 }, async (given) => {
    const steps = await atEveryStep({ from: 0, to: STEPS_OF_A_PUSH }, FORGETFUL, async (world, step) => {
      await newInvoice(world);
      world.mishaps.push(mishap(given.kind, step, given.only, given.stallMs));
      await world.advance(given.stallMs + UNTIL_RESENT_MS);
      expect({ step, copies: copies(world) }).toEqual({ step, copies: 1 });
    });
    expect(steps).toBeGreaterThanOrEqual(CALLS_OF_A_PUSH);
  });

  test.each([20_000, 31_000, 40_000, 70_000])(
    "a request that leaves %i ms after its freeze, and is done 115 s later without an answer",
    async (stallMs) => {
      const steps = await atEveryStep({ from: 5, to: 10 }, FORGETFUL, async (world, step) => {
        world.network.troubles.push(trouble("answer_lost", { doneMs: 115_000 }));
        await newInvoice(world);
        world.mishaps.push(mishap("stall_before", step, "network", stallMs));
        await world.advance(FIFTEEN_MINUTES_MS);
        expect({ step, copies: copies(world) }).toEqual({ step, copies: 1 });
      });
      expect(steps).toBeGreaterThan(0);
    },
  );
});
