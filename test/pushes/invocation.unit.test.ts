/** What one invocation may use: connections shared evenly, statements counted, nothing begun when a limit is near. */
import { describe, expect, test } from "vitest";
import type { Env } from "../../src/env.ts";
import { Invocation, type Share } from "../../src/pushes/queue/invocation.ts";

const statement = { bind: () => statement };
const d1 = {
  name: "the database",
  prepare: (_text: string) => statement,
  batch(this: unknown, statements: unknown[]) {
    // As Cloudflare's does, it works as a method of its own object only.
    if (this !== d1) throw new TypeError("Illegal invocation");
    return statements.length;
  },
};
const env = { DB: d1, SETUP_TOKEN: "token" } as unknown as Env;

/** Work that goes on until it is told to end; `begun` counts. */
function hanging(share: Share, count: number) {
  const work = { begun: 0, ended: 0, endOne: (): void => undefined };
  const ends: (() => void)[] = [];
  work.endOne = () => ends.shift()?.();
  const all = Array.from({ length: count }, () =>
    share.run(async () => {
      work.begun += 1;
      await new Promise<void>((resolve) => ends.push(resolve));
      work.ended += 1;
    }),
  );
  return Object.assign(work, { all: Promise.all(all) });
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("connections", () => {
  test("one who works alone has six, and the seventh begins when one ends", async () => {
    const share = new Invocation(env).join();
    const work = hanging(share, 9);
    await turn();
    expect(work.begun).toBe(6);
    work.endOne();
    await turn();
    expect([work.begun, work.ended]).toEqual([7, 1]);
  });

  test.each([
    [2, 3],
    [3, 2],
    [6, 1],
    [7, 1],
  ])("%i who work side by side have %i each, though another's hang", async (count, each) => {
    const invocation = new Invocation(env);
    const shares = Array.from({ length: count }, () => invocation.join());
    const works = shares.map((share) => hanging(share, 9));
    await turn();
    expect(works.map(({ begun }) => begun)).toEqual(Array.from({ length: count }, () => each));
  });

  test("whoever is left gets the connections of who is done", async () => {
    const invocation = new Invocation(env);
    const [one, other] = [invocation.join(), invocation.join()];
    const work = hanging(other, 9);
    await turn();
    expect(work.begun).toBe(3);
    one.end();
    await turn();
    expect(work.begun).toBe(6);
  });

  test("work that fails gives its connection back", async () => {
    const share = new Invocation(env).join();
    for (let i = 0; i < 20; i += 1)
      await expect(share.run(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    expect(await share.run(async () => "done")).toBe("done");
  });
});

describe("statements", () => {
  test("each counts, in a batch too, and near the limit nothing more begins", () => {
    const invocation = new Invocation(env);
    expect(invocation.env).toMatchObject({ SETUP_TOKEN: "token" });
    expect(invocation.mayBegin()).toBe(true);
    const batch = Array.from({ length: 699 }, () => invocation.env.DB.prepare("SELECT 1"));
    expect(invocation.env.DB.batch(batch)).toBe(699);
    expect([invocation.statements, invocation.statementsLeft, invocation.mayBegin()]).toEqual([699, 1, true]);
    invocation.env.DB.prepare("SELECT 1");
    expect([invocation.statements, invocation.statementsLeft, invocation.mayBegin()]).toEqual([700, 0, false]);
  });
});

describe("time", () => {
  test("nothing begins in the last 20 s before the calls end", () => {
    let now = 1_000;
    const invocation = new Invocation(env, { callsEndAt: 40_000, now: () => now });
    expect(invocation.mayBegin()).toBe(true);
    now = 20_000;
    expect(invocation.mayBegin()).toBe(false);
  });
});
