/**
 * Reads posted forms. Values stay text as typed, so a refused form can show them again; the domain's zod schemas decide
 * what they mean. Never assumes that a field is present, or present only once.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../app-context.ts";
import type { FieldError } from "../../platform/problem.ts";

/** More fields than any of our forms has, a full selection of invoices included. */
const MAX_FIELDS = 2_000;

export interface Form {
  /** The first value of each field. */
  values: Record<string, string>;
  /** All values of a field that may appear several times. */
  all: (name: string) => string[];
}

/** The fields of a posted form; files are ignored. */
export async function readForm(c: Context<AppEnv>): Promise<Form> {
  const entries: [string, string][] = [];
  for (const [name, value] of await c.req.formData()) {
    if (typeof value === "string" && entries.length < MAX_FIELDS) entries.push([name, value]);
  }
  return formOf(entries);
}

/** The same for a page's query string. */
export function readQuery(c: Context<AppEnv>): Form {
  return formOf([...new URL(c.req.url).searchParams].slice(0, MAX_FIELDS));
}

function formOf(entries: [string, string][]): Form {
  return {
    values: Object.fromEntries([...entries].reverse()),
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
  };
}

/** Field name → what is wrong with it: the first message for each. */
export type FieldErrors = Record<string, string>;

/** A schema's messages, by the first part of each path. */
export function fieldErrorsOf(error: z.ZodError): FieldErrors {
  return byField(error.issues.map((issue) => ({ path: String(issue.path[0] ?? "form"), message: issue.message })));
}

/** A domain function's messages, by field. */
export function byField(errors: readonly FieldError[]): FieldErrors {
  return Object.fromEntries([...errors].reverse().map(({ path, message }) => [path, message]));
}
