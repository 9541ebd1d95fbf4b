/** A batch of the queue: how many companies one invocation works for, and what becomes of the others' messages. */
import { afterEach, expect, test, vi } from "vitest";
import type { Env } from "../../src/env.ts";
import * as runs from "../../src/pushes/queue/run-company.ts";
import { consumePushes } from "../../src/pushes/queue/consumer.ts";
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

const companies = (count: number) =>
  Promise.all(Array.from({ length: count }, () => makeConnection({ state: "disconnected" })));

afterEach(() => {
  vi.restoreAllMocks();
});

/** How many companies are worked for at the same time, and how often. Each one's work lasts `turnMs`. */
function watchRuns(turnMs: number) {
  const seen = { atOnce: 0, most: 0, ids: [] as string[] };
  vi.spyOn(runs, "runCompany").mockImplementation(async (_share, id) => {
    seen.ids.push(id);
    seen.atOnce += 1;
    seen.most = Math.max(seen.most, seen.atOnce);
    await new Promise((resolve) => setTimeout(resolve, turnMs));
    seen.atOnce -= 1;
  });
  return seen;
}

test("works for six companies at a time, and for the next when one is done", async () => {
  const ids = await companies(10);
  const { env, sent } = withQueue();
  const { batch, messages } = batchOf([...ids, ...ids].map(due));
  const seen = watchRuns(30);
  await consumePushes(batch, env);
  expect([seen.most, seen.ids]).toEqual([6, ids]);
  expect(sent).toEqual([]);
  expect(messages.every(({ ack }) => ack.mock.calls.length === 1)).toBe(true);
});

test("for five beside the notices", async () => {
  const { batch } = batchOf([{ kind: "notices" }, ...(await companies(8)).map(due)]);
  const seen = watchRuns(30);
  await consumePushes(batch, withQueue().env);
  expect(seen.most).toBe(5);
});

test("those whose turn does not come in time go to the end of the queue, in their order, each message once", async () => {
  const ids = await companies(8);
  const { env, sent } = withQueue();
  const { batch, messages } = batchOf([...ids, ...ids].map(due));
  const seen = watchRuns(6_100);
  await consumePushes(batch, env);
  expect(seen.ids).toEqual(ids.slice(0, 6));
  expect(sent).toEqual(ids.slice(6).map(due));
  expect(messages.every(({ ack }) => ack.mock.calls.length === 1)).toBe(true);
});

test("messages that the queue does not take come again by themselves", async () => {
  const ids = await companies(7);
  const { batch, messages } = batchOf(ids.map(due));
  watchRuns(6_100);
  await consumePushes(batch, withQueue(true).env);
  const last = messages.at(-1);
  expect(messages.slice(0, 6).every(({ ack }) => ack.mock.calls.length === 1)).toBe(true);
  expect([last?.ack.mock.calls.length, last?.retry.mock.calls.length]).toEqual([0, 1]);
});
