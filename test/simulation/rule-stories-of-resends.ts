/**
 * Stories of second sends, allowed or not: refused tokens and numbers, restored databases, look-ups before a resend and its
 * answer, buyers with the same name. Same form as rule-stories.ts.
 */
import { eq } from "drizzle-orm";
import { connections } from "../../src/connections/schema.ts";
import { pushes } from "../../src/pushes/schema.ts";
import { HONEST_BOOKS } from "./books.ts";
import { interceptFetch } from "./intercept.ts";
import { readRows } from "./oracle.ts";
import { linkAndConfirm, sendByHand, voidByHand } from "./people.ts";
import {
  CONTENT,
  FORGETFUL,
  OTHER,
  type RuleStory,
  mishap,
  newInvoice,
  on,
  trouble,
  untilSent,
} from "./rule-stories.ts";
import { type Row, demand } from "./verdict.ts";
import type { World } from "./world.ts";

/** More than one page of a query. */
const BUSY = 1_500;
/** In a worker that pushes one invoice: leave to begin, then in and out for each call. */
const CALLS_OF_THE_GATE = 8;
const CALLS_OF_FIRST_INVOICE = 10;

async function firstRow(world: World): Promise<Row> {
  const [row] = await readRows(world);
  demand(row !== undefined, "There is no row");
  return row;
}

async function demandSent(world: World): Promise<void> {
  const row = await firstRow(world);
  demand(row.state === "sent", `Invoice ${row.number} is ${row.operation}/${row.state}: ${row.error}`);
}

const SEND_RULES: RuleStory[] = [
  {
    rule: 2,
    name: "a refused token ends the try: its repeat is a new freeze",
    options: on(FORGETFUL),
    variants: CALLS_OF_THE_GATE,
    missedAt: 2,
    tell: async (world, variant) => {
      await newInvoice(world);
      await world.advance(10_000);
      world.network.troubles.push(trouble("token_refused", { lateMs: 60_000 }));
      await newInvoice(world);
      // Whoever has heard of the refusal sleeps past the lease before asking for the next call.
      world.mishaps.push(mishap("stall_before", variant, "gate", 230_000));
      await world.advance(600_000);
    },
  },
  {
    rule: 3,
    name: "a refusal that Intuit remembers under its request ID does not last for ever",
    options: on({ ...HONEST_BOOKS, rememberRefusals: true, hasUniqueNumbers: true }),
    tell: async (world) => {
      const [books] = world.books;
      const holder = books?.addForeignInvoice("INV-i-1", 4200, "1", world.time.now);
      await newInvoice(world);
      await world.advance(30_000);
      const refused = await firstRow(world);
      demand(refused.state === "failed", "A number that is taken was not refused");
      if (holder) books?.touch(holder, { isDeleted: true }, "Delete", world.time.now);
      await world.start(sendByHand(world, [refused.id]));
      await world.advance(60_000);
      await demandSent(world);
    },
  },
  {
    rule: "3, 7",
    name: "a database that was set back to before the send",
    options: on(FORGETFUL),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(10_000);
      const dueAt = new Date(world.time.now).toISOString();
      const before = { state: "queued", dueAt, qboId: null, qboSyncToken: null, frozenPayload: null } as const;
      await world.db.update(pushes).set(before);
      await world.queue.binding().send({ kind: "due", connectionId: world.connectionIds[0] });
      await world.advance(30_000);
      await demandSent(world);
    },
  },
  {
    rule: 6,
    name: "an invoice that QuickBooks numbered itself is found all the same",
    options: on({ ...FORGETFUL, takesNumbers: false }),
    tell: async (world) => {
      // Custom numbers were switched off after we read the company's preferences, which is once a day.
      for (const { id, company } of await world.db.select().from(connections)) {
        const asRead = company.replace('"customTxnNumbers":false', '"customTxnNumbers":true');
        await world.db.update(connections).set({ company: asRead }).where(eq(connections.id, id));
      }
      world.network.troubles.push(trouble("answer_lost", { doneMs: 10_000 }));
      await newInvoice(world);
      await world.advance(400_000);
      await demandSent(world);
    },
  },
  {
    rule: 8,
    name: "two new buyers of one name never share a customer",
    database: {
      ddl: "DROP INDEX links_buyer_once",
      rewrite: (sql) => sql.replace("other.is_gone = 0 AND", "0 AND"),
    },
    options: { ...on(HONEST_BOOKS), hasTwoShops: true },
    variants: CALLS_OF_FIRST_INVOICE,
    tell: async (world, variant) => {
      await newInvoice(world);
      world.mishaps.push(mishap("stall_after", variant, "network", 8_000));
      await world.advance(1_200);
      // The buyers of the two order systems have the same name and number, and are different people.
      const second = world.shops[1];
      if (second) await world.start(world.deliver(second.newInvoice(CONTENT)));
      await world.advance(30_000);
    },
  },
];

/** The read that follows a resend is throttled, once. */
function throttleReadBack(world: World): void {
  let isDone = false;
  interceptFetch(world, ({ method, url }) => {
    if (isDone || method !== "GET" || !/\/invoice\/\d+$/.test(url.pathname)) return null;
    isDone = true;
    return new Response("", { status: 429 });
  });
}

/** A customer of whom hundreds of invoices were made at the same time as ours. */
function addBusyTime(world: World, customerId: string): void {
  const [books] = world.books;
  const one = books?.addForeignInvoice("F-0", 100, customerId, world.time.now);
  if (!books || !one) return;
  for (let i = 1; i < BUSY; i += 1) {
    const Id = books.newId();
    books.invoices.set(Id, { ...one, Id, DocNumber: `F-${i}` });
  }
}

const RESEND_RULES: RuleStory[] = [
  {
    rule: 6,
    name: "a resend that was taken is not sent again because it can't be read back",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("request_lost"));
      throttleReadBack(world);
      await newInvoice(world);
      await world.advance(600_000);
      await demandSent(world);
    },
  },
  {
    rule: 6,
    name: "a void that is asked for meanwhile reaches QuickBooks",
    options: on(HONEST_BOOKS),
    tell: async (world) => {
      world.network.troubles.push(trouble("request_lost"));
      throttleReadBack(world);
      await newInvoice(world);
      await untilSent(world);
      await world.advance(155_000);
      const sends = world.network.asked.filter(({ method, path }) => method === "POST" && path === "/invoice");
      demand(sends.length === 2, `It was sent ${sends.length} times, not twice`);
      await world.start(voidByHand(world, (await firstRow(world)).id));
      await world.advance(600_000);
      const row = await firstRow(world);
      const [inBooks] = world.books[0]?.invoices.values() ?? [];
      demand(row.state === "voided", `Invoice ${row.number} was to be voided and is ${row.operation}/${row.state}`);
      demand(inBooks?.totalCents === 0, "What was voided here lives in QuickBooks");
    },
  },
  {
    rule: 6,
    name: "one customer for all orders: a busy time does not keep an unanswered invoice from being found out",
    options: on(FORGETFUL),
    tell: async (world) => {
      world.network.troubles.push(trouble("request_lost"));
      await newInvoice(world);
      await untilSent(world);
      const [customerId = ""] = world.books[0]?.customers.keys() ?? [];
      addBusyTime(world, customerId);
      await world.advance(400_000);
      await demandSent(world);
    },
  },
  {
    rule: 7,
    name: "an invoice that QuickBooks has is never linked to the one that holds its new number",
    options: on({ ...HONEST_BOOKS, hasUniqueNumbers: true }),
    tell: async (world) => {
      await newInvoice(world);
      await world.advance(20_000);
      const { qboId: ours } = await firstRow(world);
      world.books[0]?.addForeignInvoice("INV-new", 4200, "1", world.time.now);
      await renumber(world, "INV-new");
      await world.advance(20_000);
      const row = await firstRow(world);
      demand(row.state === "failed" && row.operation === "update", "A number that is taken was not refused");
      const context = { env: world.env, config: world.config, db: world.db, now: new Date() };
      await world.complete(world.spawn("link", () => linkAndConfirm(context, row)));
      demand((await firstRow(world)).qboId === ours, "It was linked to another invoice than its own");
    },
  },
];

/** The order system tells of another total and another number. */
async function renumber(world: World, number: string): Promise<void> {
  const [told] = world.orders.told;
  if (!told) return;
  const delivery = world.orders.edit(told, OTHER);
  const body = JSON.parse(delivery.body) as { data: { number: string } };
  body.data.number = number;
  delivery.body = JSON.stringify(body);
  await world.start(world.deliver(delivery));
}

export const STORIES_OF_RESENDS: readonly RuleStory[] = [SEND_RULES, RESEND_RULES].flat();
