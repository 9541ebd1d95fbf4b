/**
 * `/api/docs`: the API for people to read, generated from the same declarations as the OpenAPI document.
 */
import type { Context } from "hono";
import type { z } from "zod";
import type { AppEnv } from "../app-context.ts";
import { leastRoleWith } from "../people/roles.ts";
import type { IconName } from "../ui/icons.tsx";
import { Frame, type NavGroup, PageHead } from "../ui/layout.tsx";
import { respondWithPage } from "../ui/respond.tsx";
import { namedSchemas } from "./named.ts";
import { openApiDocument, queryProperties } from "./openapi.ts";
import type { Operation } from "./operation.ts";

const ICONS: Readonly<Record<string, IconName>> = {
  Connections: "plug",
  Instances: "stack",
  Orders: "box",
  Invoices: "invoice",
  Status: "pulse",
};

/** Responds with the page. */
export function showDocs(c: Context<AppEnv>, operations: readonly Operation[]): Promise<Response> {
  const { appOrigin } = c.get("config");
  const person = c.get("person");
  const markup = (
    <Frame
      title="API"
      path="/api/docs"
      navigation={navigationOf(operations)}
      signedInAs={person?.email ?? null}
      isStatic
    >
      <Docs operations={operations} appOrigin={appOrigin} />
    </Frame>
  );
  return respondWithPage(c, c.get("nonce"), markup);
}

function navigationOf(operations: readonly Operation[]): NavGroup[] {
  const sections = tagsOf(operations).map((tag) => ({
    href: `#${anchorOf(tag)}`,
    label: tag,
    icon: ICONS[tag] ?? "stack",
  }));
  return [
    { label: null, items: [{ href: "/", label: "Dashboard", icon: "dashboard" }] },
    { label: "API", items: [...sections, { href: "#shapes", label: "Shapes", icon: "stack" }] },
  ];
}

function tagsOf(operations: readonly Operation[]): string[] {
  return [...new Set(operations.map((operation) => operation.tag))];
}

function anchorOf(tag: string): string {
  return `tag-${tag.toLowerCase()}`;
}

function Docs({ operations, appOrigin }: { operations: readonly Operation[]; appOrigin: string }) {
  const shapes = shapesOf(openApiDocument(operations, appOrigin));
  return (
    <>
      <PageHead title="API" lead="What the pages do, for programs." />
      <section class="card">
        <h2>First steps</h2>
        <p>
          An admin makes a key under <a href="/settings/api-keys">Settings, API keys</a>. Send it with every request:
        </p>
        <pre class="code" tabindex={0} role="region" aria-label="Example">
          <code>{`curl -H "Authorization: Bearer bb_…" "${appOrigin}/api/v1/invoices?push_status=failed"`}</code>
        </pre>
        <p>
          Bodies are JSON. Errors are problems after RFC 9457: <code>status</code>, <code>title</code>,{" "}
          <code>detail</code>, and <code>errors</code> with a path and a message for each fault. Lists come in pages:
          give <code>next</code> of a page as <code>after</code>; <code>limit</code> is 50 unless you say otherwise.
          Amounts are decimal strings, times are ISO 8601 in UTC.
        </p>
        <p>
          For tools and clients: <a href="/api/v1/openapi.json">the OpenAPI 3.1 document</a>.
        </p>
      </section>
      {tagsOf(operations).map((tag) => (
        <section class="card" aria-labelledby={anchorOf(tag)}>
          <h2 id={anchorOf(tag)}>{tag}</h2>
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
          <details id={shapeAnchor(name)}>
            <summary>{name}</summary>
            <pre class="code" tabindex={0} role="region" aria-label={name}>
              <code>{JSON.stringify(schema, null, 2)}</code>
            </pre>
          </details>
        ))}
      </section>
    </>
  );
}

function OperationEntry({ operation }: { operation: Operation }) {
  const parameters = Object.keys(queryProperties(operation.query));
  return (
    <article id={operation.operationId}>
      <h3>
        <code>{`${operation.method.toUpperCase()} /api/v1${operation.path}`}</code>
      </h3>
      <p>
        {operation.summary}. <span class="muted">{`Needs the role ${leastRoleWith(operation.right)}.`}</span>
      </p>
      {operation.details && <Prose text={operation.details} />}
      {parameters.length > 0 && (
        <Prose text={`Parameters, all optional: ${parameters.map((name) => `\`${name}\``).join(", ")}.`} />
      )}
      <p>
        {operation.body && (
          <>
            Takes <ShapeLink schema={operation.body} />.{" "}
          </>
        )}
        {`Gives ${operation.response.status}`}
        {operation.response.schema && (
          <>
            {" "}
            with <ShapeLink schema={operation.response.schema} />
          </>
        )}
        .
      </p>
    </article>
  );
}

function ShapeLink({ schema }: { schema: z.ZodType }) {
  const name = namedSchemas.get(schema)?.id ?? "JSON";
  return <a href={`#${shapeAnchor(name)}`}>{name}</a>;
}

/** Text with names in backticks, as in the OpenAPI document. */
function Prose({ text }: { text: string }) {
  return <p>{text.split("`").map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</p>;
}

function shapeAnchor(name: string): string {
  return `shape-${name}`;
}

function shapesOf(document: Record<string, unknown>): [string, unknown][] {
  const { components } = document;
  if (typeof components !== "object" || components === null || !("schemas" in components)) return [];
  const { schemas } = components;
  return typeof schemas === "object" && schemas !== null ? Object.entries(schemas) : [];
}
