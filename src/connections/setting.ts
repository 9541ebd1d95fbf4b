/**
 * What is said of one setting of a connection, in one record: its column, its label, what may be given, how the API shows
 * it, when a push needs it, and which field it has on the page. Only the vocabulary: the records themselves are in
 * settings.ts.
 */
import type { InferSelectModel } from "drizzle-orm";
import type { z } from "zod";
import type { AccountRole } from "../quickbooks/accounts.ts";
import type { CompanyFacts } from "./connection.ts";
import type { connections } from "./schema.ts";

export type SettingsRow = InferSelectModel<typeof connections>;

/** What decides which settings a push needs. Taken from a connection, or from a form that was not saved yet. */
export interface Requirements {
  customerMode: string;
  itemType: string | null;
  company: CompanyFacts;
}

export interface SettingChoice {
  /** As it is stored; empty for 'not chosen yet'. */
  value: string;
  label: string;
  hint?: string;
}

/** The control that a setting has on its page. */
export type SettingControl =
  /** Acts at once. `word` is what the page says is on or off. */
  | { kind: "switch"; word: string }
  | { kind: "radio" | "select"; choices: readonly SettingChoice[] }
  | { kind: "text"; inputmode?: "decimal" }
  | { kind: "date" }
  /** Type-ahead over the company's own customers or tax codes. */
  | { kind: "customer" | "tax_code" }
  /** Type-ahead over the accounts that fit the role; the form says beside it whether the account exists. */
  | { kind: "account"; role: AccountRole };

/** The heading under which a setting stands in the form; a switch is not in the form. */
export type SettingGroup = "Customer account" | "Accounts" | "Product settings" | "Sales tax";

export interface Setting<
  Column extends keyof SettingsRow = keyof SettingsRow,
  Given extends z.ZodType = z.ZodType,
  Shown extends z.ZodType = z.ZodType,
> {
  column: Column;
  label: string;
  /** Checks what a form or a program gives; what comes out is the column's value. */
  given: Given;
  /** The API's shape of it in responses. */
  shown: Shown;
  /** How the column's value becomes what is shown; left out where they are the same. */
  show?: (value: SettingsRow[Column]) => z.output<Shown>;
  /** Whether a push needs it. */
  requiredWhen: (requirements: Requirements) => boolean;
  control: SettingControl;
  /** A line beneath the control. */
  hint?: string;
  group?: SettingGroup;
  /** Short enough to share a row of the form with its neighbour. */
  isHalf?: boolean;
}

/** Checks a record against its column and keeps its exact type. */
export function setting<
  Column extends keyof SettingsRow,
  Given extends z.ZodType<SettingsRow[Column]>,
  Shown extends z.ZodType,
>(record: Setting<Column, Given, Shown>): Setting<Column, Given, Shown> {
  return record;
}
