/**
 * What an outcome makes of an invoice that was to be voided while the push was under way (docs/contract.md, section 4):
 * the wish is done at every outcome that is known, and kept while it is not. None of them leaves it queued for what it
 * may no longer do, which would be tried for ever.
 */
import { describe, expect, test } from "vitest";
import type { Operation } from "../../src/documents/status.ts";
import { ORDER_CANCELLED } from "../../src/documents/warnings.ts";
import { withWarning } from "../../src/failures/warning.ts";
import { errorText, pushError } from "../../src/failures/push-error.ts";
import { type Outcome, settle } from "../../src/pushes/outcome/outcome.ts";
import type { Invoice } from "../../src/quickbooks/wire-invoice.ts";
import { planVoid } from "../../src/invoicing/by-hand/void-invoice.ts";
import { NOW, storedRow } from "../invoices/example-invoice.ts";

const AT = NOW.toISOString();
const FOLLOWING = { isAutoPushEffective: true, now: NOW, timeZone: "UTC" };
const ERROR = pushError("unavailable", { message: "m", remedy: "r" });
const NOTHING_GOT_IN: readonly Outcome[] = [
  { kind: "refused", error: ERROR },
  { kind: "later", dueAt: null, error: ERROR },
  { kind: "later", dueAt: AT, error: null, syncToken: "4" },
  { kind: "absent", mayGoOn: true, error: ERROR },
  { kind: "superseded" },
];
const UNTIL_MENDED: readonly Outcome[] = [
  { kind: "held", error: ERROR },
  { kind: "absent", mayGoOn: false, error: ERROR },
];

function underWay(operation: Operation) {
  const sent = { frozenPayload: "{}", unansweredCount: 0, retryCount: 2, openClaims: 3, sentAt: AT };
  return storedRow({ operation, state: "sending" }, { qboId: "7", qboSyncToken: "3", ...sent });
}

const toBeVoided = (operation: Operation) => ({ ...underWay(operation), voidRequestedAt: AT });

describe("an update that is to be voided", () => {
  test.each(NOTHING_GOT_IN)("goes on to the void at once: $kind", (outcome) => {
    const patch = settle(toBeVoided("update"), outcome, FOLLOWING);
    expect(patch).toMatchObject({ operation: "void", state: "queued", dueAt: AT, error: null });
    expect(patch).toMatchObject({
      frozenPayload: null,
      unansweredCount: 0,
      retryCount: 0,
      openClaims: 0,
      sentAt: null,
    });
  });

  test.each(UNTIL_MENDED)("its void waits for what the update would wait for: $kind", (outcome) => {
    const held = { operation: "void", state: "held", dueAt: null, error: errorText(ERROR, NOW), frozenPayload: null };
    expect(settle(toBeVoided("update"), outcome, FOLLOWING)).toMatchObject(held);
  });

  test("takes the version that was read in QuickBooks along", () => {
    const outcome: Outcome = { kind: "later", dueAt: AT, error: null, syncToken: "4" };
    expect(settle(toBeVoided("update"), outcome, FOLLOWING)).toMatchObject({ operation: "void", qboSyncToken: "4" });
  });
});

test.each([...NOTHING_GOT_IN, ...UNTIL_MENDED])("a create that is to be voided is voided here: $kind", (outcome) => {
  const patch = settle(toBeVoided("create"), outcome, FOLLOWING);
  expect(patch).toMatchObject({ state: "voided", dueAt: null, error: null, frozenPayload: null });
});

test.each(["create", "update", "void"] as const)("while it is open what became of a %s the wish waits", (operation) => {
  const patch = settle(toBeVoided(operation), { kind: "unanswered", error: ERROR }, FOLLOWING);
  expect(patch).toMatchObject({ state: "unknown" });
  expect(patch).not.toHaveProperty("voidRequestedAt");
});

test("a void is not begun anew by the wish that began it", () => {
  const patch = settle(toBeVoided("void"), { kind: "refused", error: ERROR }, FOLLOWING);
  expect(patch).toMatchObject({ state: "failed", closedRevision: 1 });
});

test("a void asked for by a person outranks the cancellation that the invoice was flagged with", () => {
  const flagged = withWarning("[]", { code: ORDER_CANCELLED, message: "Cancelled." });
  const row = { ...underWay("update"), warnings: flagged };
  const plan = planVoid(row, null, NOW);
  expect(plan.kind).toBe("remember");
  const asked = { ...row, ...("patch" in plan ? plan.patch : {}) };
  const document = { id: "7", syncToken: "4", totalAmount: "1.00", balance: "1.00", lastUpdatedAt: AT } as Invoice;
  expect(settle(asked, { kind: "accepted", document }, FOLLOWING)).toMatchObject({
    operation: "void",
    state: "queued",
  });
});

test("an invoice queued for a void carries nothing of the update before it", () => {
  const row = { ...underWay("update"), state: "queued" as const };
  expect(planVoid(row, null, NOW)).toMatchObject({
    patch: { operation: "void", frozenPayload: null, unansweredCount: 0, openClaims: 0, retryCount: 0 },
  });
});
