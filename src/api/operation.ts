/**
 * An operation of the API: one declaration from which the route, the checks and the OpenAPI document are made, so they
 * can't differ.
 */
import type { Context, Hono } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../app-context.ts";
import type { Right } from "../people/roles.ts";
import { needs } from "../people/route-access.ts";
import { readBody, readQuery } from "./read-request.ts";

export type Method = "get" | "post" | "patch" | "delete";
type SuccessStatus = 200 | 201 | 204;
/** Problems that an operation may return besides those of every operation (401, 403, 422 …). */
export type ProblemStatus = 404 | 409;

/** What describes an operation to people and to OpenAPI. */
export interface Description {
  method: Method;
  /** Below `/api/v1`, parameters as in Hono: `/invoices/:id`. */
  path: string;
  /** A word that groups operations in the docs, e.g. 'Invoices'. */
  tag: string;
  /** Unique, for generated clients: `listInvoices`. */
  operationId: string;
  summary: string;
  details?: string;
  /** The right that an API key needs. */
  right: Right;
  query?: z.ZodType;
  body?: z.ZodType;
  response: { status: SuccessStatus; description: string; schema: z.ZodType | null };
  problems: readonly ProblemStatus[];
}

export interface Operation extends Description {
  run: (c: Context<AppEnv>) => Promise<Response>;
}

interface Definition<Query, Body, Result> extends Omit<Description, "query" | "body" | "response"> {
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  /** `schema` null: no content (204). */
  response: { status: SuccessStatus; description: string; schema: z.ZodType<Result> | null };
  handle: (c: Context<AppEnv>, input: { query: Query; body: Body }) => Promise<Result | Response>;
}

/** Declares an operation. `handle` gets the parsed request and returns what `response` promises. */
export function operation<Query = undefined, Body = undefined, Result = null>(
  definition: Definition<Query, Body, Result>,
): Operation {
  const { handle, query: querySchema, body: bodySchema, ...description } = definition;
  return {
    ...description,
    ...(querySchema ? { query: querySchema } : {}),
    ...(bodySchema ? { body: bodySchema } : {}),
    run: async (c) => {
      const query = querySchema ? readQuery(c, querySchema) : undefined;
      const body = bodySchema ? await readBody(c, bodySchema) : undefined;
      // Without a schema the type parameter is undefined, and so is this value.
      const result = await handle(c, { query: query as Query, body: body as Body });
      if (result instanceof Response) return result;
      const { status, schema } = definition.response;
      if (schema === null || status === 204) return c.body(null, 204);
      return new Response(JSON.stringify(result), { status, headers: { "content-type": "application/json" } });
    },
  };
}

/** Mounts operations on their routes, each behind the right that it names. */
export function mount(app: Hono<AppEnv>, operations: readonly Operation[]): void {
  for (const { method, path, right, run } of operations) app.on(method.toUpperCase(), path, needs(right), run);
}
