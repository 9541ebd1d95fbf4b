/**
 * What the stories of known holes share: a world for one story, the troubles in their words, and what can be seen in the
 * books and on the rows afterwards. Each story was once a way to a second invoice, a lost change or an invoice without a
 * way out; each stays as a test of what is promised.
 */
import { eq } from "drizzle-orm";
import { RealmGate } from "../../../src/connections/realm-gate.ts";
import { connections } from "../../../src/connections/schema.ts";
import { readError } from "../../../src/failures/push-error.ts";
import { readWarnings } from "../../../src/failures/warning.ts";
import { type BookInvoice, type BooksOptions, HONEST_BOOKS } from "../books.ts";
import { heal } from "../healing.ts";
import { MemoryLab } from "../in-memory.ts";
import type { Trouble } from "../network.ts";
import { checkEnd, readRows } from "../oracle.ts";
import type { Row } from "../verdict.ts";
import type { Content, Delivery } from "../simulated-order-system.ts";
import type { Mishap } from "../process.ts";
import type { World, WorldOptions } from "../world.ts";

export const CONTENT: Content = {
  buyer: 0,
  lines: [{ sku: 1, quantity: 2, cents: 1234 }],
  discountCents: 0,
  shippingCents: 0,
  taxCents: 0,
};
/** 29.97 instead of 24.68. */
export const OTHER: Content = { ...CONTENT, lines: [{ sku: 1, quantity: 3, cents: 999 }] };
/** Books on which `requestid` can't be relied. */
export const FORGETFUL: Partial<BooksOptions> = { rememberRequestIds: false };

export const HOUR_MS = 3_600_000;

type Story = (world: World) => Promise<void>;

/** One database for all stories of a file, emptied for each. */
const lab = new MemoryLab(RealmGate);

/**
 * Tells a story again and again, with its mishap one step later each time, to the last step that a process comes to.
 * Answers how many steps there were.
 */
export async function atEveryStep(
  steps: { from: number; to: number },
  books: Partial<BooksOptions>,
  story: (world: World, step: number) => Promise<void>,
): Promise<number> {
  for (let step = steps.from; step < steps.to; step += 1) {
    let isThere = false;
    await inWorld(books, async (world) => {
      await story(world, step);
      isThere = world.hasBefallen;
    });
    if (!isThere) return step - steps.from;
  }
  return steps.to - steps.from;
}

/** Plays a story in a world of its own. */
export async function inWorld(
  books: Partial<BooksOptions>,
  story: Story,
  given: Partial<Omit<WorldOptions, "books">> = {},
): Promise<void> {
  await lab.run({ books: { ...HONEST_BOOKS, ...books }, hasCron: true, ...given }, 1, story);
}

export function trouble(kind: Trouble["kind"], given: Partial<Trouble> = {}): Trouble {
  return { kind, on: "invoice", doneMs: 100, answerMs: 60_000, ...given };
}

export function mishap(kind: Mishap["kind"], step: number, only: Mishap["only"], stallMs = 0): Mishap {
  return { kind, step, only, stallMs };
}

/** The order system tells of a new invoice. */
export async function newInvoice(world: World, content: Content = CONTENT): Promise<void> {
  await world.start(world.deliver(world.orders.newInvoice(content)));
}

export async function manyInvoices(world: World, count: number, content: Content = CONTENT): Promise<void> {
  for (let i = 0; i < count; i += 1) await newInvoice(world, content);
}

/** The first invoice says something else now. */
export async function editFirst(world: World, content: Content): Promise<void> {
  const [told] = world.orders.told;
  if (told) await world.start(world.deliver(world.orders.edit(told, content)));
}

/** An invoice as another order system would tell of it: the first one with other IDs, number or buyer. */
export async function newInvoiceLike(
  world: World,
  first: Delivery,
  other: { number?: string; customer: { id: string; name: string } },
): Promise<void> {
  const body = JSON.parse(first.body) as {
    data: { id: string; number: string; order: { id: string; customer: unknown } };
  };
  body.data.id = "i-other";
  body.data.order.id = "o-other";
  body.data.order.customer = other.customer;
  if (other.number !== undefined) body.data.number = other.number;
  const second = { webhookId: "m-second", body: JSON.stringify(body), isAcked: false };
  world.orders.deliveries.push(second);
  await world.start(world.deliver(second));
}

/** Every write of an invoice that reached the network. */
export function posts(world: World): World["network"]["asked"] {
  return world.network.asked.filter(({ method, path }) => method === "POST" && path === "/invoice");
}

/** Until so many writes of invoices have gone out. */
export async function untilSent(world: World, count = 1): Promise<void> {
  for (let i = 0; i < 400 && posts(world).length < count; i += 1) await world.advance(50);
}

/** How often the invoice that is most often there was created in QuickBooks. */
export function copies(world: World): number {
  const counts = new Map<string, number>();
  for (const note of world.books.flatMap((books) => books.createdNotes)) {
    const mark = /bookbridge:[0-9A-Za-z-]+/.exec(note)?.[0] ?? "no mark";
    counts.set(mark, (counts.get(mark) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}

/** The first invoice in the books of the first company. */
export function firstInBooks(world: World): BookInvoice {
  const [invoice] = world.books[0]?.invoices.values() ?? [];
  if (!invoice) throw new Error("There is no invoice in the books");
  return invoice;
}

/** Where a row stands, with the category of its error and the codes of its warnings. */
export interface Standing {
  operation: string;
  state: string;
  category: string | null;
  warnings: string[];
}

export function standingOf(row: Row | undefined): Standing {
  if (!row) throw new Error("There is no such row");
  return {
    operation: row.operation,
    state: row.state,
    category: readError(row.error)?.category ?? null,
    warnings: readWarnings(row.warnings).map(({ code }) => code),
  };
}

export async function standings(world: World): Promise<Standing[]> {
  return (await readRows(world)).map(standingOf);
}

export async function firstRow(world: World): Promise<Row> {
  const [row] = await readRows(world);
  if (!row) throw new Error("There is no row");
  return row;
}

export async function stateOfFirstConnection(world: World): Promise<string | undefined> {
  const [row] = await world.db
    .select({ state: connections.state })
    .from(connections)
    .where(eq(connections.id, world.connectionIds[0] ?? ""));
  return row?.state;
}

/** Repairs everything and runs until nothing more happens; throws if the books are then wrong. */
export async function endsWell(world: World): Promise<void> {
  await heal(world);
  await checkEnd(world);
}
