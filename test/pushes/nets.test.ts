/**
 * The nets beneath the queue (docs/architecture.md, sections 1 and 4): whatever becomes of a message, D1 knows what is
 * to be done, and an alarm, the cron or the dead letters bring a worker to it.
 */
import { expect, test } from "vitest";
import { consumeDeadLetters } from "../../src/pushes/queue/dead-letters.ts";
import { sweep } from "../../src/pushes/queue/sweep.ts";
import type { World } from "../simulation/world.ts";
import { CONTENT, change, home, inBooks, makeInvoice, onlyRow, rowOf } from "./world-fixture.ts";
import { inWorld } from "./world-in-workerd.ts";

/** The product's promise: what was not in flight goes on within 60 s. */
const WITHIN_MS = 60_000;

function deadLetters(bodies: unknown[]): { batch: MessageBatch; acked: () => number } {
  let acked = 0;
  const messages = bodies.map((body, index) => ({
    id: `m-${index}`,
    body,
    attempts: 6,
    timestamp: new Date(),
    ack: () => void (acked += 1),
    retry: () => undefined,
  }));
  const batch = {
    queue: "invoice-push-dead",
    messages,
    ackAll: () => (acked = messages.length),
    retryAll: () => undefined,
  };
  return { batch: batch as unknown as MessageBatch, acked: () => acked };
}

async function arrive(world: World) {
  await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
  return onlyRow(world);
}

test("a lost message costs seconds: the alarm was set before the row was written", () =>
  inWorld(async (world) => {
    await world.advance(120_000);
    const row = await arrive(world);
    world.queue.lose();
    await world.advance(WITHIN_MS);
    expect((await rowOf(world, row.id)).state).toBe("sent");
  }));

test("a message that comes twice, and again when all is done, sends nothing twice", () =>
  inWorld(async (world) => {
    const row = await arrive(world);
    world.queue.deliverAgain();
    for (let i = 0; i < 3; i += 1) await world.queue.binding().send({ kind: "invoice", invoiceId: row.id });
    await world.advance(10_000);
    for (let i = 0; i < 3; i += 1) await world.queue.binding().send({ kind: "invoice", invoiceId: row.id });
    await world.advance(10_000);
    expect(inBooks(world, row)).toHaveLength(1);
    expect((await rowOf(world, row.id)).fence).toBe(1);
  }));

test("a message that nobody can read, or of an invoice that is gone, is done with", () =>
  inWorld(async (world) => {
    await world.queue.binding().send("nonsense");
    await world.queue.binding().send({ kind: "invoice", invoiceId: "nobody" });
    await world.queue.binding().send({ kind: "due", connectionId: "nobody" });
    await world.advance(60_000);
    expect(world.queue.waiting).toBe(0);
    expect(world.problems).toEqual([]);
  }));

test("storage that fails while a company is worked for brings the message back", () =>
  inWorld(async (world) => {
    const row = await arrive(world);
    world.mishaps.push({ kind: "fail_before", step: 0, only: "d1", stallMs: 0 });
    await world.advance(30_000);
    expect((await rowOf(world, row.id)).state).toBe("sent");
    expect(inBooks(world, row)).toHaveLength(1);
  }));

test("dead letters fail nothing and wake their companies again", () =>
  inWorld(async (world) => {
    const row = await makeInvoice(world, {
      state: "queued",
      connectionId: home(world),
      dueAt: new Date().toISOString(),
    });
    world.queue.lose();
    const dead = deadLetters([
      { kind: "invoice", invoiceId: row.id },
      { kind: "due", connectionId: world.connectionIds[1] },
      "nonsense",
    ]);
    await world.complete(consumeDeadLetters(dead.batch, world.env));
    expect(dead.acked()).toBe(3);
    expect(await rowOf(world, row.id)).toEqual(row);
    for (const id of world.connectionIds)
      expect(await world.gates.alarmAt(id)).toBeLessThanOrEqual(Date.now() + WITHIN_MS);
    await world.advance(WITHIN_MS + 10_000);
    expect((await rowOf(world, row.id)).state).toBe("sent");
  }));

test.each(["queued", "sending", "unknown"] as const)(
  "the cron finds what is %s and due, whatever became of alarms and messages",
  (state) =>
    inWorld(async (world) => {
      const row = await makeInvoice(world);
      await world.advance(70_000);
      const at = new Date(Date.now() - 1).toISOString();
      const open = {
        unansweredCount: 1,
        frozenPayload: JSON.stringify({ DocNumber: "X", CustomerRef: { value: "1" }, Line: [] }),
        sentAt: at,
        error: null,
      };
      await change(world, row.id, {
        state,
        dueAt: at,
        connectionId: home(world),
        ...(state === "unknown" ? open : {}),
      });
      world.queue.lose();
      await world.complete(sweep(world.env, new Date()));
      expect(world.queue.waiting).toBe(1);
      await world.advance(10_000);
      expect((await rowOf(world, row.id)).rowVersion).toBeGreaterThan(row.rowVersion);
    }),
);

test("the cron leaves alone what is not due", () =>
  inWorld(async (world) => {
    await makeInvoice(world, {
      state: "queued",
      connectionId: home(world),
      dueAt: new Date(Date.now() + 60_000).toISOString(),
    });
    world.queue.lose();
    await world.complete(sweep(world.env, new Date()));
    expect(world.queue.waiting).toBe(0);
  }));
