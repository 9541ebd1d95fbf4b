/**
 * The choices of the settings that have a few fixed ones: what is stored, and what the page calls it.
 */
import type { SettingChoice } from "./setting.ts";

export const CUSTOMER_MODES = [
  {
    value: "single",
    label: "One QuickBooks customer for all orders",
    hint: "Each invoice carries the buyer's name and addresses.",
  },
  {
    value: "per_buyer",
    label: "One QuickBooks customer per buyer",
    hint: "A buyer who is not in QuickBooks yet is created there.",
  },
] as const;

export const ITEM_TYPES = [
  { value: "inventory", label: "Inventory" },
  { value: "non_inventory", label: "Non-inventory" },
  { value: "service", label: "Service" },
] as const;

export const TOTAL_POLICIES = [
  {
    value: "refuse",
    label: "Do not send",
    hint: "The invoice fails and says why; nothing is booked.",
  },
  {
    value: "warn",
    label: "Send with a warning",
    hint: "QuickBooks books its own total, and the invoice names both.",
  },
] as const;

/** The stored values, for a schema. */
export function valuesOf<const T extends readonly SettingChoice[]>(choices: T): { [K in keyof T]: T[K]["value"] } {
  return choices.map(({ value }) => value) as { [K in keyof T]: T[K]["value"] };
}
