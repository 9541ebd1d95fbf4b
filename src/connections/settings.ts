/**
 * The settings of a connection, one definition each, by the API's names (docs/contract.md, section 6). The patch, the
 * columns, the form, the labels of Check configuration, the API's shapes and the requirements all follow from here: a new
 * setting needs a column in schema.ts and a definition below, and is named nowhere else except where it is used.
 */
import type { CompanyFacts, Connection } from "./connection.ts";
import { accountName, customerName, date, quantity, rateCodes, taxCodeName, zoneName } from "./given-settings.ts";
import {
  type Requirements,
  type SettingDefinition,
  type SettingControl,
  type SettingsRow,
  setting,
} from "./setting.ts";
import { CUSTOMER_MODES, ITEM_TYPES, TOTAL_POLICIES, valuesOf } from "./setting-choices.ts";
import { hasTaxCodes, wayOfTaxing } from "./taxing.ts";
import { z } from "zod";

const shownText = z.string().nullable();

export const SETTINGS = {
  enabled: setting({
    column: "enabled",
    label: "Enable integration",
    given: z.boolean({ error: "enabled is true or false." }),
    shown: z.boolean(),
    requiredWhen: never,
    control: { kind: "switch", word: "Integration" },
    hint: "Off: nothing is sent to QuickBooks. Queued invoices are held and resume when this is on again.",
  }),
  auto_invoice: setting({
    column: "autoInvoice",
    label: "Auto invoice",
    given: z.boolean({ error: "auto_invoice is true or false." }),
    shown: z.boolean(),
    requiredWhen: never,
    control: { kind: "switch", word: "Auto invoice" },
    hint: "On: invoices are sent to QuickBooks as they arrive. Off: they stay Not sent until somebody sends them.",
  }),
  customer_mode: setting({
    column: "customerMode",
    label: "Customer",
    given: z.enum(valuesOf(CUSTOMER_MODES), {
      error: "Choose one QuickBooks customer for all orders (single) or one per buyer (per_buyer).",
    }),
    shown: z.enum(valuesOf(CUSTOMER_MODES)),
    requiredWhen: never,
    control: { kind: "radio", choices: CUSTOMER_MODES },
    group: "Customer account",
  }),
  customer_name: setting({
    column: "customerName",
    label: "Customer name",
    given: customerName("Customer name"),
    shown: shownText,
    requiredWhen: ({ customerMode }) => customerMode === "single",
    control: { kind: "customer" },
    hint: "Needed for one customer for all orders. Created in QuickBooks if it does not exist.",
    group: "Customer account",
  }),
  income_account: setting({
    column: "incomeAccount",
    label: "Income account",
    given: accountName("Income account"),
    shown: shownText,
    requiredWhen: always,
    control: { kind: "account", role: "income" },
    group: "Accounts",
  }),
  cogs_account: setting({
    column: "cogsAccount",
    label: "Cost of goods sold account",
    given: accountName("Cost of goods sold account"),
    shown: shownText,
    requiredWhen: forInventory,
    control: { kind: "account", role: "cogs" },
    group: "Accounts",
  }),
  asset_account: setting({
    column: "assetAccount",
    label: "Inventory asset account",
    given: accountName("Inventory asset account"),
    shown: shownText,
    requiredWhen: forInventory,
    control: { kind: "account", role: "asset" },
    group: "Accounts",
  }),
  item_type: setting({
    column: "itemType",
    label: "Item type",
    given: z.enum(valuesOf(ITEM_TYPES), { error: "Item type is inventory, non_inventory or service." }).nullable(),
    shown: z.enum(valuesOf(ITEM_TYPES)).nullable(),
    requiredWhen: always,
    control: { kind: "select", choices: [{ value: "", label: "Choose a type" }, ...ITEM_TYPES] },
    hint: "The type of products created in QuickBooks. Inventory needs QuickBooks Plus or Advanced.",
    group: "Product settings",
  }),
  default_inventory_quantity: setting({
    column: "defaultInventoryQuantity",
    label: "Default inventory quantity",
    given: quantity("Default inventory quantity"),
    shown: z.number().nullable(),
    // A number, as callers send it: no booked amount is calculated from it here.
    show: (quantity) => (quantity === null ? null : Number(quantity)),
    requiredWhen: forInventory,
    control: { kind: "text", inputmode: "decimal" },
    hint: "On hand, of a new inventory product.",
    group: "Product settings",
    isHalf: true,
  }),
  inventory_start_date: setting({
    column: "inventoryStartDate",
    label: "Inventory start date",
    given: date("Inventory start date"),
    shown: z.iso.date().nullable(),
    requiredWhen: forInventory,
    control: { kind: "date" },
    hint: "QuickBooks refuses older invoices.",
    group: "Product settings",
    isHalf: true,
  }),
  sales_tax_code: setting({
    column: "salesTaxCode",
    label: "Sales tax code",
    given: taxCodeName("Sales tax code"),
    shown: shownText,
    appliesTo: hasTaxCodes,
    requiredWhen: ({ company }) => taxesByCode(company),
    control: { kind: "tax_code", rate: "any" },
    hint: (company) =>
      taxesByCode(company)
        ? "For lines taxed at the usual rate."
        : "For invoices whose tax is not that of exactly one code.",
    group: "Sales tax",
    isHalf: true,
  }),
  zero_rate_code: setting({
    column: "zeroRateCode",
    label: "Zero-rate code",
    given: taxCodeName("Zero-rate code"),
    shown: shownText,
    appliesTo: taxesByCode,
    requiredWhen: ({ company }) => taxesByCode(company),
    control: { kind: "tax_code", rate: "zero" },
    hint: "For lines without tax.",
    group: "Sales tax",
    isHalf: true,
  }),
  tax_codes: setting({
    column: "taxCodes",
    label: "Tax codes of further rates",
    given: rateCodes("Tax codes of further rates"),
    shown: z.array(z.object({ rate: z.string(), tax_code: z.string() })).nullable(),
    appliesTo: taxesByCode,
    requiredWhen: never,
    control: { kind: "rate_codes" },
    group: "Sales tax",
    isHalf: true,
  }),
  total_policy: setting({
    column: "totalPolicy",
    label: "When totals would differ",
    given: z.enum(valuesOf(TOTAL_POLICIES), {
      error: "When totals would differ is Do not send (refuse) or Send with a warning (warn).",
    }),
    shown: z.enum(valuesOf(TOTAL_POLICIES)),
    requiredWhen: never,
    control: { kind: "radio", choices: TOTAL_POLICIES },
    group: "Sales tax",
  }),
  time_zone: setting({
    column: "timeZone",
    label: "Time zone",
    given: zoneName("Time zone"),
    shown: shownText,
    requiredWhen: never,
    control: { kind: "time_zone" },
    group: "Dates",
  }),
};

type Settings = typeof SETTINGS;
/** The API's name of a setting. */
export type SettingField = keyof Settings;

/** The settings as columns; people can't change the other columns of a connection. */
export type ConnectionSettings = Pick<SettingsRow, Settings[SettingField]["column"]>;

export const SETTING_FIELDS = Object.keys(SETTINGS) as SettingField[];

/** The definition of a setting, as its general type. */
export function settingOf(field: SettingField): SettingDefinition {
  return SETTINGS[field] as SettingDefinition;
}

/** The settings with that kind of control, in the order of the table. */
export function fieldsWith(kind: SettingControl["kind"]): SettingField[] {
  return SETTING_FIELDS.filter((field) => settingOf(field).control.kind === kind);
}

/** Shape of `PATCH /connections/:id` and of the settings form: every field optional, null clears. */
export const settingsPatch = z.strictObject(
  byField((field) => settingOf(field).given.optional()) as {
    [Field in SettingField]: z.ZodOptional<Settings[Field]["given"]>;
  },
);
export type SettingsPatch = z.infer<typeof settingsPatch>;

/** Shape of the settings in the API's responses. */
export const settingsShown = byField((field) => settingOf(field).shown) as {
  [Field in SettingField]: Settings[Field]["shown"];
};

/** The columns that a checked patch changes. */
export function toColumns(patch: SettingsPatch): Partial<ConnectionSettings> {
  const given = SETTING_FIELDS.filter((field) => patch[field] !== undefined);
  return Object.fromEntries(given.map((field) => [SETTINGS[field].column, patch[field]]));
}

/** The stored settings, by the API's names. */
export function settingsOf(connection: ConnectionSettings): {
  [Field in SettingField]: ConnectionSettings[Settings[Field]["column"]];
} {
  return byField((field) => connection[SETTINGS[field].column]) as ReturnType<typeof settingsOf>;
}

/** The settings as the API shows them. */
export function showSettings(connection: ConnectionSettings): {
  [Field in SettingField]: z.output<Settings[Field]["shown"]>;
} {
  return byField((field) => {
    const value = connection[SETTINGS[field].column];
    const { show } = settingOf(field);
    return show ? show(value) : value;
  }) as ReturnType<typeof showSettings>;
}

/** A missing setting that a push needs. `field`: its name in the API. */
export interface MissingSetting {
  field: SettingField;
  label: string;
}

/** The settings still missing before an invoice can be pushed; empty if there are none. */
export function missingSettings(connection: ConnectionSettings & Pick<Connection, "company">): MissingSetting[] {
  return SETTING_FIELDS.filter((field) => isRequired(field, connection) && !connection[SETTINGS[field].column]).map(
    (field) => ({ field, label: SETTINGS[field].label }),
  );
}

/** Whether the setting means anything to the company. */
export function applies(field: SettingField, company: CompanyFacts): boolean {
  return settingOf(field).appliesTo?.(company) ?? true;
}

/** The line beneath the setting's control. */
export function hintOf(field: SettingField, company: CompanyFacts): string | undefined {
  const { hint } = settingOf(field);
  return typeof hint === "function" ? hint(company) : hint;
}

/** Whether a push needs the setting. */
export function isRequired(field: SettingField, requirements: Requirements): boolean {
  return SETTINGS[field].requiredWhen(requirements);
}

function byField<T>(of: (field: SettingField) => T): Record<SettingField, T> {
  return Object.fromEntries(SETTING_FIELDS.map((field) => [field, of(field)])) as Record<SettingField, T>;
}

function never(): boolean {
  return false;
}

function always(): boolean {
  return true;
}

function taxesByCode(company: CompanyFacts): boolean {
  return wayOfTaxing(company) === "by_code";
}

function forInventory({ itemType }: Requirements): boolean {
  return itemType === "inventory";
}
