/**
 * The definition of one setting of a connection: its column, its label, the values allowed, how the API shows it, when a
 * push needs it, and its field on the page. Types only: the definitions are in settings.ts.
 */
import type { InferSelectModel } from "drizzle-orm";
import type { z } from "zod";
import type { AccountRole } from "../quickbooks/accounts.ts";
import type { CompanyFacts } from "./connection.ts";
import type { connections } from "./schema.ts";

export type SettingsRow = InferSelectModel<typeof connections>;

/** Decides which settings a push needs. Taken from a connection, or from a form not saved yet. */
export interface Requirements {
  customerMode: string;
  itemType: string | null;
  company: CompanyFacts;
}

export interface SettingChoice {
  /** The stored value; empty for 'not chosen yet'. */
  value: string;
  label: string;
  hint?: string;
}

/** The control for a setting on its page. */
export type SettingControl =
  /** Acts immediately. `word` is the thing that the page says is on or off. */
  | { kind: "switch"; word: string }
  | { kind: "radio" | "select"; choices: readonly SettingChoice[] }
  | { kind: "text"; inputmode?: "decimal" }
  | { kind: "date" }
  /** Type-ahead over the company's own customers. */
  | { kind: "customer" }
  /** Type-ahead over the company's own tax codes; `zero`: over those of 0 %. */
  | { kind: "tax_code"; rate: "any" | "zero" }
  /** A field for each further rate of the company, with type-ahead over the codes of that rate. */
  | { kind: "rate_codes" }
  /** Type-ahead over all time zones. */
  | { kind: "time_zone" }
  /** Type-ahead over the accounts that fit the role; the form says beside it whether the account exists. */
  | { kind: "account"; role: AccountRole };

/** The heading of a setting in the form; a switch is not in the form. */
export type SettingGroup = "Customer account" | "Accounts" | "Product settings" | "Sales tax" | "Dates";

export interface SettingDefinition<
  Column extends keyof SettingsRow = keyof SettingsRow,
  Given extends z.ZodType = z.ZodType,
  Shown extends z.ZodType = z.ZodType,
> {
  column: Column;
  label: string;
  /** Validates input from a form or a program; returns the column's value. */
  given: Given;
  /** Its shape in API responses. */
  shown: Shown;
  /** Converts the column's value to what is shown; omitted if they are the same. */
  show?: (value: SettingsRow[Column]) => z.output<Shown>;
  /** Whether it means anything to the company; omitted if it always does. */
  appliesTo?: (company: CompanyFacts) => boolean;
  /** Whether a push needs it. */
  requiredWhen: (requirements: Requirements) => boolean;
  control: SettingControl;
  /** A line beneath the control. */
  hint?: string | ((company: CompanyFacts) => string);
  group?: SettingGroup;
  /** Short enough to share a row of the form with its neighbour. */
  isHalf?: boolean;
}

/** Checks a definition against its column and keeps its exact type. */
export function setting<
  Column extends keyof SettingsRow,
  Given extends z.ZodType<SettingsRow[Column]>,
  Shown extends z.ZodType,
>(record: SettingDefinition<Column, Given, Shown>): SettingDefinition<Column, Given, Shown> {
  return record;
}
