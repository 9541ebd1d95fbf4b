import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import { operations } from "../../src/api/routes.ts";
import { ORIGIN } from "./fixture.ts";

interface Described {
  description?: string;
  parameters?: { name: string; in: string; schema: unknown }[];
  responses?: Record<string, unknown>;
}
interface Document {
  openapi: string;
  servers: unknown;
  paths: Record<string, Record<string, Described>>;
  components: { schemas: Record<string, unknown> };
}

const answer = await app.request(`${ORIGIN}/api/v1/openapi.json`, {}, env);
const document = await answer.json<Document>();

function* walk(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if (!Array.isArray(value)) yield value as Record<string, unknown>;
  for (const inner of Object.values(value)) yield* walk(inner);
}

describe("the OpenAPI document", () => {
  it("needs no key and is OpenAPI 3.1", () => {
    expect(answer.status).toBe(200);
    expect(document.openapi).toBe("3.1.0");
    expect(document.servers).toEqual([{ url: `${ORIGIN}/api/v1` }]);
  });

  it("has every route of the app's API, and no other", () => {
    const routes = app.routes.filter(
      (route) => route.method !== "ALL" && route.path.startsWith("/api/v1/") && !route.path.endsWith("openapi.json"),
    );
    const known = new Set(
      routes.map(({ method, path }) => `${method} ${path.slice("/api/v1".length).replaceAll(/:(\w+)/g, "{$1}")}`),
    );
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(new Set(described)).toEqual(known);
    expect(described).toHaveLength(operations.length);
  });

  it("refers to nothing that is not there, and names nothing that is not referred to", () => {
    const schemas = Object.keys(document.components.schemas);
    const refs = [...walk(document)].flatMap((node) => (typeof node["$ref"] === "string" ? [node["$ref"]] : []));
    expect(new Set(refs)).toEqual(new Set(schemas.map((name) => `#/components/schemas/${name}`)));
  });

  it("gives each operation an ID of its own, its path's parameters, its problems and a role", () => {
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        const inPath = (operation.parameters ?? [])
          .filter((parameter) => parameter.in === "path")
          .map((parameter) => parameter.name);
        expect(inPath).toEqual([...path.matchAll(/{(\w+)}/g)].map((match) => match[1]));
        expect(Object.keys(operation.responses ?? {})).toEqual(expect.arrayContaining(["401", "403"]));
        expect(operation.description).toMatch(/Role: (viewer|operator|admin)\./);
      }
    }
  });

  it("is made from the schemas that validate: limits and names stand in it", () => {
    const list = document.paths["/invoices"]?.["get"]?.parameters;
    expect(list?.find((parameter) => parameter.name === "limit")?.schema).toMatchObject({
      type: "integer",
      minimum: 1,
      maximum: 200,
      default: 50,
    });
    expect(document.components.schemas["InvoiceSend"]).toMatchObject({
      required: ["invoice_ids"],
      additionalProperties: false,
      properties: { invoice_ids: { maxItems: 1000 } },
    });
  });
});

it("is readable by people, without a key", async () => {
  const page = await app.request(`${ORIGIN}/api/docs`, { headers: { accept: "text/html" } }, env);
  expect(page.status).toBe(200);
  const text = await page.text();
  for (const { method, path } of operations) expect(text).toContain(`${method.toUpperCase()} /api/v1${path}`);
});
