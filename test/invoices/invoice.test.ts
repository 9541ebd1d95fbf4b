import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DocumentState, type Operation, isInQuickBooks, publicStatus } from "../../src/documents/status.ts";
import { IllegalTransitionError, rememberedWish, transition } from "../../src/pushes/states.ts";
import { DOCUMENT_STATES } from "../../src/documents/status.ts";
import { ORDER_CANCELLED } from "../../src/documents/warnings.ts";
import { withWarning, withoutWarnings } from "../../src/failures/warning.ts";

const OPERATIONS: Operation[] = ["create", "update", "void"];
const deliveryStates = OPERATIONS.flatMap((operation) => DOCUMENT_STATES.map((state) => ({ operation, state })));
const may = (
  from: { operation: Operation; state: DocumentState } | null,
  to: { operation: Operation; state: DocumentState },
): boolean => {
  try {
    return transition(from, to) === to;
  } catch (error) {
    if (error instanceof IllegalTransitionError) return false;
    throw error;
  }
};

describe("states", () => {
  test.each(["not_sent", "queued", "held", "voided"] as const)("a new invoice may be %s", (state) => {
    expect(may(null, { operation: "create", state })).toBe(true);
  });

  test.each([
    [
      { operation: "create", state: "queued" },
      { operation: "create", state: "sending" },
    ],
    [
      { operation: "create", state: "unknown" },
      { operation: "create", state: "sent" },
    ],
    [
      { operation: "create", state: "sent" },
      { operation: "update", state: "queued" },
    ],
    [
      { operation: "create", state: "sending" },
      { operation: "void", state: "queued" },
    ],
    [
      { operation: "update", state: "failed" },
      { operation: "void", state: "held" },
    ],
    [
      { operation: "update", state: "sending" },
      { operation: "update", state: "sent" },
    ],
    [
      { operation: "void", state: "unknown" },
      { operation: "void", state: "voided" },
    ],
  ] as const)("%o → %o is legal", (from, to) => {
    expect(may(from, to)).toBe(true);
  });

  test.each([
    [null, { operation: "create", state: "sent" }],
    [null, { operation: "update", state: "queued" }],
    [
      { operation: "create", state: "not_sent" },
      { operation: "create", state: "sending" },
    ],
    [
      { operation: "create", state: "failed" },
      { operation: "create", state: "sending" },
    ],
    [
      { operation: "create", state: "queued" },
      { operation: "update", state: "queued" },
    ],
    [
      { operation: "create", state: "failed" },
      { operation: "void", state: "queued" },
    ],
    [
      { operation: "create", state: "sent" },
      { operation: "create", state: "queued" },
    ],
    [
      { operation: "create", state: "sent" },
      { operation: "update", state: "sending" },
    ],
  ] as const)("%o → %o throws", (from, to) => {
    expect(() => transition(from, to)).toThrow(IllegalTransitionError);
  });

  test("nothing leaves voided", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...OPERATIONS),
        fc.constantFrom(...deliveryStates),
        (operation, to) => !may({ operation, state: "voided" }, to),
      ),
    );
  });

  test("what QuickBooks has never becomes an invoice that it has not", () => {
    for (const from of deliveryStates.filter(isInQuickBooks)) {
      for (const to of deliveryStates.filter((delivery) => !isInQuickBooks(delivery) && delivery.state !== "voided"))
        expect(may(from, to)).toBe(false);
    }
  });

  test("the outside sees sent while an update or a void waits, and voided once it is", () => {
    expect(publicStatus({ operation: "update", state: "failed" })).toBe("sent");
    expect(publicStatus({ operation: "void", state: "queued" })).toBe("sent");
    expect(publicStatus({ operation: "void", state: "voided" })).toBe("voided");
    expect(publicStatus({ operation: "create", state: "unknown" })).toBe("unknown");
  });
});

describe("warnings", () => {
  test("one per code, the newest; others stay", () => {
    const first = withWarning("[]", { code: "a", message: "1" });
    const second = withWarning(withWarning(first, { code: "b", message: "2" }), { code: "a", message: "3" });
    expect(JSON.parse(second)).toEqual([
      { code: "b", message: "2" },
      { code: "a", message: "3" },
    ]);
    expect(withoutWarnings(second, ["b"])).toBe('[{"code":"a","message":"3"}]');
  });

  test("what was asked for while the outcome was open", () => {
    const flag = withWarning("[]", { code: ORDER_CANCELLED, message: "…" });
    expect(rememberedWish({ voidRequestedAt: null, warnings: flag })).toBeNull();
    expect(rememberedWish({ voidRequestedAt: "2026-11-20T10:00:00.000Z", warnings: flag })).toBe("cancellation");
    expect(rememberedWish({ voidRequestedAt: "2026-11-20T10:00:00.000Z", warnings: "[]" })).toBe("void");
  });
});
