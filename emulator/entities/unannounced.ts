/**
 * Properties that answers hold although no documentation names them: Intuit adds such ones without notice (docs/qbo-api.md,
 * *Newer facts*), and a client has to read past them. Callers may send them back; they are then ignored.
 */
import type { Shape } from "../api/check-shape.ts";
import type { CompanyContext } from "../company/context.ts";
import type { JsonObject } from "../wire/json.ts";

const OF_ALL: JsonObject = { V4IDPseudonym: "002098e6c9e1a6f5" };
const OF_TYPE: Readonly<Record<string, JsonObject>> = {
  Invoice: { AllowOnlineAffirmPayment: false, EInvoiceStatus: null, ReminderSettings: { Steps: [] } },
  Preferences: { AiPrefs: { Suggestions: true } },
};
const OF_LINE_DETAIL: JsonObject = { TaxClassificationRef: { value: "EUC-09020802-V1-00120000" } };

/** What the answers of a type hold besides what is documented. */
export function unannounced(context: CompanyContext, type: string): JsonObject {
  return context.profile.unknown_fields ? { ...OF_ALL, ...OF_TYPE[type] } : {};
}

export function unannouncedOfLine(context: CompanyContext): JsonObject {
  return context.profile.unknown_fields ? OF_LINE_DETAIL : {};
}

/** The same properties where a caller sends back what it read. */
export const UNANNOUNCED_SHAPE: Shape = outputs(OF_ALL);
export const UNANNOUNCED_INVOICE_SHAPE: Shape = outputs(OF_TYPE["Invoice"] ?? {});
export const UNANNOUNCED_LINE_SHAPE: Shape = outputs(OF_LINE_DETAIL);

function outputs(properties: JsonObject): Shape {
  return Object.fromEntries(Object.keys(properties).map((name) => [name, { kind: "output" }]));
}
