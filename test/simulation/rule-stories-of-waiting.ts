/**
 * Stories of ways out and of waiting: an invoice that can't be looked up, sent or reached does not block others and comes
 * to an end; large batches stay within the platform's limits; alarm, dead letters and circuit. Same form as
 * rule-stories.ts.
 */
import { and, eq } from "drizzle-orm";
import { retireInstance } from "../../src/actions/retire-instance.ts";
import { pushes } from "../../src/pushes/schema.ts";
import { sendInvoices } from "../../src/invoicing/by-hand/send-invoices.ts";
import { HONEST_BOOKS } from "./books.ts";
import { interceptFetch, refusal } from "./intercept.ts";
import { checkSafety, readRows } from "./oracle.ts";
import { actionContextOf, saveInstanceAs } from "./people.ts";
import { CONTENT, type RuleStory, mishap, newInvoice, on, trouble } from "./rule-stories.ts";
import { demand } from "./verdict.ts";
import type { World } from "./world.ts";

const MANY_STEPS = 200_000;
/** Together 90. */
const UNKNOWN_EACH = 60;
const QUEUED_EACH = 30;
/** So often a message comes back before it is a dead letter. */
const TRIES_OF_A_MESSAGE = 6;
/** After so long a call is cut off. */
const HANGS_MS = 130_000;

async function demandAllSent(world: World): Promise<void> {
  const rows = (await readRows(world)).filter((row) => row.state !== "sent");
  const list = rows.slice(0, 3).map((row) => `${row.number} is ${row.operation}/${row.state} (${row.error})`);
  demand(rows.length === 0, `${rows.length} are not sent: ${list.join(", ")}`);
}

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

/** Whatever the platform throws, in whatever words. */
const WORDS_OF_THE_PLATFORM = [
  "internal error; reference = abc123",
  "Network connection lost.",
  "Cannot resolve Durable Object due to transient issue on remote node.",
  "The Durable Object's code has been updated, this version can no longer access storage.",
  "Too many subrequests.",
];

const WAYS_OUT: RuleStory[] = [
  {
    rule: 10,
    name: "one number that can't be looked up keeps no other waiting, and ends with a way out",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      interceptFetch(world, ({ url }) => {
        const query = url.searchParams.get("query") ?? "";
        return query.includes("FROM Invoice") && query.includes("INV-i-2") ? refusal("4002") : null;
      });
      world.network.troubles.push(trouble("answer_lost"), trouble("answer_lost"));
      await newInvoice(world);
      await newInvoice(world);
      await world.advance(600_000);
      await demandAllSent(world);
    },
  },
  {
    rule: 10,
    name: "what waits for an instance that is removed can be sent",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await world.complete(saveInstanceAs(world, { enabled: false }));
      await newInvoice(world);
      await world.complete(saveInstanceAs(world, { enabled: true }));
      await newInvoice(world);
      await world.complete(saveInstanceAs(world, { enabled: false }));
      await world.advance(5_000);
      await retireInstance(actionContextOf(world), world.instanceId);
      world.orders.isRemoved = true;
      const ids = (await readRows(world)).map(({ id }) => id);
      const answers = await sendInvoices(world.env, world.db, ids, new Date());
      const refused = answers.find(({ status }) => status !== "queued");
      demand(refused === undefined, `It can't be sent: ${refused?.error?.message}`);
      await world.advance(60_000);
      await demandAllSent(world);
    },
  },
  {
    rule: 10,
    name: "whatever is thrown before the send is a deferral",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      for (const message of WORDS_OF_THE_PLATFORM) {
        failNextEnter(world, message);
        await newInvoice(world);
        await world.advance(30_000);
      }
      await world.advance(60_000);
      await demandAllSent(world);
      // What was logged of it was commanded here.
      world.problems.length = 0;
    },
  },
];

/** Two order systems tell of so many invoices each. */
async function fillBoth(world: World, count: number): Promise<void> {
  for (const shop of world.shops)
    for (let i = 0; i < count; i += 1) await world.start(world.deliver(shop.newInvoice(CONTENT)));
}

/** The order systems send to a company each; what they tell of is sent by itself, or not. */
async function switchBoth(world: World, isAuto: boolean): Promise<void> {
  for (const [index, { instanceId }] of world.shops.entries()) {
    const patch = { connection_id: world.connectionIds[index] ?? "", auto_invoice: isAuto };
    await world.complete(saveInstanceAs(world, patch, instanceId));
  }
}

/** What was sent is not known to be there any more, and what was not sent is due: all at once. */
async function makeAllDue(world: World): Promise<void> {
  const at = new Date(world.time.now).toISOString();
  const unanswered = { state: "unknown", unansweredCount: 1, qboId: null, sentAt: at, dueAt: at } as const;
  const error = { category: "unavailable", title: "No answer", message: "No answer", remedy: "Wait", retryable: true };
  await world.db
    .update(pushes)
    .set({
      ...unanswered,
      error: JSON.stringify({ ...error, code: null, intuit_tid: null, occurred_at: at, fix: null }),
    })
    .where(eq(pushes.state, "sent"));
  for (const [index, { instanceId }] of world.shops.entries()) {
    const connectionId = world.connectionIds[index] ?? "";
    await world.db
      .update(pushes)
      .set({ state: "queued", connectionId, dueAt: at })
      .where(and(eq(pushes.state, "not_sent"), eq(pushes.instanceId, instanceId)));
    await world.queue.binding().send({ kind: "due", connectionId });
  }
}

const NETS: RuleStory[] = [
  {
    rule: 10,
    name: "two companies with 90 due each: no invocation passes 1,000 queries, and no claim is lost",
    options: { ...on(HONEST_BOOKS), hasTwoShops: true, maxSteps: MANY_STEPS },
    tell: async (world) => {
      await switchBoth(world, true);
      await fillBoth(world, UNKNOWN_EACH);
      await world.advance(20_000);
      await switchBoth(world, false);
      await fillBoth(world, QUEUED_EACH);
      await makeAllDue(world);
      await world.advance(40_000);
      await demandAllSent(world);
    },
  },
  {
    rule: 10,
    name: "dead letters wake their companies again",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      await world.advance(120_000);
      // The gate can't be reached when the invoice comes, and whoever takes its message up dies of it.
      world.mishaps.push(mishap("fail_before", 0, "gate"));
      for (let i = 0; i < TRIES_OF_A_MESSAGE; i += 1) world.mishaps.push(mishap("crash_before", 0, "d1"));
      await newInvoice(world);
      await world.advance(600_000);
      await demandAllSent(world);
    },
  },
  {
    rule: "A",
    name: "the alarm stays at the smallest time that is still ahead",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      // One invoice is being written while another is put off, and its message is lost.
      world.network.outage = "request_lost";
      for (let i = 0; i < 4; i += 1) await newInvoice(world);
      await world.advance(130_000);
      world.mishaps.push(mishap("stall_before", 1, "d1", 3_000));
      await newInvoice(world);
      await newInvoice(world);
      await world.advance(2_500);
      world.queue.lose();
      await world.advance(1_000);
      world.queue.lose();
      await checkSafety(world);
    },
  },
  {
    rule: "C",
    name: "calls that hung together open the circuit once",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      for (let i = 0; i < 6; i += 1) world.network.troubles.push(trouble("slow", { answerMs: HANGS_MS }));
      for (let i = 0; i < 6; i += 1) await newInvoice(world);
      // They end after two minutes; then the circuit is open for one.
      await world.advance(200_000);
      await demandAllSent(world);
    },
  },
];

export const STORIES_OF_WAITING: readonly RuleStory[] = [WAYS_OUT, NETS].flat();
