/**
 * What a delivery is about, as one text: `order:<the order system's ID>` or `invoice:<its ID>`. A refused delivery keeps
 * it, so that a later one that is accepted settles it. Pure.
 */
import { MAX_ID_CHARACTERS, MAX_NUMBER_CHARACTERS, isJsonObject, readText } from "../orders/field.ts";
import { ExactNumber } from "../platform/exact-json.ts";
import type { OrderEvent } from "./events.ts";

/** What an accepted event brings: an invoice comes with its order. */
export function aboutEvent(event: OrderEvent): string[] {
  switch (event.type) {
    case "order.shipped":
      return [`order:${event.order.id}`];
    case "order.cancelled":
      return [`order:${event.orderId}`];
    case "invoice.created":
      return [`invoice:${event.invoiceId}`, `order:${event.content.order.id}`];
    case "invoice.voided":
      return [`invoice:${event.invoiceId}`];
  }
}

/** The same for data that was refused, and the number that people know it by; each null if it can't be read. */
export function aboutData(
  type: string,
  data: Record<string, unknown>,
): { about: string | null; number: string | null } {
  const [kind = ""] = type.split(".");
  const id = textOf(data["id"], MAX_ID_CHARACTERS);
  const number = textOf(data["number"], MAX_NUMBER_CHARACTERS) ?? numberOfOrder(data["order"]);
  return { about: id !== null && ["order", "invoice"].includes(kind) ? `${kind}:${id}` : null, number };
}

function numberOfOrder(order: unknown): string | null {
  return isJsonObject(order) ? textOf(order["number"], MAX_NUMBER_CHARACTERS) : null;
}

/** A number where text belongs is a fault, but it names the order all the same. */
function textOf(raw: unknown, maxCharacters: number): string | null {
  const text = readText(raw instanceof ExactNumber ? raw.text : raw, maxCharacters);
  return "fault" in text ? null : text.value;
}
