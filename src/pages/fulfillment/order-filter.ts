/**
 * Fulfillment's filters as its address carries them: read, checked, and turned into what the store takes.
 */
import type { OrderFilter } from "../../orders/store.ts";
import { dateText } from "../parts/list-address.ts";

/** The values in the address; empty for a filter that is not set. */
export type OrderFilterTexts = { instance: string; from: string; to: string };

export function orderFilterTexts(values: Record<string, string>): OrderFilterTexts {
  return { instance: values["instance"] ?? "", from: dateText(values["from"]), to: dateText(values["to"]) };
}

/** The same for the store: always shipped orders without an invoice. */
export function toOrderFilter(texts: OrderFilterTexts): OrderFilter {
  return {
    status: "shipped",
    isInvoiced: false,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
  };
}
