/**
 * Reads what a form sent. Values stay texts as typed, so that a refused form can show them again; zod schemas of the
 * domain decide what they mean. Never trusts a field to be there or to be there once.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../../app-context.ts";
import type { FieldError } from "../../platform/problem.ts";

/** More fields than any of our forms has, a full selection of invoices included. */
const MAX_FIELDS = 2_000;

export interface Form {
  /** First text of each field. */
  values: Record<string, string>;
  /** All texts of a field that may come several times. */
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

/** The same for the address of a page. */
export function readQuery(c: Context<AppEnv>): Form {
  return formOf([...new URL(c.req.url).searchParams].slice(0, MAX_FIELDS));
}

function formOf(entries: [string, string][]): Form {
  return {
    values: Object.fromEntries([...entries].reverse()),
    all: (name) => entries.filter(([key]) => key === name).map(([, value]) => value),
  };
}

/** Field name → what is wrong with it, the first complaint of each. */
export type FieldErrors = Record<string, string>;

/** The complaints of a schema, by the first part of each path. */
export function fieldErrorsOf(error: z.ZodError): FieldErrors {
  return byField(error.issues.map((issue) => ({ path: String(issue.path[0] ?? "form"), message: issue.message })));
}

/** The complaints of a domain function, by field. */
export function byField(errors: readonly FieldError[]): FieldErrors {
  return Object.fromEntries([...errors].reverse().map(({ path, message }) => [path, message]));
}
