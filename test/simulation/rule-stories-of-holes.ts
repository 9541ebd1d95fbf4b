/**
 * Stories of rules that were once missing, or whose absence no test noticed: time between freeze and send, look-ups, marks
 * with revisions, links, postponements, events of open creates. Same form as rule-stories.ts.
 */
import { pushAttempts } from "../../src/pushes/schema.ts";
import { HONEST_BOOKS } from "./books.ts";
import { readRows } from "./oracle.ts";
import { linkAndConfirm, workInQuickBooks } from "./people.ts";
import {
  CONTENT,
  FORGETFUL,
  LAGGING,
  OTHER,
  type RuleStory,
  mishap,
  newInvoice,
  on,
  trouble,
  untilSent,
} from "./rule-stories.ts";
import { demand, warningsOf } from "./verdict.ts";
import type { World } from "./world.ts";
import { pushes } from "../../src/pushes/schema.ts";

const STEPS_OF_A_PUSH = 40;
const UNIQUE = { ...HONEST_BOOKS, hasUniqueNumbers: true };

async function editFirst(world: World, content: typeof CONTENT): Promise<void> {
  const [told] = world.orders.told;
  if (told) await world.start(world.deliver(world.orders.edit(told, content)));
}

function workOnFirst(world: World, deed: "edit" | "pay" | "void" | "delete" | "renumber"): void {
  const [books] = world.books;
  const [invoice] = books?.invoices.values() ?? [];
  if (books && invoice) workInQuickBooks(world, deed, books, invoice);
}

const TIME_RULES: RuleStory[] = [
  {
    rule: 2,
    name: "nothing goes out long after its freeze",
    options: on(FORGETFUL),
    variants: STEPS_OF_A_PUSH,
    missedAt: 32,
    tell: async (world, variant) => {
      await newInvoice(world);
      world.mishaps.push(mishap("stall_after", variant, "d1", 400_000));
      await world.advance(700_000);
    },
  },
  {
    rule: 3,
    name: "a refused resend says nothing of the first send",
    options: on(LAGGING),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"), trouble("refused"));
      await newInvoice(world);
      await world.advance(3_600_000);
      await editFirst(world, OTHER);
      await world.advance(60_000);
    },
  },
  {
    rule: 6,
    name: "a look is judged by when it was asked",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { doneMs: 70_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(30_000);
      world.network.troubles.push(trouble("slow", { on: "read", answerMs: 104_600 }));
      world.network.troubles.push(trouble("slow", { on: "read", answerMs: 104_600 }));
      await world.advance(460_000);
    },
  },
  {
    rule: 6,
    name: "the last look is a new one",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { doneMs: 70_000 }));
      await newInvoice(world);
      await world.advance(400_000);
    },
  },
  {
    rule: 6,
    name: "a deferred resend is the same bytes",
    options: on(LAGGING),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"), trouble("throttled"));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(20_000);
      await editFirst(world, OTHER);
      await world.advance(400_000);
      // Before the order system's change goes out, the books have what was frozen first.
      const posts = world.network.asked.filter(({ method, path }) => method === "POST" && path === "/invoice");
      const bodies = new Set(posts.slice(0, 3).map(({ body }) => body));
      demand(posts.length >= 3 && bodies.size === 1, `${bodies.size} different bytes went out under one request ID`);
    },
  },
  {
    rule: 6,
    name: "numbers change: it is looked for by customer, too",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { doneMs: 10_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(11_000);
      workOnFirst(world, "renumber");
      await world.advance(400_000);
    },
  },
];

const MARK_RULES: RuleStory[] = [
  {
    rule: 7,
    name: "another total or customer is a warning",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(1_000);
      workOnFirst(world, "edit");
      await world.advance(60_000);
      const [row] = await readRows(world);
      demand(row !== undefined && warningsOf(row).length > 0, "What somebody changed before the look says nothing");
    },
  },
  {
    rule: 7,
    name: "an update is known by its revision",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      world.network.troubles.push(trouble("request_lost"));
      await editFirst(world, { ...CONTENT, buyer: 1 });
      await world.advance(6_000);
      workOnFirst(world, "pay");
      await world.advance(400_000);
    },
  },
  {
    rule: 7,
    name: "our own mark adopts at a duplicate number",
    options: on({ ...UNIQUE, rememberRequestIds: false }),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      // The database is set back to before the send: nothing here tells of it.
      const dueAt = new Date(world.time.now).toISOString();
      const before = { state: "queued", dueAt, qboId: null, frozenPayload: null, attemptCount: 0 } as const;
      await world.db.update(pushes).set(before);
      await world.db.delete(pushAttempts);
      await world.queue.binding().send({ kind: "due", connectionId: world.connectionIds[0] });
      await world.advance(30_000);
    },
  },
  {
    rule: 7,
    name: "only what is free can be linked",
    database: {
      ddl: "DROP INDEX pushes_qbo_id_once; DROP INDEX invoices_qbo_id_once",
    },
    options: { ...on(UNIQUE), hasTwoShops: true },
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(20_000);
      const second = world.shops[1];
      if (second) await world.start(world.deliver(second.newInvoice(CONTENT)));
      await world.advance(20_000);
      const failed = (await readRows(world)).find((row) => row.state === "failed");
      demand(failed !== undefined, "The number of another invoice was not refused");
      const context = { env: world.env, config: world.config, db: world.db, now: new Date() };
      await world.complete(world.spawn("link", () => linkAndConfirm(context, failed)));
    },
  },
  {
    rule: 8,
    name: "accounts are looked up again",
    options: on(FORGETFUL),
    tell: async (world) => {
      // The account is made third, after the customer; its answer is lost.
      await newInvoice(world);
      for (let i = 0; i < 100 && (world.books[0]?.customers.size ?? 0) === 0; i += 1) await world.advance(50);
      world.network.troubles.push(trouble("answer_lost", { on: "write" }));
      await world.advance(60_000);
    },
  },
];

const KEPT_RULES: RuleStory[] = [
  {
    rule: 10,
    name: "a deferral is an outcome",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.network.isTokenEndpointDown = true;
      world.network.endAccess(world.books[0]?.realmId ?? "");
      await newInvoice(world);
      await world.advance(3_600_000);
    },
  },
  {
    rule: 11,
    name: "events of an open create are kept",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.network.troubles.push(trouble("slow", { answerMs: 30_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(2_000);
      workOnFirst(world, "edit");
      await world.advance(300_000);
    },
  },
  {
    rule: 11,
    name: "a read that fails keeps the event",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      workOnFirst(world, "void");
      world.network.troubles.push(trouble("refused", { on: "read" }));
      await world.advance(300_000);
    },
  },
  {
    rule: 6,
    name: "what a resend brings back is read",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.silenceIntuit(true);
      world.network.troubles.push(trouble("answer_lost", { doneMs: 30_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(31_000);
      workOnFirst(world, "delete");
      await world.advance(200_000);
      const [row] = await readRows(world);
      demand(row?.state === "voided", "A deleted invoice is told to be sent");
    },
  },
  {
    rule: 10,
    name: "the alarm stands at the smallest armed time",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      // The invoice's message is lost; meanwhile something else of the company is armed for later.
      await world.advance(60_000);
      const id = world.connectionIds[0] ?? "";
      await newInvoice(world);
      world.queue.lose();
      const gate = world.gates.namespace.get(world.gates.namespace.idFromName(id));
      await gate.arm(id, world.time.now + 600_000);
      await gate.nextDue(world.time.now + 600_000);
      await world.advance(60_000);
      const [row] = await readRows(world);
      demand(row?.state === "sent", "Nothing woke the company up for its invoice");
    },
  },
  {
    rule: 10,
    name: "a late report puts nothing off",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      await world.advance(60_000);
      const id = world.connectionIds[0] ?? "";
      const gate = world.gates.namespace.get(world.gates.namespace.idFromName(id));
      // A worker has read that nothing is due, and stalls. Meanwhile an invoice comes, and has to wait for QuickBooks.
      const seen = await gate.dueReports();
      world.network.troubles.push(trouble("throttled"));
      await newInvoice(world);
      await world.advance(30_000);
      await gate.nextDue(null, seen);
      await world.advance(300_000);
      const [row] = await readRows(world);
      demand(row?.state === "sent", "Nothing woke the company up when its invoice was due again");
    },
  },
];

export const STORIES_OF_HOLES: readonly RuleStory[] = [TIME_RULES, MARK_RULES, KEPT_RULES].flat();
