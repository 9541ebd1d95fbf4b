/**
 * `/api/docs`: the API for people to read, from the same declarations as the OpenAPI document.
 */
import type { Context } from "hono";
import type { AppEnv } from "../app-context.ts";
import { Frame, PageHead } from "../ui/layout.tsx";
import { answerPage } from "../ui/respond.tsx";
import { openApiDocument } from "./openapi.ts";
import type { Operation } from "./operation.ts";

/** Answers with the page. */
export function showDocs(c: Context<AppEnv>, operations: readonly Operation[]): Promise<Response> {
  const { appOrigin } = c.get("config");
  const home = { label: null, items: [{ href: "/", label: "Dashboard", icon: "dashboard" as const }] };
  const person = c.get("person");
  const markup = (
    <Frame title="API" path="/api/docs" navigation={person ? [home] : []} signedInAs={person?.email ?? null}>
      <Docs operations={operations} appOrigin={appOrigin} />
    </Frame>
  );
  return answerPage(c, c.get("nonce"), markup);
}

function Docs({ operations, appOrigin }: { operations: readonly Operation[]; appOrigin: string }) {
  const tags = [...new Set(operations.map((operation) => operation.tag))];
  const shapes = shapesOf(openApiDocument(operations, appOrigin));
  return (
    <>
      <PageHead title="API" lead="Everything that the pages do, for programs." />
      <section class="card">
        <h2>First steps</h2>
        <p>
          An admin makes a key under <a href="/settings/api-keys">Settings, API keys</a>. Send it with every request:
        </p>
        <pre>
          <code>{`curl -H "Authorization: Bearer bb_…" "${appOrigin}/api/v1/invoices?push_status=failed"`}</code>
        </pre>
        <p>
          Bodies are JSON. Errors are problems after RFC 9457: <code>status</code>, <code>title</code>, <code>detail</code>, and{" "}
          <code>errors</code> with a path and a message for each fault. Lists come in pages: give <code>next</code> of a page as{" "}
          <code>after</code>; <code>limit</code> is 50 unless you say otherwise. Amounts are decimal strings, times are ISO 8601 in UTC.
        </p>
        <p>
          For tools and clients: <a href="/api/v1/openapi.json">the OpenAPI 3.1 document</a>.
        </p>
      </section>
      {tags.map((tag) => (
        <section class="card" aria-labelledby={`tag-${tag}`}>
          <h2 id={`tag-${tag}`}>{tag}</h2>
          {operations
            .filter((operation) => operation.tag === tag)
            .map((operation) => (
              <OperationEntry operation={operation} />
            ))}
        </section>
      ))}
      <section class="card" aria-labelledby="shapes">
        <h2 id="shapes">Shapes</h2>
        {shapes.map(([name, schema]) => (
          <details>
            <summary>{name}</summary>
            <pre>
              <code>{JSON.stringify(schema, null, 2)}</code>
            </pre>
          </details>
        ))}
      </section>
    </>
  );
}

function OperationEntry({ operation }: { operation: Operation }) {
  return (
    <article id={operation.operationId}>
      <h3>
        <code>{`${operation.method.toUpperCase()} /api/v1${operation.path}`}</code>
      </h3>
      <p>
        {operation.summary}. <span class="muted">{`Needs the role ${operation.role}.`}</span>
      </p>
      {operation.details && <p>{operation.details}</p>}
    </article>
  );
}

function shapesOf(document: Record<string, unknown>): [string, unknown][] {
  const { components } = document;
  if (typeof components !== "object" || components === null || !("schemas" in components)) return [];
  const { schemas } = components;
  return typeof schemas === "object" && schemas !== null ? Object.entries(schemas) : [];
}
