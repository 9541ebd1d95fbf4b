/**
 * The settings of a connection as the API and the form give them (contract.md section 6), checked field by field.
 * Says what is wrong with a value; whether settings suffice for a push is asked in `missingSettings`.
 */
import { isCalendarDate } from "../platform/calendar-date.ts";
import { z } from "zod";
import type { Connection, ConnectionSettings } from "./connection.ts";
import { needsTaxCodes } from "./connection.ts";

const MAX_ACCOUNT_NAME_CHARS = 100;
const MAX_CUSTOMER_NAME_CHARS = 500;
const MAX_TAX_CODE_CHARS = 100;
const EARLIEST_DATE = "1900-01-01";

const name = (label: string, max: number, forbidden: RegExp, forbiddenText: string) =>
  z
    .string({ error: `${label} is a text.` })
    .trim()
    .max(max, { error: `${label} may have at most ${max} characters.` })
    .refine((text) => !forbidden.test(text), {
      error: `${label} can't contain ${forbiddenText}: QuickBooks refuses it.`,
    })
    .transform((text) => (text === "" ? null : text))
    .nullable();

const accountName = (label: string) =>
  name(label, MAX_ACCOUNT_NAME_CHARS, /[":\t\r\n]/, "a colon, a quotation mark or a line break");

/** Shape of `PATCH /connections/:id` and of the settings form: every field optional, null clears. */
export const settingsPatch = z.strictObject({
  enabled: z.boolean({ error: "enabled is true or false." }).optional(),
  auto_invoice: z.boolean({ error: "auto_invoice is true or false." }).optional(),
  customer_mode: z
    .enum(["single", "per_buyer"], {
      error: "Choose one QuickBooks customer for all orders (single) or one per buyer (per_buyer).",
    })
    .optional(),
  customer_name: name(
    "Customer name",
    MAX_CUSTOMER_NAME_CHARS,
    /[:\t\r\n]/,
    "a colon, a tab or a line break",
  ).optional(),
  income_account: accountName("Income account").optional(),
  cogs_account: accountName("Cost of goods sold account").optional(),
  asset_account: accountName("Inventory asset account").optional(),
  item_type: z
    .enum(["inventory", "non_inventory", "service"], { error: "Item type is inventory, non_inventory or service." })
    .nullable()
    .optional(),
  default_inventory_quantity: z
    .union([z.string(), z.number()], { error: "Default inventory quantity is a number, e.g. 100." })
    .transform((value) => String(value).trim())
    .refine((text) => text === "" || /^\d{1,9}(\.\d{1,5})?$/.test(text), {
      error: "Default inventory quantity is a number from 0 to 999,999,999, e.g. 100.",
    })
    .transform((text) => (text === "" ? null : text))
    .nullable()
    .optional(),
  inventory_start_date: z
    .string({ error: "Inventory start date is a date such as 2026-01-31." })
    .trim()
    .refine((text) => text === "" || (isCalendarDate(text) && text >= EARLIEST_DATE), {
      error: `Inventory start date is a calendar date from ${EARLIEST_DATE} on, such as 2026-01-31.`,
    })
    .transform((text) => (text === "" ? null : text))
    .nullable()
    .optional()
    .meta({ format: "date" }),
  sales_tax_code: name("Sales tax code", MAX_TAX_CODE_CHARS, /[\t\r\n]/, "a tab or a line break").optional(),
  zero_rate_code: name("Zero-rate code", MAX_TAX_CODE_CHARS, /[\t\r\n]/, "a tab or a line break").optional(),
});
export type SettingsPatch = z.infer<typeof settingsPatch>;

const COLUMNS = {
  enabled: "enabled",
  auto_invoice: "autoInvoice",
  customer_mode: "customerMode",
  customer_name: "customerName",
  income_account: "incomeAccount",
  cogs_account: "cogsAccount",
  asset_account: "assetAccount",
  item_type: "itemType",
  default_inventory_quantity: "defaultInventoryQuantity",
  inventory_start_date: "inventoryStartDate",
  sales_tax_code: "salesTaxCode",
  zero_rate_code: "zeroRateCode",
} as const satisfies Record<keyof SettingsPatch, keyof ConnectionSettings>;

/** The columns that a checked patch changes. */
export function toColumns(patch: SettingsPatch): Partial<ConnectionSettings> {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([field, value]) => [COLUMNS[field as keyof SettingsPatch], value]));
}

/** A setting that a push needs and that is not there. `field` is the API's name of it. */
export interface MissingSetting {
  field: keyof SettingsPatch;
  label: string;
}

/** What is still to be set before an invoice can be pushed; empty when everything is. */
export function missingSettings(connection: Connection): MissingSetting[] {
  const isInventory = connection.itemType === "inventory";
  const hasTaxCodes = needsTaxCodes(connection.company);
  const required: [boolean, keyof SettingsPatch, string][] = [
    [connection.customerMode === "single" && !connection.customerName, "customer_name", "Customer name"],
    [!connection.incomeAccount, "income_account", "Income account"],
    [isInventory && !connection.cogsAccount, "cogs_account", "Cost of goods sold account"],
    [isInventory && !connection.assetAccount, "asset_account", "Inventory asset account"],
    [!connection.itemType, "item_type", "Item type"],
    [isInventory && !connection.defaultInventoryQuantity, "default_inventory_quantity", "Default inventory quantity"],
    [isInventory && !connection.inventoryStartDate, "inventory_start_date", "Inventory start date"],
    [hasTaxCodes && !connection.salesTaxCode, "sales_tax_code", "Sales tax code"],
    [hasTaxCodes && !connection.zeroRateCode, "zero_rate_code", "Zero-rate code"],
  ];
  return required.filter(([isMissing]) => isMissing).map(([, field, label]) => ({ field, label }));
}
