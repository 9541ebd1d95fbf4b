/**
 * The former version of the Worker and the present one on one database: while a deploy goes on, and after a rollback. The
 * former one is its own code, bundled (former-worker.mjs), not a model of it and not a record of its statements: which of
 * them it sends, and when, depends on what it reads. Each call of an order system, of Intuit, of the queue, of the cron and
 * of people is answered by one of the two, drawn from the story's seed; the judge is that of every story, and asks besides
 * that both versions read the same of each delivery.
 *
 * The gates are those of the present version: a Durable Object runs one version at a time, and nothing of it has changed.
 */
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Runtime } from "../../../src/app-context.ts";
import { RealmGate } from "../../../src/connections/realm-gate.ts";
import { HONEST_BOOKS } from "../books.ts";
import { heal } from "../healing.ts";
import { ALL_IN_FORCE, MemoryLab } from "../in-memory.ts";
import { checkEnd, checkSafety, readRows } from "../oracle.ts";
import { playStories } from "../story.ts";
import { CONTENT, OTHER, manyInvoices, newInvoice, trouble } from "../known-holes/stage.ts";
import { voidByHand } from "../people.ts";
import { Violation } from "../verdict.ts";
import type { World } from "../world.ts";
import { checkHalves } from "./halves.ts";
import { answered, letAnswer } from "./turns.ts";

vi.mock("../../../src/actions/create-invoices.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Actions["create"]>(), "createInvoices"),
);
vi.mock("../../../src/actions/disconnect-company.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Actions["disconnect"]>(), "disconnectCompany"),
);
vi.mock("../../../src/actions/retire-instance.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Actions["remove"]>(), {
    present: "retireInstance",
    former: "removeInstance",
  }),
);
vi.mock("../../../src/actions/change-instance.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Actions["save"]>(), {
    present: "changeInstance",
    former: "saveInstance",
  }),
);
vi.mock("../../../src/inbox/intuit-webhook.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Inbox["intuit"]>(), {
    present: "receiveIntuitWebhook",
    former: "receiveIntuitWebhook",
    given: ({ env, config, db, now }: Runtime, request: Request) => [env, config, db, request, now],
  }),
);
vi.mock("../../../src/inbox/receive.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Inbox["receive"]>(), "receiveDelivery"),
);
vi.mock("../../../src/pushes/queue/consumer.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["consumer"]>(), "consumePushes"),
);
vi.mock("../../../src/pushes/queue/dead-letters.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["deadLetters"]>(), "consumeDeadLetters"),
);
vi.mock("../../../src/pushes/hold-or-resume.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["hold"]>(), {
    present: "holdOrResume",
    former: "settleWaiting",
  }),
);
vi.mock("../../../src/invoicing/by-hand/fix.ts", async (real) =>
  (await import("./turns.ts")).byTurns(
    await real<Pushes["fix"]>(),
    "linkInvoice",
    "makeActiveAgain",
    "useAnotherNumber",
  ),
);
vi.mock("../../../src/invoicing/by-hand/send-invoices.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["send"]>(), "sendInvoices"),
);
vi.mock("../../../src/pushes/queue/sweep.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["sweep"]>(), "sweep"),
);
vi.mock("../../../src/invoicing/by-hand/void-invoice.ts", async (real) =>
  (await import("./turns.ts")).byTurns(await real<Pushes["void"]>(), "voidInvoice"),
);

interface Actions {
  create: typeof import("../../../src/actions/create-invoices.ts");
  disconnect: typeof import("../../../src/actions/disconnect-company.ts");
  remove: typeof import("../../../src/actions/retire-instance.ts");
  save: typeof import("../../../src/actions/change-instance.ts");
}
interface Inbox {
  intuit: typeof import("../../../src/inbox/intuit-webhook.ts");
  receive: typeof import("../../../src/inbox/receive.ts");
}
interface Pushes {
  consumer: typeof import("../../../src/pushes/queue/consumer.ts");
  deadLetters: typeof import("../../../src/pushes/queue/dead-letters.ts");
  hold: typeof import("../../../src/pushes/hold-or-resume.ts");
  fix: typeof import("../../../src/invoicing/by-hand/fix.ts");
  send: typeof import("../../../src/invoicing/by-hand/send-invoices.ts");
  sweep: typeof import("../../../src/pushes/queue/sweep.ts");
  void: typeof import("../../../src/invoicing/by-hand/void-invoice.ts");
}

const RUNS = 20;
const LIMIT_MS = 3 * 3_600_000;
/** What the present version brings with it. */
const MIGRATION = "0010_pushes.sql";
const HEAP = 60;
const OPTIONS = { books: HONEST_BOOKS, hasCron: true, isCutOff: true, maxSteps: 40_000 };

afterEach(() => letAnswer(null));

test("any story ends well while both versions answer by turns", { timeout: LIMIT_MS }, async () => {
  const lab = new MemoryLab(RealmGate);
  const before = { ...answered() };
  const play = (options: Parameters<typeof lab.run>[0], seed: number, work: (world: World) => Promise<void>) =>
    lab.run(options, seed, async (world) => {
      await work(world);
      await checkHalves(world);
    });
  await playStories(play, RUNS);
  expect(answered().former - before.former).toBeGreaterThan(RUNS);
  expect(answered().present - before.present).toBeGreaterThan(RUNS);
});

/** Many invoices at once, answers that get lost, edits and voids in between. */
async function heap(world: World, look: (world: World) => Promise<void> = checkHalves): Promise<void> {
  world.network.troubles.push(trouble("answer_lost"), trouble("answer_lost", { doneMs: 70_000 }), trouble("refused"));
  await manyInvoices(world, HEAP);
  await look(world);
  await world.advance(3_000);
  for (const told of world.orders.told.slice(0, HEAP / 3))
    await world.start(world.deliver(world.orders.edit(told, OTHER)));
  for (const told of world.orders.told.slice(-HEAP / 6)) await world.start(world.deliver(world.orders.void(told)));
  world.kill();
  await world.advance(60_000);
}

async function end(world: World): Promise<void> {
  await checkSafety(world);
  await heal(world);
  await checkEnd(world);
  await checkHalves(world);
}

test("under load nothing is lost, and nothing is there twice", { timeout: LIMIT_MS }, async () => {
  await new MemoryLab(RealmGate).run(OPTIONS, 7, async (world) => {
    await heap(world);
    expect(await readRows(world)).toHaveLength(HEAP);
    await end(world);
  });
});

describe("a deploy", () => {
  test("takes over whatever the former version was in the middle of", { timeout: LIMIT_MS }, async () => {
    const lab = new MemoryLab(RealmGate, ALL_IN_FORCE, MIGRATION);
    letAnswer("former");
    await lab.run(OPTIONS, 3, async (world) => {
      await heap(world, async () => undefined);
      // Some are on their way while the migration runs.
      for (let i = 0; i < 10; i += 1) await newInvoice(world, CONTENT);
      lab.migrate();
      await checkHalves(world);
      letAnswer(null);
      await world.advance(30_000);
      letAnswer("present");
      await end(world);
    });
  });

  test.each([
    ["present", "former"],
    ["former", "present"],
  ] as const)(
    "changes no invoice: %s stores it, %s receives it again",
    { timeout: LIMIT_MS },
    async (first, second) => {
      letAnswer(first);
      await new MemoryLab(RealmGate).run(OPTIONS, 5, async (world) => {
        await newInvoice(world, CONTENT);
        await world.advance(10_000);
        letAnswer(second);
        const [told] = world.orders.told;
        if (told) await world.complete(world.deliver(world.orders.edit(told, CONTENT)));
        expect(await readRows(world)).toEqual([
          expect.objectContaining({ operation: "create", state: "sent", contentVersion: 1, warnings: "[]" }),
        ]);
        await end(world);
      });
    },
  );

  test("that is rolled back leaves the former version everything", { timeout: LIMIT_MS }, async () => {
    letAnswer("present");
    await new MemoryLab(RealmGate).run(OPTIONS, 4, async (world) => {
      await heap(world);
      const [first] = await readRows(world);
      if (first) await world.complete(voidByHand(world, first.id));
      letAnswer("former");
      const before = answered().former;
      await end(world);
      expect(answered().former).toBeGreaterThan(before);
    });
  });
});

describe("the stories would notice if the versions lost sight of each other", () => {
  test.each(["former_made", "former_wrote", "opened_for_former", "moved_for_former"])(
    "without the trigger %s",
    { timeout: LIMIT_MS },
    async (trigger) => {
      const lab = new MemoryLab(RealmGate, { ...ALL_IN_FORCE, ddl: `DROP TRIGGER ${trigger}` });
      const playing = lab.run(OPTIONS, 7, async (world) => {
        await heap(world);
        await end(world);
      });
      await expect(playing).rejects.toBeInstanceOf(Violation);
    },
  );
});
