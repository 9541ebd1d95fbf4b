/**
 * For each rule of exactly once a short story that needs it: with the rule it ends well, without it the oracle must see
 * the harm.
 */
import type { Break } from "./broken.ts";
import { type BooksOptions, HONEST_BOOKS } from "./books.ts";
import type { D1Switches } from "./in-memory.ts";
import type { Trouble } from "./network.ts";
import type { Content } from "./simulated-order-system.ts";
import { readRows } from "./oracle.ts";
import type { Mishap } from "./process.ts";
import { demand } from "./verdict.ts";
import type { World, WorldOptions } from "./world.ts";

export interface RuleStory {
  /** Its number in docs/architecture.md, section 3; A: the gate's alarm, C: its circuit. */
  rule: number | "3, 7" | "A" | "C";
  name: Break | "a batch is a transaction" | "settling goes by the row as it is";
  /** What is switched off in the database where the rule is out of force. */
  database?: Partial<D1Switches>;
  options: WorldOptions;
  /**
   * Told this many times at most, with the mishap one step later each time, until there is no such step: the rule must hold
   * in all, its lack show in one.
   */
  variants?: number;
  /** The variant in which its lack shows, told first there; where it shows in another by now, all are told. */
  missedAt?: number;
  tell: (world: World, variant: number) => Promise<void>;
}

/** Books on which `requestid` can't be relied: the look-up has to do. */
export const FORGETFUL: BooksOptions = { ...HONEST_BOOKS, rememberRequestIds: false };
/** Books whose queries lag behind: `requestid` has to do. */
export const LAGGING: BooksOptions = { ...HONEST_BOOKS, queryLagMs: 400_000 };

export const CONTENT: Content = {
  buyer: 0,
  lines: [{ sku: 1, quantity: 2, cents: 1234 }],
  discountCents: 0,
  shippingCents: 0,
  taxCents: 0,
};
export const OTHER: Content = { ...CONTENT, lines: [{ sku: 1, quantity: 3, cents: 999 }] };

export const on = (books: BooksOptions, hasCron = true): WorldOptions => ({ books, hasCron });
export const trouble = (kind: Trouble["kind"], given: Partial<Trouble> = {}): Trouble => ({
  kind,
  on: "invoice",
  doneMs: 100,
  answerMs: 60_000,
  ...given,
});
export const mishap = (kind: Mishap["kind"], step: number, only: Mishap["only"], stallMs = 0): Mishap => ({
  kind,
  step,
  only,
  stallMs,
});

export async function newInvoice(world: World): Promise<void> {
  await world.start(world.deliver(world.orders.newInvoice(CONTENT)));
}

/** Until the invoice has gone out to QuickBooks. */
export async function untilSent(world: World): Promise<void> {
  for (
    let i = 0;
    i < 200 && !world.network.asked.some(({ method, path }) => method === "POST" && path === "/invoice");
    i += 1
  )
    await world.advance(50);
}

const STORAGE_RULES: RuleStory[] = [
  {
    rule: 1,
    name: "concurrent deliveries are told apart",
    database: { ddl: "DROP INDEX invoices_external; DROP INDEX orders_external; DROP INDEX order_events_accepted" },
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      const delivery = world.orders.newInvoice(CONTENT);
      world.mishaps.push(mishap("stall_before", 1, "d1", 3_000));
      await world.start(world.deliver(delivery));
      await world.start(world.deliver(world.orders.again(delivery)));
      await world.advance(5_000);
    },
  },
  {
    rule: 1,
    name: "202 only after the commit",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.mishaps.push(mishap("fail_before", 1, "d1"));
      await newInvoice(world);
    },
  },
  {
    rule: 1,
    name: "a batch is a transaction",
    database: { isAtomic: false },
    options: on(HONEST_BOOKS),
    variants: 12,
    missedAt: 8,
    tell: async (world, variant) => {
      world.mishaps.push(mishap("crash_before", variant, "d1"));
      await newInvoice(world);
    },
  },
];

/** Customer, item and account are looked up and made, then it is sent: no more than this. */
const CALLS_OF_FIRST_INVOICE = 10;
const STATEMENTS_OF_A_PUSH = 45;

const LEASE_RULES: RuleStory[] = [
  {
    rule: 2,
    name: "a lease is respected",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("slow", { doneMs: 70_000, answerMs: 116_000 }));
      await newInvoice(world);
      await untilSent(world);
      await world.advance(60_000);
    },
  },
  {
    rule: 2,
    name: "the fence guards renewing and freezing",
    options: on(FORGETFUL),
    tell: async (world) => {
      await newInvoice(world);
      // The first worker sleeps past its lease; the second is on its way when the first wakes up.
      world.mishaps.push(mishap("stall_after", 0, "network", 225_000));
      world.network.troubles.push(trouble("slow", { doneMs: 100_000, answerMs: 116_000 }));
      await world.advance(500_000);
    },
  },
  {
    rule: 2,
    name: "the fence guards settling",
    options: on(HONEST_BOOKS),
    variants: CALLS_OF_FIRST_INVOICE,
    missedAt: 7,
    tell: async (world, variant) => {
      await newInvoice(world);
      world.mishaps.push(mishap("stall_after", variant, "network", 400_000));
      await world.advance(250_000);
      const [told] = world.orders.told;
      if (told) await world.start(world.deliver(world.orders.void(told)));
      await world.advance(400_000);
    },
  },
  {
    rule: 2,
    name: "what went out and lost its worker is unknown",
    options: on(FORGETFUL),
    tell: async (world) => {
      await newInvoice(world);
      await untilSent(world);
      world.kill();
      await world.advance(400_000);
    },
  },
  {
    rule: 2,
    name: "settling goes by the row as it is",
    database: {
      rewrite: (sql) =>
        sql.startsWith("update") ? sql.replaceAll('"pushes"."row_version" = ?', "? is not null") : sql,
    },
    options: on(HONEST_BOOKS),
    variants: STATEMENTS_OF_A_PUSH,
    missedAt: 34,
    tell: async (world, variant) => {
      await newInvoice(world);
      // Between reading the row and writing the outcome the order system tells of another total.
      world.mishaps.push(mishap("stall_before", variant, "d1", 5_000));
      await world.advance(4_500);
      const [told] = world.orders.told;
      if (told) await world.start(world.deliver(world.orders.edit(told, OTHER)));
      await world.advance(20_000);
    },
  },
];

const ANSWER_RULES: RuleStory[] = [
  {
    rule: 3,
    name: "a retry keeps its request ID",
    options: on(LAGGING),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"));
      await newInvoice(world);
      await world.advance(200_000);
    },
  },
  {
    rule: 3,
    name: "an update has a request ID of its own",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      const [told] = world.orders.told;
      if (told) await world.start(world.deliver(world.orders.edit(told, OTHER)));
      await world.advance(60_000);
    },
  },
  {
    rule: 3,
    name: "other bytes after a refusal have a new request ID",
    options: on({ ...HONEST_BOOKS, rememberRefusals: true, hasUniqueNumbers: true }),
    tell: async (world) => {
      // The number is taken; fixing it (healing.ts) sends other bytes.
      world.books[0]?.addForeignInvoice("INV-i-1", 4200, "1", world.time.now);
      await newInvoice(world);
      await world.advance(60_000);
    },
  },
  { rule: 4, name: "every invoice carries our mark", options: on(HONEST_BOOKS), tell: newInvoice },
  {
    rule: 5,
    name: "no answer means unknown",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"));
      await newInvoice(world);
      await world.advance(60_000);
    },
  },
  {
    rule: 6,
    name: "150 s before a resend",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { doneMs: 70_000 }));
      await newInvoice(world);
      await world.advance(200_000);
    },
  },
  {
    rule: 6,
    name: "a failed look-up says nothing",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost"));
      await newInvoice(world);
      await untilSent(world);
      for (let i = 0; i < 12; i += 1) world.network.troubles.push(trouble("web_page", { on: "read" }));
      await world.advance(900_000);
    },
  },
  {
    rule: 7,
    name: "only our mark adopts",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.books[0]?.addForeignInvoice("INV-i-1", 4200, "1", world.time.now);
      world.network.troubles.push(trouble("request_lost"));
      await newInvoice(world);
      await world.advance(200_000);
    },
  },
  {
    rule: 8,
    name: "customers are looked up again",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("answer_lost", { on: "write" }));
      await newInvoice(world);
      await world.advance(60_000);
    },
  },
  {
    rule: 8,
    name: "items are looked up again",
    options: on(FORGETFUL),
    tell: async (world) => {
      await newInvoice(world);
      for (let i = 0; i < 100 && (world.books[0]?.accounts.size ?? 0) === 0; i += 1) await world.advance(50);
      world.network.troubles.push(trouble("answer_lost", { on: "write" }));
      await world.advance(60_000);
    },
  },
];

const NOTHING_DROPPED_RULES: RuleStory[] = [
  {
    rule: 10,
    name: "exhausted claims are parked",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      await newInvoice(world);
      for (let i = 0; i < 60; i += 1) world.mishaps.push(mishap("crash_before", 0, "network"));
      await world.advance(1_200_000);
      const [row] = await readRows(world);
      demand(row?.state === "failed", "Its claims end without an outcome, again and again");
    },
  },
  {
    rule: 10,
    name: "alarms are set before the write",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      await world.advance(120_000);
      await newInvoice(world);
      world.queue.lose();
    },
  },
  {
    rule: 10,
    name: "an alarm is never moved behind what was armed",
    options: on(HONEST_BOOKS, false),
    tell: async (world) => {
      // A worker that found nothing due is slow to say so; meanwhile an invoice comes, and its message is lost.
      await world.advance(500);
      world.mishaps.push(mishap("stall_before", 2, "gate", 5_000));
      await world.advance(1_500);
      await newInvoice(world);
      world.queue.lose();
      await world.advance(10_000);
    },
  },
];

export const RULE_STORIES: readonly RuleStory[] = [
  STORAGE_RULES,
  LEASE_RULES,
  ANSWER_RULES,
  NOTHING_DROPPED_RULES,
].flat();
