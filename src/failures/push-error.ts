/**
 * What went wrong with an invoice (docs/contract.md, section 4): the error's shape in the code, in storage and in the
 * API. The wording is chosen in the other files of this folder. An error has no time until it is stored; whoever stores
 * it sets the time.
 */
import { z } from "zod";
import { tidy } from "./words.ts";

export const ERROR_CATEGORIES = [
  "authentication",
  "missing_configuration",
  "permission",
  "account_creation",
  "validation",
  "duplicate",
  "closed_period",
  "subscription",
  "inactive_reference",
  "rate_limited",
  "unavailable",
  "integration_disabled",
  "internal",
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

export const CATEGORY_TITLES: Readonly<Record<ErrorCategory, string>> = {
  authentication: "Authentication error",
  missing_configuration: "Missing configuration",
  permission: "Permission error",
  account_creation: "Account creation failed",
  validation: "Rejected by QuickBooks",
  duplicate: "Already in QuickBooks",
  closed_period: "Books are closed",
  subscription: "QuickBooks subscription",
  inactive_reference: "Inactive in QuickBooks",
  rate_limited: "QuickBooks is limiting requests",
  unavailable: "QuickBooks is unavailable",
  integration_disabled: "Integration is off",
  internal: "Internal error",
};

/** How to fix it, for the pages: a link, or an action that the invoice page offers as a button. */
const fixSchema = z.object({
  label: z.string(),
  href: z.string().optional(),
  action: z.enum(["reactivate", "choose_number"]).optional(),
  /** The record that the action is for, e.g. the inactive customer or the invoice that uses the number. */
  subject: z
    .object({ kind: z.enum(["customer", "item", "account", "invoice"]), id: z.string(), name: z.string() })
    .optional(),
  /** Our document that holds the record in QuickBooks, which therefore can't be linked. */
  heldBy: z.object({ id: z.string(), name: z.string() }).optional(),
});
export type Fix = z.infer<typeof fixSchema>;

/** The error as the API and events show it: exactly the eight fields of docs/contract.md, section 4. */
export const publicErrorSchema = z.object({
  category: z.enum(ERROR_CATEGORIES),
  title: z.string(),
  message: z.string(),
  remedy: z.string(),
  code: z.string().nullable(),
  retryable: z.boolean(),
  intuit_tid: z.string().nullable(),
  occurred_at: z.string(),
});
export type PublicError = z.infer<typeof publicErrorSchema>;

export interface PushError {
  category: ErrorCategory;
  title: string;
  /** What happened, with the names involved. */
  message: string;
  /** What a person should do next. */
  remedy: string;
  /** QuickBooks' own code where there is one. */
  code: string | null;
  retryable: boolean;
  intuitTid: string | null;
  fix: Fix | null;
  /**
   * The setting, account, item, customer or the like that it is about, e.g. `item 'Chai'`: invoices with the same one in
   * the same company have the same cause. Absent if the category and the code say it all.
   */
  concerns?: string | undefined;
  /** ISO; absent until it is stored. */
  occurredAt?: string;
}

/** An error as stored. */
export type StoredError = PushError & { occurredAt: string };

export interface Words {
  message: string;
  remedy: string;
  fix?: Fix;
  concerns?: string | undefined;
}

/** QuickBooks' code and trace ID, and whether the push is retried automatically. */
export interface Circumstances {
  code?: string | null;
  intuitTid?: string | null;
  retryable?: boolean;
}

/** Builds an error of a category with the given wording. */
export function pushError(category: ErrorCategory, words: Words, circumstances: Circumstances = {}): PushError {
  return {
    category,
    title: CATEGORY_TITLES[category],
    message: tidy(words.message),
    remedy: words.remedy,
    code: circumstances.code ?? null,
    retryable: circumstances.retryable ?? false,
    intuitTid: circumstances.intuitTid ?? null,
    fix: words.fix ?? null,
    ...(words.concerns === undefined ? {} : { concerns: words.concerns }),
  };
}

/** Adds the time at which the error happened, unless it already has one. */
export function happened(error: PushError, now: Date): StoredError {
  return { ...error, occurredAt: error.occurredAt ?? now.toISOString() };
}

/** The text of an `error` column, in the format of the first version, because the old Worker reads it too during a deploy. */
export function errorText(error: PushError, now: Date): string {
  const stored = happened(error, now);
  return JSON.stringify({ ...publicError(stored), fix: stored.fix, concerns: stored.concerns });
}

/** The error as the API shows it. */
export function publicError(error: StoredError): PublicError {
  const { category, title, message, remedy, code, retryable, intuitTid, occurredAt } = error;
  return { category, title, message, remedy, code, retryable, intuit_tid: intuitTid, occurred_at: occurredAt };
}

/**
 * An `error` column as written by any version. Only the wording is required: an unknown category or fix from another
 * version must not prevent an invoice from being shown or sent.
 */
const storedSchema = z.object({
  category: z.enum(ERROR_CATEGORIES).catch("internal"),
  title: z.string(),
  message: z.string(),
  remedy: z.string(),
  code: z.string().nullable().default(null),
  retryable: z.boolean().default(false),
  intuit_tid: z.string().nullable().default(null),
  occurred_at: z.string(),
  fix: fixSchema.nullable().catch(null),
  concerns: z.string().optional().catch(undefined),
});

/** Reads an `error` column written by any version. Throws if the content is not an error. */
export function readError(text: string): StoredError;
export function readError(text: string | null): StoredError | null;
export function readError(text: string | null): StoredError | null {
  if (text === null) return null;
  const { intuit_tid: intuitTid, occurred_at: occurredAt, ...error } = storedSchema.parse(JSON.parse(text));
  return { ...error, intuitTid, occurredAt };
}
