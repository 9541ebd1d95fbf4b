/**
 * The OpenAPI 3.1 document, generated from the operations and from the schemas that check requests. Pure; it must not
 * describe anything by hand that a schema already says.
 */
import { z } from "zod";
import { DOCUMENT_STATES } from "../documents/status.ts";
import { leastRoleWith } from "../people/roles.ts";
import { namedSchemas } from "./named.ts";
import type { Operation } from "./operation.ts";
import { problemSchema } from "./problem.ts";

type Json = Record<string, unknown>;

const PROBLEM_WORDS: Readonly<Record<number, string>> = {
  400: "The body is not JSON.",
  401: "No API key, or one that is not valid.",
  403: "The key's role does not allow this.",
  404: "Not found.",
  409: "Not possible in the current state.",
  413: "The body is too large.",
  415: "The body is not declared as JSON.",
  422: "The request is invalid: `errors` has one entry per fault.",
};

const DESCRIPTION = `Bookbridge brings the invoices of order systems into QuickBooks Online.

Send an API key as \`Authorization: Bearer <key>\`. Errors are problems after RFC 9457. Lists come in pages: pass \`next\` of a page as \`after\` to get the one behind it. Amounts are decimal strings. An invoice's \`push_status\` is one of ${DOCUMENT_STATES.join(", ")}.`;

/** The document for an app at `appOrigin`. */
export function openApiDocument(operations: readonly Operation[], appOrigin: string): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replaceAll(/:([a-z_]+)/g, "{$1}");
    paths[path] = { ...paths[path], [operation.method]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Bookbridge API",
      version: "1",
      description: DESCRIPTION,
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: `${appOrigin}/api/v1` }],
    security: [{ apiKey: [] }],
    tags: [...new Set(operations.map((operation) => operation.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { apiKey: { type: "http", scheme: "bearer", description: "An API key, `bb_…`." } },
    },
  };
}

function describe(operation: Operation): Json {
  const { body, response } = operation;
  return {
    operationId: operation.operationId,
    tags: [operation.tag],
    summary: operation.summary,
    description: [operation.details, `Role: ${leastRoleWith(operation.right)}.`].filter(Boolean).join("\n\n"),
    parameters: [...pathParameters(operation.path), ...queryParameters(operation.query)],
    ...(body ? { requestBody: { required: true, content: { "application/json": { schema: schemaOf(body) } } } } : {}),
    responses: {
      [response.status]: {
        description: response.description,
        ...(response.schema ? { content: { "application/json": { schema: schemaOf(response.schema) } } } : {}),
      },
      ...Object.fromEntries(problemStatuses(operation).map((status) => [status, problemAnswer(status)])),
    },
  };
}

function problemStatuses({ body, query, problems }: Operation): number[] {
  const own = [401, 403, ...problems, ...(body ? [400, 413, 415, 422] : []), ...(query ? [422] : [])];
  return [...new Set(own)].toSorted((a, b) => a - b);
}

function problemAnswer(status: number): Json {
  return {
    description: PROBLEM_WORDS[status] ?? "A problem.",
    content: { "application/problem+json": { schema: schemaOf(problemSchema) } },
  };
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:([a-z_]+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined): Json[] {
  return Object.entries(queryProperties(query)).map(([name, schema]) => ({
    name,
    in: "query",
    required: false,
    schema,
  }));
}

/** The query parameters, each with its schema. */
export function queryProperties(query: z.ZodType | undefined): Record<string, unknown> {
  return query ? (toJsonSchema(query).properties ?? {}) : {};
}

function schemaOf(schema: z.ZodType): Json {
  const name = namedSchemas.get(schema)?.id;
  return name === undefined ? toJsonSchema(schema) : { $ref: refOf(name) };
}

/**
 * Describes what a request may contain, not what parsing turns it into: `input`. For responses there is no difference.
 */
const OPTIONS = { io: "input", target: "draft-2020-12" } as const;

function toJsonSchema(schema: z.ZodType): Json & { properties?: Record<string, unknown> } {
  const { $schema: _dialect, properties, ...rest } = z.toJSONSchema(schema, OPTIONS);
  return properties === undefined ? rest : { ...rest, properties };
}

function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(namedSchemas, { ...OPTIONS, uri: refOf });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema: _dialect, $id: _id, ...schema }]) => [name, schema]),
  );
}

function refOf(name: string): string {
  return `#/components/schemas/${name}`;
}
