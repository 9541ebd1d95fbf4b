/**
 * Deliveries in words: what an event is called, what it did, and how a refusal was settled.
 */
import type { Effect } from "../../inbox/decision.ts";
import type { EventType } from "../../inbox/events.ts";
import type { DeliveryOutcome, DeliveryRow } from "../../inbox/list-deliveries.ts";
import type { Receipt } from "../../inbox/receive.ts";
import type { SETTLEMENTS } from "../../inbox/schema.ts";
import type { Flash } from "../parts/flash.ts";

const EVENT_WORDS: Readonly<Record<EventType, string>> = {
  "order.shipped": "Order shipped",
  "order.cancelled": "Order cancelled",
  "invoice.created": "Invoice created",
  "invoice.voided": "Invoice voided",
};

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  stored: "Stored",
  updated: "Updated",
  restored: "Cancelled order shipped after all",
  unchanged: "Nothing new in it",
  older: "Older than what is known, so nothing changed",
  cancelled: "Order cancelled",
  voided: "Invoice voided",
  flagged: "Invoice sent already, so it has a warning",
  void_queued: "Invoice is being voided in QuickBooks",
  void_remembered: "Invoice is voided once its push is settled",
  remembered: "Remembered for something that is still to come",
  stays_voided: "Invoice stays voided",
};

const SETTLED_WORDS: Readonly<Record<(typeof SETTLEMENTS)[number], string>> = {
  accepted: "Accepted since",
  set_aside: "Set aside",
  repeated: "Sent again and refused again",
};

/** The outcomes as the filter names them. */
export const OUTCOME_WORDS: Readonly<Record<DeliveryOutcome, string>> = {
  accepted: "Accepted",
  refused: "Refused",
  unsettled: "Refused, still open",
};

/** What kind of event it is; `type` as the sender named it, null if it could not be read. */
export function eventWords(type: string | null): string {
  return type === null ? "Unreadable" : (wordsIn(EVENT_WORDS, type) ?? type);
}

/** What an accepted event did; an effect that only earlier versions knew is shown as it was recorded. */
export function effectWords(effect: string): string {
  return wordsIn(EFFECT_WORDS, effect) ?? effect;
}

/** How a refusal was settled; null while it is open. */
export function settledWords({ settledAs }: Pick<DeliveryRow, "settledAs">): string | null {
  return settledAs === null ? null : SETTLED_WORDS[settledAs];
}

/** What a replay led to. */
export function receiptWords(receipt: Receipt): Flash {
  switch (receipt.kind) {
    case "accepted":
      return {
        tone: "good",
        text: `The delivery was accepted. ${receipt.effect === null ? "Nothing new in it" : EFFECT_WORDS[receipt.effect]}.`,
      };
    case "rejected":
      return {
        tone: "bad",
        text: `The delivery was refused again: ${receipt.refusal.errors[0]?.message ?? receipt.refusal.title}`,
      };
    case "limited":
      return { tone: "bad", text: "This instance takes no more deliveries today. Try again tomorrow." };
    case "busy":
      return { tone: "bad", text: "The same order or invoice is being updated by another request. Try again." };
    case "not_found":
    case "removed":
      return { tone: "bad", text: "The instance is no longer in use." };
  }
}

function wordsIn(words: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(words, name) ? words[name] : undefined;
}
