/**
 * Time that passes at the wrong place: between the question and the answer of a look-up, between the freeze and the
 * first byte, between a refused token and its repeat. On books that forget request IDs each of them was a second invoice.
 */
import { describe, expect, test, vi } from "vitest";
import { FORGETFUL, copies, endsWell, inWorld, mishap, newInvoice, trouble, untilSent } from "./stage.ts";

vi.mock("cloudflare:workers", () => import("../workers-double.ts"));

const FIFTEEN_MINUTES_MS = 900_000;
const STEPS_OF_A_PUSH = 40;

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
    const twice: number[] = [];
    for (let step = 0; step < STEPS_OF_A_PUSH; step += 1) {
      await inWorld(FORGETFUL, async (world) => {
        await newInvoice(world);
        world.mishaps.push(mishap(given.kind, step, given.only, given.stallMs));
        await world.advance(FIFTEEN_MINUTES_MS);
        if (copies(world) > 1) twice.push(step);
      });
    }
    expect(twice).toEqual([]);
  });

  test.each([20_000, 31_000, 40_000, 70_000])(
    "a request that leaves %i ms after its freeze, and is done 115 s later without an answer",
    async (stallMs) => {
      const twice: number[] = [];
      for (let step = 5; step < 10; step += 1) {
        await inWorld(FORGETFUL, async (world) => {
          world.network.troubles.push(trouble("answer_lost", { doneMs: 115_000 }));
          await newInvoice(world);
          world.mishaps.push(mishap("stall_before", step, "network", stallMs));
          await world.advance(FIFTEEN_MINUTES_MS);
          if (copies(world) > 1) twice.push(step);
        });
      }
      expect(twice).toEqual([]);
    },
  );
});

test("a refused token ends the try: its repeat is a new freeze", async () => {
  await inWorld(FORGETFUL, async (world) => {
    world.network.troubles.push(
      trouble("token_refused", { lateMs: 60_000 }),
      trouble("slow", { doneMs: 100_000, answerMs: 116_000 }),
    );
    world.network.tokenTroubles.push({ kind: "slow", ms: 25_000 });
    await newInvoice(world);
    await world.advance(FIFTEEN_MINUTES_MS);
    expect(copies(world)).toBe(1);
    await endsWell(world);
  });
});
