/**
 * What went wrong with an invoice, as people and programs see it (contract.md, section 4): the one shape of it inside, how
 * it is stored and how it goes out. The words are chosen in the other files of this folder. An error has no time until it
 * is written down; whoever writes it says when.
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

/** The way out, for the pages: a link, or an action that the invoice page offers as a button. */
const fixSchema = z.object({
  label: z.string(),
  href: z.string().optional(),
  action: z.enum(["reactivate", "choose_number"]).optional(),
  /** What the action works on, e.g. the customer that is inactive or the invoice that holds the number. */
  subject: z
    .object({ kind: z.enum(["customer", "item", "account", "invoice"]), id: z.string(), name: z.string() })
    .optional(),
});
export type Fix = z.infer<typeof fixSchema>;

/** The error as the API and events show it: the eight fields of the contract, nothing else. */
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
  /** ISO; absent until it is written down. */
  occurredAt?: string;
}

/** An error that was written down. */
export type StoredError = PushError & { occurredAt: string };

export interface Words {
  message: string;
  remedy: string;
  fix?: Fix;
}

/** What QuickBooks added to it, and whether it is tried again by itself. */
export interface Circumstances {
  code?: string | null;
  intuitTid?: string | null;
  retryable?: boolean;
}

/** The error of a category in these words. */
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
  };
}

/** The error with the time at which it happened; one that has a time keeps it. */
export function happened(error: PushError, now: Date): StoredError {
  return { ...error, occurredAt: error.occurredAt ?? now.toISOString() };
}

/** The text of an `error` column, in the spelling of the first version: during a deploy the old Worker reads it, too. */
export function errorText(error: PushError, now: Date): string {
  const stored = happened(error, now);
  return JSON.stringify({ ...publicError(stored), fix: stored.fix });
}

/** The error as the API shows it. */
export function publicError(error: StoredError): PublicError {
  const { category, title, message, remedy, code, retryable, intuitTid, occurredAt } = error;
  return { category, title, message, remedy, code, retryable, intuit_tid: intuitTid, occurred_at: occurredAt };
}

/**
 * What may stand in an `error` column: what any version wrote there. Only the words are needed; a category that a later
 * version has, or a fix of an earlier one, must not keep an invoice from being shown or sent.
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
});

/** Reads an `error` column, whichever version wrote it. Throws where there is something else in it. */
export function readError(text: string): StoredError;
export function readError(text: string | null): StoredError | null;
export function readError(text: string | null): StoredError | null {
  if (text === null) return null;
  const { intuit_tid: intuitTid, occurred_at: occurredAt, ...error } = storedSchema.parse(JSON.parse(text));
  return { ...error, intuitTid, occurredAt };
}
