/**
 * The delivery list's filters and position as its address carries them: read, checked, and turned into what the store
 * takes.
 */
import {
  DELIVERY_OUTCOMES,
  type DeliveryFilter,
  type DeliveryOutcome,
  type DeliveryPageRequest,
} from "../../inbox/list-deliveries.ts";
import { dateText, PAGE_ROWS } from "../parts/list-address.ts";

const MAX_SEARCH_CHARS = 100;
const DELIVERY_ID = /^[0-9a-f-]{36}$/;

/** The values in the address; empty for a filter that is not set. */
export type DeliveryFilterTexts = { outcome: string; instance: string; from: string; to: string; q: string };

export function deliveryFilterTexts(values: Record<string, string>): DeliveryFilterTexts {
  const { outcome = "", instance = "", q = "" } = values;
  return {
    outcome: asOutcome(outcome) ?? "",
    instance,
    from: dateText(values["from"]),
    to: dateText(values["to"]),
    q: q.slice(0, MAX_SEARCH_CHARS),
  };
}

/** The same for the store. */
export function toDeliveryFilter(texts: DeliveryFilterTexts): DeliveryFilter {
  return {
    outcome: asOutcome(texts.outcome),
    instanceId: texts.instance || undefined,
    from: texts.from || undefined,
    to: texts.to || undefined,
    q: texts.q.trim() || undefined,
  };
}

/** The position in the list; an unknown one means the first page. */
export function deliveryPageRequest({ after, before }: Record<string, string>): DeliveryPageRequest {
  if (after !== undefined && DELIVERY_ID.test(after)) return { limit: PAGE_ROWS, after };
  if (before !== undefined && DELIVERY_ID.test(before)) return { limit: PAGE_ROWS, before };
  return { limit: PAGE_ROWS };
}

function asOutcome(text: string): DeliveryOutcome | undefined {
  return DELIVERY_OUTCOMES.find((outcome) => outcome === text);
}
