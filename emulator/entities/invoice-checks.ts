/**
 * Smaller refusals of invoices: custom fields that are not defined, shipping details where shipping is off, card numbers.
 * Each throws QuickBooks' own fault and changes nothing.
 */
import type { CompanyContext } from "../company/context.ts";
import { businessRule, QuickBooksFault } from "../wire/faults.ts";
import { listOf, objectOf, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";

/** The custom fields that every company here has defined for sales forms. */
export const CUSTOM_FIELDS: Readonly<Record<string, string>> = { "1": "PO no", "2": "Order no", "3": "Channel" };

const CARD_NUMBER = /(?<![A-Za-z0-9-])[3-6]\d{12,15}(?![A-Za-z0-9-])/g;

/** The custom fields to store, with their names filled in. Throws 3000 for a field that is not defined. */
export function checkCustomFields(sent: Json | undefined): JsonObject[] {
  return listOf(sent).map((part) => {
    const field = objectOf(part) ?? {};
    const id = textOf(field["DefinitionId"]) ?? "";
    const name = CUSTOM_FIELDS[id];
    const sentName = textOf(field["Name"]);
    if (name === undefined || (sentName !== null && sentName !== name)) {
      throw new QuickBooksFault("3000", `Invalid custom field : DefinitionId=${id}`, { element: "CustomField" });
    }
    return { DefinitionId: id, Name: name, Type: "StringType", StringValue: textOf(field["StringValue"]) ?? "" };
  });
}

/** ShipDate, TrackingNum and ShipMethodRef need shipping to be on; a method's value is its name. */
export function checkShippingFields(context: CompanyContext, input: JsonObject, sent: JsonObject): void {
  const named = ["ShipDate", "TrackingNum", "ShipMethodRef"].find(
    (name) => sent[name] !== undefined && sent[name] !== null && sent[name] !== "",
  );
  if (named !== undefined && !context.profile.allow_shipping) {
    throw businessRule(`${named} cannot be used because shipping is turned off in this company's sales settings`);
  }
  const method = objectOf(input["ShipMethodRef"]);
  const label = textOf(method?.["name"]);
  if (method !== null && label !== null && label !== refOf(method)) {
    throw new QuickBooksFault("2500", "Invalid Reference Id : ShipMethodRef", { element: "ShipMethodRef" });
  }
}

/** A text that contains what looks like a payment card number is refused (6530). */
export function refuseCardNumbers(input: JsonObject): void {
  const texts = [input["PrivateNote"], objectOf(input["CustomerMemo"])?.["value"]];
  for (const line of listOf(input["Line"])) texts.push(objectOf(line)?.["Description"]);
  for (const text of texts) {
    if (typeof text !== "string") continue;
    for (const match of text.matchAll(CARD_NUMBER)) {
      if (passesLuhn(match[0])) throw new QuickBooksFault("6530", "The request holds what looks like a card number");
    }
  }
}

function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
