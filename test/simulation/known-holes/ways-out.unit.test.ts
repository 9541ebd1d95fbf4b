/**
 * Every state has a way out, and none of them needs a person where nothing is wrong: a number that QuickBooks can't look
 * up, an instance that is gone, a gate that could not be asked.
 */
import { describe, expect, test, vi } from "vitest";
import { removeInstance } from "../../../src/actions/remove-instance.ts";
import { sendInvoices } from "../../../src/pushes/send-invoices.ts";
import { readRows } from "../oracle.ts";
import { actOf, saveInstanceAs } from "../people.ts";
import type { World } from "../world.ts";
import {
  HOUR_MS,
  OTHER,
  firstRow,
  inWorld,
  interceptFetch,
  newInvoice,
  refusal,
  standingOf,
  standings,
  trouble,
} from "./stage.ts";

vi.mock("cloudflare:workers", () => import("../workers-double.ts"));

// E16
test("one number that can't be looked up keeps no other waiting, and ends with a way out", async () => {
  await inWorld({}, async (world) => {
    interceptFetch(world, ({ url }) => {
      const query = url.searchParams.get("query") ?? "";
      return query.includes("FROM Invoice") && query.includes("INV-i-2") ? refusal("4002") : null;
    });
    world.network.troubles.push(trouble("answer_lost"), trouble("answer_lost"));
    await newInvoice(world);
    await newInvoice(world);
    await world.advance(HOUR_MS);
    const [first] = await readRows(world);
    expect(first?.number).toBe("INV-i-1");
    expect(standingOf(first).state).toBe("sent");
    await world.advance(11 * HOUR_MS);
    const [, second] = await readRows(world);
    expect(["sent", "failed"]).toContain(standingOf(second).state);
    const isSent = world.books[0]?.createdNotes.length;
    expect(isSent).toBe(2);
  });
});

// E17
test("what waits for an instance that is removed can be sent", async () => {
  await inWorld({}, async (world) => {
    await world.complete(saveInstanceAs(world, { enabled: false }));
    await newInvoice(world);
    await world.complete(saveInstanceAs(world, { enabled: true }));
    await newInvoice(world, OTHER);
    await world.complete(saveInstanceAs(world, { enabled: false }));
    await world.advance(5_000);
    await removeInstance(actOf(world), world.instanceId);
    const ids = (await readRows(world)).map(({ id }) => id);
    const answers = await sendInvoices(world.env, world.db, ids, new Date());
    expect(answers.map(({ status }) => status)).toEqual(["queued", "queued"]);
    await world.advance(600_000);
    expect((await standings(world)).map(({ state }) => state)).toEqual(["sent", "sent"]);
  });
});

/** The gate can't be reached, once, in the words of the platform. */
function failNextEnter(world: World, message: string): void {
  const namespace = world.gates.namespace as unknown as { get: (id: string) => object };
  const get = namespace.get.bind(namespace);
  let left = 1;
  namespace.get = (id) =>
    new Proxy(get(id), {
      get: (stub, method) => {
        const real = Reflect.get(stub, method) as (...given: unknown[]) => Promise<unknown>;
        if (method !== "enter") return real;
        return async (...given: unknown[]) => {
          if (left === 0) return real(...given);
          left -= 1;
          throw new Error(message);
        };
      },
    });
}

// E25
describe("whatever is thrown before the send is a deferral", () => {
  test.each([
    "internal error; reference = abc123",
    "Network connection lost.",
    "Cannot resolve Durable Object due to transient issue on remote node.",
    "The Durable Object's code has been updated, this version can no longer access storage.",
    "Too many subrequests.",
  ])("%s", async (message) => {
    await inWorld({}, async (world) => {
      await world.advance(5_000);
      failNextEnter(world, message);
      await newInvoice(world);
      await world.advance(120_000);
      expect(standingOf(await firstRow(world)).state).toBe("sent");
    });
  });
});
