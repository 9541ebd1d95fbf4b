/** A batch of the queue: how many companies one invocation works for, and what becomes of the others' messages. */
import { expect, test, vi } from "vitest";
import type { Env } from "../../src/env.ts";
import { consumePushes } from "../../src/pushes/consumer.ts";
import { makeConnection, testEnv } from "../api/fixture.ts";

const due = (connectionId: string) => ({ kind: "due", connectionId });

function batchOf(bodies: readonly unknown[]) {
  const messages = bodies.map((body, i) => ({ id: `m-${i}`, body, attempts: 1, ack: vi.fn(), retry: vi.fn() }));
  return { batch: { queue: "invoice-push", messages } as unknown as MessageBatch, messages };
}

/** The bindings, with a queue that keeps what is put on it, or refuses everything. */
function withQueue(isDown = false): { env: Env; sent: unknown[] } {
  const sent: unknown[] = [];
  const sendBatch = async (given: { body: unknown }[]) => {
    if (isDown) throw new Error("Queue sendBatch failed: Internal Server Error");
    sent.push(...given.map(({ body }) => body));
  };
  const queue = { sendBatch, send: async (body: unknown) => sendBatch([{ body }]) };
  return { env: { ...testEnv, PUSH_QUEUE: queue as unknown as Queue }, sent };
}

test("works for three companies; the others' messages go to the end of the queue, in their order", async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => makeConnection({ state: "disconnected" })));
  const { env, sent } = withQueue();
  const bodies = [...ids, ...ids].map(due);
  const { batch, messages } = batchOf(bodies);
  await consumePushes(batch, env);
  expect(sent).toEqual([ids[3], ids[3], ids[4], ids[4]].map((id) => due(id ?? "")));
  expect(messages.every(({ ack }) => ack.mock.calls.length === 1)).toBe(true);
});

test("for two beside the notices", async () => {
  const ids = await Promise.all(Array.from({ length: 3 }, () => makeConnection({ state: "disconnected" })));
  const { env, sent } = withQueue();
  const { batch } = batchOf([{ kind: "notices" }, ...ids.map(due)]);
  await consumePushes(batch, env);
  expect(sent).toEqual([due(ids[2] ?? "")]);
});

test("messages that the queue does not take come again by themselves", async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, () => makeConnection({ state: "disconnected" })));
  const { batch, messages } = batchOf(ids.map(due));
  await consumePushes(batch, withQueue(true).env);
  expect(messages.map(({ ack, retry }) => [ack.mock.calls.length, retry.mock.calls.length])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});
