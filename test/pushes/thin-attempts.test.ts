/** What a person sees of an invoice's attempts years later: each answer of QuickBooks, and how long it waited, but not 300 times. */
import { env } from "cloudflare:workers";
import { beforeEach, expect, it } from "vitest";
import { newId } from "../../src/platform/ids.ts";
import { type Attempt, listAttempts, listOpenSends } from "../../src/pushes/attempts.ts";
import { pushAttempts } from "../../src/pushes/schema.ts";
import { thinAttempts } from "../../src/pushes/thin-attempts.ts";
import { db, emptyTables, makeInstance, makeInvoice, now } from "../api/fixture.ts";

const DAY_MS = 24 * 3_600_000;
const after = (days: number): Date => new Date(now.getTime() + days * DAY_MS);
const KEPT_FOR_DAYS = 91;

type Outcome = Attempt["outcome"];
interface Told {
  outcome: Outcome;
  code?: string;
  requestId?: string | null;
}

let instanceId = "";

beforeEach(async () => {
  await emptyTables();
  await env.DB.exec("DELETE FROM prune_marks");
  instanceId = await makeInstance();
});

/** An invoice whose attempts ended a second apart, the first `daysAhead` from now. */
async function tried(
  number: string,
  state: "sent" | "voided" | "queued" | "failed",
  attempts: readonly Told[],
  daysAhead = 0,
): Promise<string> {
  const id = await makeInvoice(instanceId, number, { state, attemptCount: attempts.length });
  await add(id, attempts, 1, daysAhead);
  return id;
}

async function add(invoiceId: string, attempts: readonly Told[], first: number, daysAhead: number): Promise<void> {
  for (const [place, { outcome, code, requestId = null }] of attempts.entries()) {
    const at = new Date(after(daysAhead).getTime() + place * 1_000);
    const error = code === undefined ? null : { category: "unavailable", code, message: `until ${at.toISOString()}` };
    await db.insert(pushAttempts).values({
      id: newId(at),
      documentId: invoiceId,
      number: first + place,
      operation: "create",
      requestId,
      startedAt: at.toISOString(),
      durationMs: 10,
      outcome,
      error: error && JSON.stringify(error),
    });
  }
}

/** `number outcome`, oldest first. */
async function left(invoiceId: string): Promise<string[]> {
  return (await listAttempts(db, invoiceId)).map(({ number, outcome }) => `${number} ${outcome}`).toReversed();
}

async function thinAll(daysAhead: number): Promise<number> {
  let gone = 0;
  for (let i = 0; i < 10; i += 1) gone += await thinAttempts(db, after(daysAhead));
  return gone;
}

const waiting = (outcome: Outcome, count: number, code?: string): Told[] =>
  Array.from({ length: count }, () => ({ outcome, ...(code === undefined ? {} : { code }) }));

const LONG_WAIT = [
  ...waiting("unanswered", 4, "503"),
  ...waiting("not_let_in", 3, "429"),
  { outcome: "refused" as const, code: "6000" },
  { outcome: "refused" as const, code: "6000" },
  ...waiting("held", 3),
  { outcome: "accepted" as const },
];

it("90 days after it was settled an invoice keeps first, last, answers, and each kind of waiting once", async () => {
  const id = await tried("A", "sent", LONG_WAIT);
  expect(await thinAll(KEPT_FOR_DAYS - 2)).toBe(0);
  expect(await thinAll(KEPT_FOR_DAYS)).toBe(7);
  expect(await left(id)).toEqual(["1 unanswered", "5 not_let_in", "8 refused", "9 refused", "10 held", "13 accepted"]);
  expect(await thinAll(KEPT_FOR_DAYS + 400)).toBe(0);
});

it("the last attempt stays even where it is like the one before it", async () => {
  const id = await tried("A", "voided", waiting("held", 5));
  await thinAll(KEPT_FOR_DAYS);
  expect(await left(id)).toEqual(["1 held", "5 held"]);
});

it("waiting of two kinds by turns stays once each", async () => {
  const id = await tried("A", "sent", [
    ...Array.from({ length: 60 }, (_, i) => ({ outcome: "unanswered" as const, code: String(500 + (i % 2)) })),
    { outcome: "found" as const },
  ]);
  await thinAll(KEPT_FOR_DAYS);
  expect(await left(id)).toEqual(["1 unanswered", "2 unanswered", "61 found"]);
});

it("never forgets under which request IDs an invoice went out and was not answered", async () => {
  const unanswered = (requestId: string | null): Told => ({ outcome: "unanswered", code: "503", requestId });
  const id = await tried("A", "sent", [
    unanswered(null),
    unanswered(null),
    unanswered("a-1"),
    unanswered("a-1"),
    { outcome: "refused", requestId: "a-1" },
    unanswered("a-2"),
    { outcome: "accepted", requestId: "a-2" },
  ]);
  const sent = await listOpenSends(db, id);
  expect(await thinAll(KEPT_FOR_DAYS)).toBe(2);
  expect(await left(id)).toEqual(["1 unanswered", "3 unanswered", "5 refused", "6 unanswered", "7 accepted"]);
  expect(await listOpenSends(db, id)).toEqual([sent[0], ...sent.slice(2)]);
});

it("touches nothing of an invoice that is open, and comes back to it when it was settled", async () => {
  const open = await tried("A", "queued", LONG_WAIT.slice(0, -1));
  const failed = await tried("B", "failed", LONG_WAIT.slice(0, -1));
  expect(await thinAll(KEPT_FOR_DAYS)).toBe(0);
  expect(await left(open)).toHaveLength(LONG_WAIT.length - 1);
  expect(await left(failed)).toHaveLength(LONG_WAIT.length - 1);

  await add(open, [{ outcome: "accepted" }], LONG_WAIT.length, 200);
  await env.DB.prepare("UPDATE pushes SET state = 'sent', attempt_count = ? WHERE document_id = ?")
    .bind(LONG_WAIT.length, open)
    .run();
  expect(await thinAll(200 + KEPT_FOR_DAYS - 2)).toBe(0);
  expect(await thinAll(200 + KEPT_FOR_DAYS)).toBe(7);
  expect((await left(open)).at(-1)).toBe(`${LONG_WAIT.length} accepted`);
});

it("an invoice with newer attempts waits until these are 90 days old, too", async () => {
  const id = await tried("A", "sent", LONG_WAIT.slice(0, -1));
  await add(id, [{ outcome: "accepted" }], LONG_WAIT.length, 60);
  await env.DB.prepare("UPDATE pushes SET attempt_count = ? WHERE document_id = ?").bind(LONG_WAIT.length, id).run();
  expect(await thinAll(KEPT_FOR_DAYS)).toBe(0);
  expect(await thinAll(60 + KEPT_FOR_DAYS)).toBe(7);
});

it("goes on where it stopped, some at a time, and skips nothing where an invoice had very many", async () => {
  const id = await tried("A", "sent", [...waiting("held", 1_200), { outcome: "accepted" }]);
  const other = await tried("B", "sent", LONG_WAIT, 1);
  const runs: number[] = [];
  for (let i = 0; i < 8; i += 1) runs.push(await thinAttempts(db, after(1 + KEPT_FOR_DAYS)));
  expect(Math.max(...runs)).toBe(500);
  expect(runs.reduce((sum, gone) => sum + gone)).toBe(1_199 + 7);
  expect(await left(id)).toEqual(["1 held", "1201 accepted"]);
  expect(await left(other)).toHaveLength(6);
});
