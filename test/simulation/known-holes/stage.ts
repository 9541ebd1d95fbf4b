/**
 * What the stories of known holes share: a world for one story, the troubles in their words, and what can be seen in the
 * books and on the rows afterwards. Each story was a way to a second invoice, a lost change or an invoice without a way
 * out (review of exactly once, the E numbers in the comments); each stays as a test of what is promised.
 */
import { eq } from "drizzle-orm";
import { RealmGate } from "../../../src/connections/realm-gate.ts";
import { connections } from "../../../src/connections/schema.ts";
import { readError, readWarnings } from "../../../src/failures/push-error.ts";
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

/** Plays a story in a world of its own. */
export async function inWorld(
  books: Partial<BooksOptions>,
  story: Story,
  given: Partial<Omit<WorldOptions, "books">> = {},
): Promise<void> {
  const lab = new MemoryLab(RealmGate);
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

/** Everything is mended and comes to rest; throws where the books then are not what they ought to be. */
export async function endsWell(world: World): Promise<void> {
  await heal(world);
  await checkEnd(world);
}

/** Gets in before the network; where it answers, the request goes no further. */
export function interceptFetch(
  world: World,
  answer: (asked: { method: string; url: URL }) => Promise<Response | null> | Response | null,
): void {
  const real = world.network.fetch;
  Object.defineProperty(world.network, "fetch", {
    value: async (input: RequestInfo | URL, init?: RequestInit, waitedMs?: number) => {
      const url = new URL(input instanceof Request ? input.url : input);
      return (await answer({ method: init?.method ?? "GET", url })) ?? real(input, init, waitedMs);
    },
  });
}

/** A refusal of QuickBooks by a rule. */
export function refusal(code: string): Response {
  const Fault = { Error: [{ Message: "x", Detail: "x", code }], type: "ValidationFault" };
  return Response.json({ Fault }, { status: 400 });
}
