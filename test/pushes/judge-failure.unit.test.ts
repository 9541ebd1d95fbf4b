/**
 * What a failure of one step makes of the push (docs/architecture.md, section 3, rule 5): only what went out can be
 * unknown, and what can't go on now waits, longer each time.
 */
import { expect, test } from "vitest";
import { judgeFailure } from "../../src/pushes/failing/judge-failure.ts";
import type { Failure } from "../../src/quickbooks/faults.ts";

const NOW = new Date("2035-01-02T08:00:00.000Z");
const SUBJECT = {
  connection: { id: "c", companyName: "Company" },
  noun: "invoice",
  number: "INV-1",
  date: "2035-01-02",
  customerName: "Quayside Stores",
  doing: { kind: "document", operation: "create" },
} as const;

const judged = (failure: Failure, row: Partial<{ retryCount: number; isSent: boolean }> = {}) =>
  judgeFailure(failure, SUBJECT, { id: "i", retryCount: 0, isSent: true, ...row }, NOW);

const answer = { httpStatus: 503, intuitTid: "tid", faults: [] };
const fault = { code: "6000", message: "m", detail: "d", element: null, type: "ValidationFault" };

test("no answer is unknown where the invoice had gone out, and nothing where it had not", () => {
  const failure: Failure = { kind: "unanswered", reason: "server_error", detail: "", ...answer };
  expect(judged(failure).outcome).toMatchObject({
    kind: "unanswered",
    error: { category: "unavailable", intuitTid: "tid" },
  });
  expect(judged(failure, { isSent: false }).outcome).toMatchObject({ kind: "later", dueAt: null });
});

test("a refusal remembers which bytes were refused; a lapsed subscription is the company's", () => {
  const refused = { kind: "refused", httpStatus: 400, intuitTid: "tid" } as const;
  expect(judged({ ...refused, faults: [fault] })).toMatchObject({
    outcome: { kind: "refused" },
    company: null,
  });
  const lapsed = judged({ ...refused, faults: [{ ...fault, code: "6190" }] });
  expect(lapsed).toMatchObject({ outcome: { kind: "held" }, company: "subscription_lapsed" });
});

test("429 waits a minute, a locked company a quarter of an hour", () => {
  const notLetIn = { kind: "not_let_in", ...answer } as const;
  expect(judged({ ...notLetIn, reason: "throttled" }).outcome).toMatchObject({
    kind: "later",
    dueAt: "2035-01-02T08:01:00.000Z",
  });
  expect(judged({ ...notLetIn, reason: "locked" }).outcome).toMatchObject({
    kind: "later",
    dueAt: "2035-01-02T08:15:00.000Z",
  });
});

test("a refused token ends the try, however often: the gate renews it, and decides when the connection is lost", () => {
  const failure: Failure = { kind: "not_let_in", reason: "token", ...answer };
  for (const retryCount of [0, 4, 40]) {
    const outcome = { kind: "later", dueAt: NOW.toISOString() };
    expect(judged(failure, { retryCount })).toMatchObject({ outcome, company: null });
  }
});

test("while Intuit renews no token every invoice waits longer each time, and never less than the gate says", () => {
  const retryAt = NOW.getTime() + 15_000;
  const failure: Failure = { kind: "not_connected", reason: "token_unavailable", retryAt };
  const dueMs = (retryCount: number) => {
    const { outcome } = judged(failure, { retryCount });
    return outcome.kind === "later" ? Date.parse(outcome.dueAt ?? "") - NOW.getTime() : 0;
  };
  expect(dueMs(0)).toBeGreaterThanOrEqual(15_000);
  expect(dueMs(2)).toBeGreaterThanOrEqual(60_000);
  expect(dueMs(50)).toBeGreaterThanOrEqual(900_000);
});

test("its turn that comes later is no error", () => {
  const until = NOW.getTime() + 9_000;
  expect(judged({ kind: "waiting", reason: "pace", until }).outcome).toEqual({
    kind: "later",
    dueAt: new Date(until).toISOString(),
    error: null,
  });
});
