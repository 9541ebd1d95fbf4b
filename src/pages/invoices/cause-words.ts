/**
 * What a cause is called, what happened and what to do. Only words.
 */
import { VOIDED_IN_QUICKBOOKS } from "../../documents/attention.ts";
import { ORDER_CANCELLED } from "../../documents/warnings.ts";
import { CATEGORY_TITLES, ERROR_CATEGORIES, readError } from "../../failures/push-error.ts";
import { readWarnings } from "../../failures/warning.ts";
import type { CauseGroup } from "../../invoicing/lists/attention.ts";
import type { AttentionCause } from "../../invoicing/lists/filter.ts";
import { displayMinor } from "../../platform/money.ts";
import { listUrl } from "../parts/list-address.ts";
import { causeText } from "./invoice-filter.ts";

const KIND_TITLES: Readonly<Record<Exclude<AttentionCause["kind"], "failed">, string>> = {
  conflict: "Changed on both sides",
  changed: "Void waits: changed in QuickBooks",
  paid: "Void waits: paid in QuickBooks",
  changed_in_quickbooks: "Changed in QuickBooks",
  order_cancelled: "Order cancelled after sending",
  voided_in_quickbooks: "Voided in QuickBooks",
};

/** What a cause is called, e.g. `Inactive in QuickBooks: item 'Chai'`. */
export function causeTitle({ kind, category, concerns }: AttentionCause): string {
  if (kind !== "failed") return KIND_TITLES[kind];
  const known = ERROR_CATEGORIES.find((name) => name === category);
  const title = known ? CATEGORY_TITLES[known] : "Failed";
  return concerns ? `${title}: ${concerns}` : title;
}

/** What people can acknowledge here, for all invoices of a cause at once; the invoice's page asks about the others. */
export function canAcknowledge(
  kind: AttentionCause["kind"],
): kind is typeof VOIDED_IN_QUICKBOOKS | typeof ORDER_CANCELLED {
  return kind === VOIDED_IN_QUICKBOOKS || kind === ORDER_CANCELLED;
}

/** The address of the invoices of a cause. */
export function causeUrl(cause: AttentionCause): string {
  return listUrl("/invoices", { status: "needs_attention", cause: causeText(cause) });
}

/** What happened and what to do, in the words of the newest invoice of the group. */
export function wordsOf(cause: CauseGroup): { message: string; remedy: string | null } {
  if (cause.kind === "failed") {
    const error = cause.sample === null ? null : readError(cause.sample);
    return { message: error?.message ?? "The invoice failed.", remedy: error?.remedy ?? null };
  }
  const warning = readWarnings(cause.sampleWarnings).find(({ code }) => code === cause.kind);
  return { message: warning?.message ?? causeTitle(cause), remedy: REMEDIES[cause.kind] };
}

const REMEDIES: Readonly<Record<Exclude<AttentionCause["kind"], "failed">, string>> = {
  conflict: "Open the invoice and choose which version is right.",
  changed: "Open the invoice: check in QuickBooks whether it should still be voided.",
  paid: "Open the invoice: remove the payment in QuickBooks if it should still be voided.",
  changed_in_quickbooks: "Open the invoice and check that the change is right.",
  order_cancelled: "Open the invoice and void it if nothing is owed; otherwise acknowledge, and it stays as it is.",
  voided_in_quickbooks:
    "If that is right, acknowledge it. If the order is still owed, create its invoice again on Fulfillment.",
};

/** `{"USD": 1250, "EUR": 300}` → `$12.50 + €3.00`. */
export function sumText(sums: string): string {
  const byCurrency = JSON.parse(sums) as Record<string, number>;
  return Object.entries(byCurrency)
    .map(([currency, minor]) => displayMinor(minor, currency))
    .join(" + ");
}
