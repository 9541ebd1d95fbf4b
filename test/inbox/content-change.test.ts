import { describe, expect, test } from "vitest";
import { errorText, pushError } from "../../src/failures/push-error.ts";
import { readWarnings } from "../../src/failures/warning.ts";
import { applyContent, describeChange } from "../../src/inbox/content-change.ts";
import type { AutoAdmission } from "../../src/pushes/admission.ts";
import { type DocumentState, type Operation, publicStatus } from "../../src/documents/status.ts";
import { NOW, content, storedRow } from "../invoices/example-invoice.ts";

const LATER = "2026-11-20T11:00:00.000Z";
const newer = content({ total: "32.50", tax: "2.00" });
const QUEUED: AutoAdmission = { state: "queued", error: null };
const WAITS = pushError("authentication", { message: "m", remedy: "r" });
const HELD: AutoAdmission = { state: "held", error: WAITS };
const NOT_SENT: AutoAdmission = { state: "not_sent", error: null };

function change(operation: Operation, state: DocumentState, admission: AutoAdmission, received = newer) {
  const row = storedRow({ operation, state });
  const result = applyContent(row, { content: received, eventAt: LATER }, admission, NOW);
  return { ...result, row: { ...row, ...result.patch } };
}

const codes = (warnings: string): string[] => readWarnings(warnings).map(({ code }) => code);

describe("newer content, by operation, state and auto push", () => {
  // operation, state, admission → operation, state, queued now, warned
  const table: [Operation, DocumentState, AutoAdmission, Operation, DocumentState, boolean, boolean][] = [
    ["create", "not_sent", QUEUED, "create", "not_sent", false, false],
    ["create", "queued", QUEUED, "create", "queued", false, false],
    ["create", "queued", NOT_SENT, "create", "queued", false, false],
    ["create", "held", QUEUED, "create", "held", false, false],
    ["create", "sending", QUEUED, "create", "sending", false, false],
    ["create", "unknown", QUEUED, "create", "unknown", false, false],
    ["create", "failed", QUEUED, "create", "queued", true, false],
    ["create", "failed", HELD, "create", "held", false, false],
    ["create", "failed", NOT_SENT, "create", "failed", false, false],
    ["create", "sent", QUEUED, "update", "queued", true, true],
    ["create", "sent", HELD, "update", "held", false, true],
    ["create", "sent", NOT_SENT, "update", "not_sent", false, true],
    ["update", "sent", QUEUED, "update", "queued", true, true],
    ["update", "sent", NOT_SENT, "update", "not_sent", false, true],
    ["update", "not_sent", QUEUED, "update", "queued", true, true],
    ["update", "not_sent", NOT_SENT, "update", "not_sent", false, true],
    ["update", "failed", QUEUED, "update", "queued", true, true],
    ["update", "failed", NOT_SENT, "update", "failed", false, true],
    ["update", "queued", QUEUED, "update", "queued", false, true],
    ["update", "held", NOT_SENT, "update", "held", false, true],
    ["update", "sending", QUEUED, "update", "sending", false, true],
    ["update", "unknown", QUEUED, "update", "unknown", false, true],
  ];

  test.each(table)("%s/%s with %o → %s/%s", (operation, state, admission, toOperation, toState, isQueued, isWarned) => {
    const { row, effect, isQueued: queued } = change(operation, state, admission);
    expect(row).toMatchObject({
      operation: toOperation,
      state: toState,
      contentVersion: 2,
      totalMinor: 3250,
      eventAt: LATER,
    });
    expect({ effect, queued }).toEqual({ effect: "updated", queued: isQueued });
    expect(row.dueAt).toBe(isQueued ? NOW.toISOString() : null);
    expect(codes(row.warnings)).toEqual(isWarned ? ["changed_after_sending"] : []);
    expect(row.error).toBe(toState === "held" && admission === HELD ? errorText(WAITS, NOW) : null);
  });

  test("what is in QuickBooks stays sent to the outside", () => {
    for (const admission of [QUEUED, HELD, NOT_SENT])
      expect(publicStatus(change("create", "sent", admission).row)).toBe("sent");
  });

  test.each([
    ["create", "voided"],
    ["update", "voided"],
    ["void", "voided"],
    ["void", "queued"],
    ["void", "held"],
    ["void", "failed"],
    ["void", "sending"],
    ["void", "unknown"],
  ] as const)("%s/%s stays as it is, content too, with a warning", (operation, state) => {
    const { row, effect } = change(operation, state, QUEUED);
    expect(row).toMatchObject({ operation, state, contentVersion: 1, totalMinor: 3150 });
    expect(effect).toBe("stays_voided");
    expect(codes(row.warnings)).toEqual(["created_after_void"]);
  });

  test("a void that is remembered while the outcome is open is not undone", () => {
    const row = storedRow({ operation: "create", state: "unknown" }, { voidRequestedAt: NOW.toISOString() });
    const { patch } = applyContent(row, { content: newer, eventAt: LATER }, QUEUED, NOW);
    expect(patch).not.toHaveProperty("voidRequestedAt");
    expect(patch).not.toHaveProperty("body");
  });

  test.each(["not_sent", "queued", "failed", "sent", "held", "sending", "unknown"] as const)(
    "the same content again changes nothing (%s)",
    (state) => {
      const { patch, effect } = change("create", state, QUEUED, content());
      expect({ patch, effect }).toEqual({ patch: { eventAt: LATER }, effect: "unchanged" });
    },
  );

  test("content is the same whatever the order of its keys", () => {
    const { order, ...rest } = content();
    const shuffled = { order: { ...Object.fromEntries(Object.entries(order).reverse()), ...order }, ...rest };
    const keys = Object.fromEntries(Object.entries(shuffled).reverse()) as unknown as typeof shuffled;
    expect(change("create", "sent", QUEUED, keys).effect).toBe("unchanged");
  });

  test("a number that a person chose goes only when the order system changes the number", () => {
    const row = storedRow({ operation: "create", state: "failed" }, { docNumber: "INV-1-2" });
    const received = (number: string) => ({
      content: content({ total: "32.50", tax: "2.00" }, { number }),
      eventAt: LATER,
    });
    expect(applyContent(row, received("INV-9"), QUEUED, NOW).patch.docNumber).toBeNull();
    expect(applyContent(row, received("INV-1"), QUEUED, NOW).patch).not.toHaveProperty("docNumber");
  });

  test("a failed invoice that was fixed is requested again; an update keeps the times of the first delivery", () => {
    expect(change("create", "failed", QUEUED).patch.requestedAt).toBe(NOW.toISOString());
    expect(change("create", "sent", QUEUED).patch).not.toHaveProperty("requestedAt");
  });
});

describe("the warning names the change", () => {
  test("old and new, amounts with their currency", () => {
    const other = content(
      { total: "32.50", tax: "2.00", customer: { name: "Blue Bakers" } },
      { number: "INV-2", date: "2026-11-21" },
    );
    expect(describeChange(content(), other)).toBe(
      "the number from INV-1 to INV-2, the total from 31.50 USD to 32.50 USD, the date from 2026-11-20 to 2026-11-21, " +
        "the customer from Green Grocers to Blue Bakers, discount, shipping or tax",
    );
  });

  test("lines, addresses, and what is none of these", () => {
    expect(describeChange(content(), content({ shipping_address: { city: "Portland" } }))).toBe("the addresses");
    expect(describeChange(content(), content({ memo: "Ring twice" }))).toMatch(/^details/);
    const [first] = content().order.lines;
    const received = content();
    expect(
      describeChange(received, {
        ...received,
        order: { ...received.order, lines: [{ ...first!, name: "Green tea" }] },
      }),
    ).toBe("the lines");
  });

  test("a second change is added to the first, and never grows without end", () => {
    let row = change("create", "sent", NOT_SENT).row;
    for (let i = 0; i < 40; i += 1) {
      const received = content({}, { number: `INV-${i + 2}` });
      row = { ...row, ...applyContent(row, { content: received, eventAt: LATER }, NOT_SENT, NOW).patch };
    }
    const [warning, ...others] = readWarnings(row.warnings);
    expect(others).toEqual([]);
    expect(warning?.message).toMatch(/the number from INV-40 to INV-41\.$/);
    expect(warning?.message.length).toBeLessThanOrEqual(1000);
  });
});
