/**
 * The filters of Fulfillment, as they stand in its address: read, checked, and turned into what the store takes.
 */
import type { OrderFilter } from "../../orders/store.ts";
import { dateText } from "../parts/list-address.ts";

/** The texts of the address: empty where a filter is not set. */
export type OrderFilterTexts = { instance: string; from: string; to: string };

export function orderFilterTexts(values: Record<string, string>): OrderFilterTexts {
  return { instance: values["instance"] ?? "", from: dateText(values["from"]), to: dateText(values["to"]) };
}

/** The same for the store: always shipped orders that have no invoice. */
export function toOrderFilter(texts: OrderFilterTexts): OrderFilter {
  return {
    status: "shipped",
    isInvoiced: false,
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
  };
}
