/**
 * Reads what a program sent and reports what is wrong with it: a problem (RFC 9457) with one error per fault. Nothing
 * that a program sends may end in a 5xx.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { Refusal } from "../actions/result.ts";
import type { AppEnv } from "../app-context.ts";
import { fieldPath } from "../platform/field-path.ts";
import { type FieldError, ProblemError } from "../platform/problem.ts";

const JSON_TYPE = /^application\/(?:[a-z0-9.-]+\+)?json\s*(?:;|$)/i;
const MAX_ERRORS = 100;

/** The query parameters, checked; an unknown one is a fault, since a misspelled filter would list everything. */
export function readQuery<T>(c: Context<AppEnv>, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(c.req.query());
  if (!parsed.success) throw invalidData(fieldErrors(parsed.error), "A query parameter is invalid.");
  return parsed.data;
}

/** The JSON body, checked. */
export async function readBody<T>(c: Context<AppEnv>, schema: z.ZodType<T>): Promise<T> {
  if (!JSON_TYPE.test(c.req.header("content-type") ?? "")) {
    const detail = "Send the body as JSON, with 'Content-Type: application/json'.";
    throw new ProblemError({ status: 415, title: "Unsupported content type", detail });
  }
  const parsed = schema.safeParse(parseJson(new Uint8Array(await c.req.arrayBuffer())));
  if (!parsed.success) throw invalidData(fieldErrors(parsed.error), "The request body is invalid.");
  return parsed.data;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes));
  } catch {
    throw new ProblemError({ status: 400, title: "Not JSON", detail: "The body is not JSON in UTF-8." });
  }
}

/** The problem for a refused action. */
export function problemOf(refusal: Refusal): ProblemError {
  switch (refusal.reason) {
    case "not_found":
      return new ProblemError({ status: 404, title: "Not found", detail: refusal.message });
    case "conflict":
      return new ProblemError({ status: 409, title: "Not possible now", detail: refusal.message });
    case "invalid":
      return invalidData(refusal.errors, refusal.message);
    case "unavailable":
      return new ProblemError({
        status: 503,
        title: "Not available now",
        detail: refusal.message,
        headers: { "retry-after": "30" },
      });
  }
}

/** 404 for something that the address names. */
export function notFoundProblem(what: string): ProblemError {
  return new ProblemError({ status: 404, title: "Not found", detail: `There is no such ${what}.` });
}

function invalidData(errors: FieldError[], detail: string): ProblemError {
  return new ProblemError({ status: 422, title: "Invalid data", detail, errors });
}

/** One error per fault, with paths such as `invoice_ids[3]`. */
function fieldErrors(error: z.ZodError): FieldError[] {
  const errors = error.issues.flatMap((issue): FieldError[] => {
    if (issue.code === "invalid_type" && issue.path.length === 0)
      return [{ path: "", message: "The body must be a JSON object." }];
    if (issue.code !== "unrecognized_keys") return [{ path: fieldPath(issue.path), message: issue.message }];
    return issue.keys.map((key) => ({
      path: fieldPath([...issue.path, key]),
      message: "This field is unknown.",
    }));
  });
  return errors.slice(0, MAX_ERRORS);
}
