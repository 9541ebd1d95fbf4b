/**
 * A kind of document that src/ does not know is delivered exactly once by the pushes that are there: a file that says what
 * it can do and its name in the list of kinds are all that it takes. Real queue consumer, gate and calls; the books keep
 * credit memos beside invoices, under IDs of their own that may be those of invoices.
 */
import { describe, expect, test, vi } from "vitest";
import { RealmGate } from "../../../src/connections/realm-gate.ts";
import { readError } from "../../../src/failures/push-error.ts";
import { countByStatus } from "../../../src/invoicing/lists/counts.ts";
import { selectInvoices } from "../../../src/invoicing/invoice-row.ts";
import type { KindName } from "../../../src/kinds/kinds.ts";
import { newId } from "../../../src/platform/ids.ts";
import { runBatch } from "../../../src/platform/db.ts";
import { listAttempts } from "../../../src/pushes/attempts.ts";
import { type DocumentRow, findDocument, isPushOf } from "../../../src/pushes/document-row.ts";
import { move, open } from "../../../src/pushes/ledger.ts";
import { beginVoid } from "../../../src/pushes/outcome/begin-void.ts";
import { enqueue } from "../../../src/pushes/queue/enqueue.ts";
import { Books, type BooksOptions, HONEST_BOOKS } from "../../simulation/books.ts";
import { ALL_IN_FORCE, MemoryLab } from "../../simulation/in-memory.ts";
import type { Mishap } from "../../simulation/process.ts";
import type { Content } from "../../simulation/simulated-order-system.ts";
import type { World } from "../../simulation/world.ts";
import { TABLE_OF_CREDIT_MEMOS, creditMemos } from "./credit-memo.ts";

vi.mock("../../../src/kinds/kinds.ts", async (original) => {
  const real = await original<typeof import("../../../src/kinds/kinds.ts")>();
  const { creditMemoKind } = await import("./credit-memo.ts");
  const KINDS = { ...real.KINDS, credit_memo: creditMemoKind };
  return {
    ...real,
    KINDS,
    KIND_NAMES: Object.keys(KINDS),
    kindOf: ({ kind }: { kind: keyof typeof KINDS }) => KINDS[kind],
  };
});

const CREDIT_MEMO = "credit_memo" as KindName;
const CONTENT: Content = {
  buyer: 0,
  lines: [{ sku: 1, quantity: 2, cents: 1234 }],
  discountCents: 0,
  shippingCents: 0,
  taxCents: 0,
};
const FORGETFUL = { rememberRequestIds: false };
const MANY_STEPS = 60;

const lab = new MemoryLab(RealmGate, { ...ALL_IN_FORCE, ddl: TABLE_OF_CREDIT_MEMOS });

interface Story {
  world: World;
  /** The credit memos in QuickBooks. */
  books: Books;
}

/** A world in which an invoice was sent, so that the next write is the credit memo's own. */
async function tell(options: Partial<BooksOptions>, story: (given: Story) => Promise<void>): Promise<void> {
  await lab.run({ books: { ...HONEST_BOOKS, ...options }, hasCron: true }, 1, async (world) => {
    await world.db.delete(creditMemos);
    const books = alsoKeepCreditMemos(world);
    await world.complete(world.deliver(world.orders.newInvoice(CONTENT)));
    await world.advance(8_000);
    // The next ID is that of the invoice.
    const [invoice] = await selectInvoices(world.db);
    for (let id = ""; Number(id) < Number(invoice?.qboId) - 1;) id = books.newId();
    await story({ world, books });
    expect(world.problems).toEqual([]);
  });
}

/** The books of the first company answer for credit memos as they do for invoices, from a list of their own. */
function alsoKeepCreditMemos(world: World): Books {
  const [books] = world.books;
  if (!books) throw new Error("No books");
  const memos = new Books(books.realmId, books.options);
  Object.assign(memos, { customers: books.customers, items: books.items });
  const forInvoices = books.handle.bind(books);
  books.handle = (request, nowMs) => {
    const statement = request.query.get("query") ?? request.body ?? "";
    const isQuery = request.path.startsWith("/query");
    if (!(isQuery ? / FROM CreditMemo /.test(statement) : request.path.startsWith("/creditmemo")))
      return forInvoices(request, nowMs);
    const query = new URLSearchParams(request.query);
    if (isQuery) query.set("query", statement.replace(" FROM CreditMemo ", " FROM Invoice "));
    const asked = { ...request, query, path: request.path.replace("/creditmemo", "/invoice") };
    const { status, body } = memos.handle(asked, nowMs);
    return { status, body: JSON.parse(JSON.stringify(body).replaceAll('"Invoice":', '"CreditMemo":')) };
  };
  return memos;
}

/** A credit memo over what the invoice said, queued the way a decision of the inbox would queue it. */
async function newCreditMemo({ world }: Story): Promise<string> {
  const [invoice] = await selectInvoices(world.db);
  if (!invoice) throw new Error("No invoice");
  const now = new Date();
  const id = newId(now);
  const at = now.toISOString();
  const { date, customerName, currency, totalMinor, body, instanceId, connectionId } = invoice;
  await runBatch(world.db, [
    world.db.insert(creditMemos).values({ id, number: "CM-1", date, customerName, currency, totalMinor, body }),
    open(world.db, CREDIT_MEMO, [
      {
        documentId: id,
        documentDate: date,
        instanceId,
        connectionId,
        state: "queued",
        dueAt: at,
        requestedAt: at,
        createdAt: at,
        updatedAt: at,
      },
    ]),
  ]);
  await enqueue(world.env, [id]);
  return id;
}

async function rowOf({ world }: Story, id: string): Promise<DocumentRow> {
  const row = await findDocument(world.db, { kind: CREDIT_MEMO, id });
  if (!row) throw new Error("No credit memo");
  return row;
}

const outcomesOf = async ({ world }: Story, id: string): Promise<string[]> =>
  (await listAttempts(world.db, id)).map(({ outcome }) => outcome).toReversed();

/** In QuickBooks exactly once, with our mark, as the row says; and the invoice is as it was. */
async function checkOnce(story: Story, id: string): Promise<void> {
  const { world, books } = story;
  const row = await rowOf(story, id);
  expect(row).toMatchObject({ state: "sent", operation: "create", error: null, totalMinor: 2468, qboTotalMinor: 2468 });
  const found = [...books.invoices.values()];
  expect(found.map(({ Id, DocNumber }) => ({ Id, DocNumber }))).toEqual([{ Id: row.qboId, DocNumber: "CM-1" }]);
  expect(found[0]?.PrivateNote).toContain(`bookbridge:${id}/`);
  expect(await world.db.select().from(creditMemos)).toMatchObject([{ id, isBooked: true }]);
  expect(await countByStatus(world.db)).toMatchObject({ sent: 1, failed: 0, queued: 0 });
  expect(world.books[0]?.createdNotes).toHaveLength(1);
}

describe("a credit memo", () => {
  test("is sent, once, under an ID that an invoice of ours has as well", () =>
    tell({}, async (story) => {
      const id = await newCreditMemo(story);
      await story.world.advance(8_000);
      await checkOnce(story, id);
      const [invoice] = await selectInvoices(story.world.db);
      expect((await rowOf(story, id)).qboId).toBe(invoice?.qboId);
      expect(await outcomesOf(story, id)).toEqual(["accepted"]);
    }));

  test("is found by its mark if the answer was lost, in books that forget request IDs", () =>
    tell(FORGETFUL, async (story) => {
      story.world.network.troubles.push({ kind: "answer_lost", on: "write", doneMs: 100, answerMs: 60_000 });
      const id = await newCreditMemo(story);
      await story.world.advance(60_000);
      await checkOnce(story, id);
      expect(await outcomesOf(story, id)).toEqual(["unanswered", "found"]);
    }));

  test("is sent again, with the same bytes and request ID, if it never arrived", () =>
    tell(FORGETFUL, async (story) => {
      story.world.network.troubles.push({ kind: "request_lost", on: "write", doneMs: 100, answerMs: 60_000 });
      const id = await newCreditMemo(story);
      await story.world.advance(240_000);
      await checkOnce(story, id);
      expect(await outcomesOf(story, id)).toEqual(["unanswered", "accepted"]);
      const sends = story.world.network.asked.filter(({ path, method }) => path === "/creditmemo" && method === "POST");
      expect(sends).toHaveLength(2);
      expect(new Set(sends.map(({ body, requestId }) => `${requestId} ${body}`)).size).toBe(1);
    }));

  test("is refused in its own words, and goes out when it is sent once more", () =>
    tell({}, async (story) => {
      const { world } = story;
      world.network.troubles.push({ kind: "refused", on: "write", doneMs: 100, answerMs: 200 });
      const id = await newCreditMemo(story);
      await world.advance(8_000);
      const refused = await rowOf(story, id);
      expect(refused.state).toBe("failed");
      expect(readError(refused.error)).toMatchObject({
        message: expect.stringContaining("refused credit memo CM-1 for "),
      });
      const where = isPushOf({ kind: CREDIT_MEMO, id });
      const dueAt = new Date().toISOString();
      await move(world.db, { from: ["failed"], to: "queued", set: { dueAt }, where }, new Date());
      await enqueue(world.env, [id]);
      await world.advance(8_000);
      await checkOnce(story, id);
    }));

  test("is voided in QuickBooks when that is asked for", () =>
    tell({}, async (story) => {
      const { world, books } = story;
      const id = await newCreditMemo(story);
      await world.advance(8_000);
      const where = isPushOf({ kind: CREDIT_MEMO, id });
      await move(world.db, { set: beginVoid(null, new Date()), where }, new Date());
      await enqueue(world.env, [id]);
      await world.advance(8_000);
      expect(await rowOf(story, id)).toMatchObject({ operation: "void", state: "voided" });
      expect([...books.invoices.values()]).toMatchObject([{ TotalAmt: 0 }]);
    }));

  test("follows what somebody does to it in QuickBooks, and leaves the invoice of the same ID alone", () =>
    tell({}, async (story) => {
      const { world, books } = story;
      const id = await newCreditMemo(story);
      await world.advance(8_000);
      const [memo] = books.invoices.values();
      if (!memo) throw new Error("Not sent");
      books.void(memo, world.time.now);
      const at = new Date(world.time.now + 5_000).getTime();
      world.books[0]?.changes.push({ entity: "CreditMemo" as "Invoice", id: memo.Id, operation: "Void", atMs: at });
      await world.advance(60_000);
      const row = await rowOf(story, id);
      expect(row.state).toBe("voided");
      expect(row.warnings).toContain("The credit memo was voided in QuickBooks");
      expect((await selectInvoices(world.db)).map(({ state }) => state)).toEqual(["sent"]);
    }));

  /** Whether the worker came as far as that step. */
  const diesAt = async (kind: Mishap["kind"], step: number): Promise<boolean> => {
    let isThere = false;
    await tell(FORGETFUL, async (story) => {
      story.world.mishaps.push({ kind, step, only: null, stallMs: 0 });
      const id = await newCreditMemo(story);
      await story.world.advance(12 * 60_000);
      isThere = story.world.hasBefallen;
      await checkOnce(story, id);
    });
    return isThere;
  };

  test.each<Mishap["kind"]>(["crash_before", "crash_after"])(
    "is sent once whatever step its worker dies at: %s",
    { timeout: 120_000 },
    async (kind) => {
      let step = 0;
      while (step < MANY_STEPS && (await diesAt(kind, step))) step += 1;
      expect(step).toBeGreaterThan(10);
      expect(step).toBeLessThan(MANY_STEPS);
    },
  );
});
