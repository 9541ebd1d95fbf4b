/**
 * The error of an invoice as people and programs see it (docs/contract.md, section 4). Stored as JSON on the invoice
 * and on each attempt. The words are chosen in remedies.ts.
 */
import { z } from "zod";

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

export const pushErrorSchema = z.object({
  category: z.enum(ERROR_CATEGORIES),
  title: z.string(),
  /** What happened, with the names involved. */
  message: z.string(),
  /** What a person should do next. */
  remedy: z.string(),
  /** QuickBooks' own code where there is one. */
  code: z.string().nullable(),
  retryable: z.boolean(),
  intuit_tid: z.string().nullable(),
  occurred_at: z.string(),
  /** What mends it, for the pages: a link, or an action that the invoice page offers as a button. */
  fix: z
    .object({
      label: z.string(),
      href: z.string().optional(),
      action: z.enum(["reactivate", "choose_number"]).optional(),
      /** What the action works on, e.g. the customer that is inactive or the invoice that holds the number. */
      subject: z
        .object({ kind: z.enum(["customer", "item", "account", "invoice"]), id: z.string(), name: z.string() })
        .optional(),
    })
    .nullable()
    .default(null),
});
export type PushError = z.infer<typeof pushErrorSchema>;

/** A difference between what was asked for and what stands in QuickBooks. */
export const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

/** Reads the JSON of an `error` column. */
export function readError(text: string | null): PushError | null {
  return text === null ? null : pushErrorSchema.parse(JSON.parse(text));
}

/** Reads the JSON of a `warnings` column. */
export function readWarnings(text: string | null): Warning[] {
  return text === null ? [] : z.array(warningSchema).parse(JSON.parse(text));
}

/** The error as the API gives it: the eight fields of docs/contract.md, section 4, and nothing else. */
export function publicError(error: PushError | null): Omit<PushError, "fix"> | null {
  if (!error) return null;
  const { fix: _fix, ...fields } = error;
  return fields;
}
