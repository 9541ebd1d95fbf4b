/**
 * A grant is lost by what Intuit or a person does, never by one failed write of ours or by one invoice's bad luck: after
 * each of these stories the connection stands and the invoice is sent.
 */
import { describe, expect, test } from "vitest";
import { reconnect } from "../people.ts";
import type { World } from "../world.ts";
import {
  HOUR_MS,
  atEveryStep,
  firstRow,
  inWorld,
  mishap,
  newInvoice,
  standingOf,
  standings,
  stateOfFirstConnection,
  trouble,
} from "./stage.ts";

const THINGS_OF_A_REFRESH = 8;

describe("new tokens survive a failure of ours, whatever they are written to", () => {
  test.each([
    { only: "d1", kind: "fail_before" },
    { only: "d1", kind: "fail_after" },
    { only: "kv", kind: "fail_before" },
    { only: "kv", kind: "fail_after" },
    { only: "storage", kind: "fail_before" },
    { only: "storage", kind: "fail_after" },
  ] as const)("$only $kind, at every step of a refresh", async ({ only, kind }) => {
    const ended: number[] = [];
    for (let step = 0; step < THINGS_OF_A_REFRESH; step += 1) {
      let isThere = false;
      await inWorld({}, async (world) => {
        await world.advance(HOUR_MS + 100_000);
        world.platform.gateFate.push(mishap(kind, step, only));
        await newInvoice(world);
        await world.advance(300_000);
        // Where it does not do so many things of the kind, there is no later one either.
        isThere = world.platform.gateFate.taken > 0;
        const isWell = (await stateOfFirstConnection(world)) === "connected";
        if (!isWell || standingOf(await firstRow(world)).state !== "sent") ended.push(step);
      });
      if (!isThere) break;
    }
    expect(ended).toEqual([]);
  });

  test("KV shows what was written only a minute later", async () => {
    await inWorld(
      {},
      async (world) => {
        await world.advance(HOUR_MS + 100_000);
        await newInvoice(world);
        await world.advance(300_000);
        expect(await stateOfFirstConnection(world)).toBe("connected");
        expect(await standings(world)).toEqual([expect.objectContaining({ state: "sent" })]);
      },
      { kv: "late" },
    );
  });
});

/** Five waits that have nothing to do with tokens. */
async function afterAnOutage(world: World): Promise<void> {
  world.network.outage = "throttled";
  await newInvoice(world);
  await world.advance(330_000);
  world.network.outage = null;
}

test("one refused token after an outage does not end the connection", async () => {
  await inWorld({}, async (world) => {
    await afterAnOutage(world);
    world.network.troubles.push(trouble("token_refused", { on: "any" }), trouble("token_refused", { on: "any" }));
    await world.advance(400_000);
    expect(await stateOfFirstConnection(world)).toBe("connected");
    expect(await standings(world)).toEqual([expect.objectContaining({ state: "sent" })]);
  });
});

test("who gives a connection up late does not end one that was renewed meanwhile", { timeout: 60_000 }, async () => {
  const ended: number[] = [];
  await atEveryStep({ from: 0, to: 14 }, {}, async (world, step) => {
    await afterAnOutage(world);
    world.network.endGrants(world.books[0]?.realmId ?? "");
    world.network.troubles.push(trouble("token_refused", { on: "any" }), trouble("token_refused", { on: "any" }));
    world.mishaps.push(mishap("stall_before", step, "gate", 30_000));
    await world.advance(70_000);
    await world.start(reconnect(world, 0));
    await world.advance(120_000);
    if ((await stateOfFirstConnection(world)) !== "connected") ended.push(step);
  });
  expect(ended).toEqual([]);
});

test("a Reconnect holds though one of its writes fails", async () => {
  const ended: string[] = [];
  for (const only of ["d1", "kv", "storage"] as const) {
    for (let step = 0; step < 4; step += 1) {
      await inWorld({}, async (world) => {
        await newInvoice(world);
        await world.advance(10_000);
        // A new authorization ends the former one.
        world.network.endGrants(world.books[0]?.realmId ?? "");
        world.platform.gateFate.push(mishap("fail_before", step, only));
        const told = reconnect(world, 0);
        await world.complete(told);
        // Where nothing could be put away at all, the person hears of it and presses Reconnect again.
        if (only === "storage" && !(await told)) return;
        await newInvoice(world);
        await world.advance(300_000);
        const isWell = (await stateOfFirstConnection(world)) === "connected";
        const areSent = (await standings(world)).every(({ state }) => state === "sent");
        if (!isWell || !areSent) ended.push(`${only} ${step}`);
      });
    }
  }
  expect(ended).toEqual([]);
});
