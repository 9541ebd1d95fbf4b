/**
 * Payment terms (docs/qbo-api.md, section 5.7) and payment methods: small lists that invoices and payments refer to.
 * They know nothing of due dates; those are computed with the invoice.
 */
import Big from "big.js";
import { keyOf } from "../company/store.ts";
import { missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, textOf, type JsonObject } from "../wire/json.ts";
import { addDays } from "../wire/pacific.ts";
import { COMMON_SHAPE, NO_KEYS, nameByActivity, type EntityKind } from "./kind.ts";

const WHOLE = { kind: "decimal", places: 0, max: "999", nonNegative: true } as const;
const LAST_SAFE_DAY_OF_MONTH = 28;

export const termKind: EntityKind = {
  type: "Term",
  sparse: true,
  isTransaction: false,
  duplicate: "term",
  shape: {
    ...COMMON_SHAPE,
    Name: { kind: "text", min: 1, max: 31, isName: true },
    Active: { kind: "boolean" },
    Type: { kind: "choice", values: ["STANDARD", "DATE_DRIVEN"] },
    DueDays: WHOLE,
    DayOfMonthDue: { kind: "decimal", places: 0, max: "31", nonNegative: true },
    DueNextMonthDays: WHOLE,
    DiscountDays: WHOLE,
    DiscountPercent: { kind: "decimal", places: 3, max: "100", nonNegative: true },
  },
  build(context, input, previous) {
    const given = textOf(input["Name"]);
    if (given === null) throw missingParameter("Name");
    const isDateDriven = input["DayOfMonthDue"] !== undefined;
    if (isDateDriven === (input["DueDays"] !== undefined)) {
      throw new QuickBooksFault(
        "2020",
        "Required parameter DueDays or DayOfMonthDue (one of them) is missing in the request",
        { element: "DueDays" },
      );
    }
    const isActive = input["Active"] !== false;
    return {
      ...input,
      Name: nameByActivity(context, "term", given, { isActive, wasActive: previous?.["Active"] !== false }),
      Active: isActive,
      Type: isDateDriven ? "DATE_DRIVEN" : "STANDARD",
    };
  },
  keys: nameKeys("term"),
};

export const paymentMethodKind: EntityKind = {
  type: "PaymentMethod",
  sparse: true,
  isTransaction: false,
  duplicate: "term",
  shape: {
    ...COMMON_SHAPE,
    Name: { kind: "text", min: 1, max: 31, isName: true },
    Active: { kind: "boolean" },
    Type: { kind: "choice", values: ["CREDIT_CARD", "NON_CREDIT_CARD"] },
  },
  build(context, input, previous) {
    const given = textOf(input["Name"]);
    if (given === null) throw missingParameter("Name");
    const isActive = input["Active"] !== false;
    return {
      Name: nameByActivity(context, "payment-method", given, { isActive, wasActive: previous?.["Active"] !== false }),
      Active: isActive,
      Type: textOf(input["Type"]) ?? "NON_CREDIT_CARD",
    };
  },
  keys: nameKeys("payment-method"),
};

function nameKeys(namespace: string) {
  return (body: JsonObject) => {
    const name = keyOf(textOf(body["Name"]) ?? "");
    return { ...NO_KEYS, active: body["Active"] !== false, namespace, uniqueKey: name, nameKey: name };
  };
}

/** The due date that a term gives for a transaction date. */
export function dueDateOf(term: JsonObject, txnDate: string): string {
  const day = decimalOf(term["DayOfMonthDue"]);
  if (day === null) return addDays(txnDate, Number((decimalOf(term["DueDays"]) ?? new Big(0)).toFixed()));
  const date = new Date(`${txnDate}T00:00:00Z`);
  const wanted = Math.min(Number(day.toFixed()), LAST_SAFE_DAY_OF_MONTH);
  const monthsOn = date.getUTCDate() <= wanted ? 0 : 1;
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + monthsOn, wanted)).toISOString().slice(0, 10);
}
