/**
 * A client of the API that knows nothing but the API's own document: it makes requests from the described parameters and
 * bodies, and judges answers by the described responses. It shares no line with the app; what the document does not say,
 * it does not know.
 */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { z } from "zod";

const ANSWER_LIMIT_MS = 60_000;
const DOCUMENT_ID = "https://openapi.example.com/document";
const MAX_DEPTH = 12;

const json = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema: json }));
const operationShape = z.object({
  operationId: z.string(),
  tags: z.array(z.string()),
  parameters: z
    .array(z.object({ name: z.string(), in: z.enum(["path", "query"]), required: z.boolean(), schema: json }))
    .default([]),
  requestBody: z.object({ required: z.boolean(), content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.optional() })),
});
const documentShape = z.looseObject({
  servers: z.tuple([z.object({ url: z.url() })]),
  paths: z.record(z.string(), z.record(z.enum(["get", "post", "patch", "delete"]), operationShape.optional())),
});

export interface DescribedOperation extends z.infer<typeof operationShape> {
  method: string;
  path: string;
}

/** Values that only the caller can know: IDs of things that exist, by the name of the parameter or property. */
export type Known = Readonly<Record<string, unknown>>;

/** What is sent instead of what the document describes, to see how it is refused. */
export interface Instead {
  /** Null: no key at all. */
  key?: string | null;
  body?: string;
  contentType?: string;
}

export interface JudgedAnswer {
  status: number;
  body: unknown;
  /** Where the answer is not what the document says of it; empty for a good one. */
  faults: string[];
}

export class OpenApiClient {
  readonly document: Record<string, unknown>;
  readonly operations: readonly DescribedOperation[];
  readonly #server: string;
  readonly #key: string;
  readonly #ajv: Ajv2020;
  readonly #validators = new Map<string, ValidateFunction>();

  constructor(document: unknown, key: string) {
    const described = documentShape.parse(document);
    this.document = json.parse(document);
    this.#server = described.servers[0].url;
    this.#key = key;
    this.operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, operation]) =>
        operation ? [{ ...operation, method: method.toUpperCase(), path }] : [],
      ),
    );
    this.#ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema({ ...json.parse(sealed(document)), $id: DOCUMENT_ID });
  }

  /** Fetches the document of a running app. */
  static async of(appOrigin: string, key: string): Promise<OpenApiClient> {
    const response = await fetch(`${appOrigin}/api/v1/openapi.json`);
    return new OpenApiClient(await response.json(), key);
  }

  /** Calls an operation with all that it describes, or with what it requires only; `known` wins over what is made up. */
  async call(
    operation: DescribedOperation,
    known: Known,
    which: "all" | "required",
    instead: Instead = {},
  ): Promise<JudgedAnswer> {
    const url = this.#server + this.#address(operation, known, which);
    const body = instead.body ?? this.#body(operation, known, which);
    const key = instead.key === undefined ? this.#key : instead.key;
    const response = await fetch(url, {
      method: operation.method,
      headers: {
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "content-type": instead.contentType ?? "application/json" }),
      },
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    const text = await response.text();
    return this.#judge(operation, response.status, response.headers.get("content-type"), text);
  }

  #address(operation: DescribedOperation, known: Known, which: "all" | "required"): string {
    const query = new URLSearchParams();
    let path = operation.path;
    for (const { name, in: place, required, schema } of operation.parameters) {
      const madeUp = required || which === "all" ? this.#example(schema, known, 0) : undefined;
      const value = name in known ? known[name] : madeUp;
      if (place === "path") path = path.replace(`{${name}}`, encodeURIComponent(plain(value)));
      else if (value !== undefined && which === "all") query.set(name, plain(value));
    }
    return query.size === 0 ? path : `${path}?${query.toString()}`;
  }

  #body(operation: DescribedOperation, known: Known, which: "all" | "required"): string | undefined {
    const schema = operation.requestBody?.content["application/json"]?.schema;
    return schema === undefined ? undefined : JSON.stringify(this.#example(schema, known, 0, which));
  }

  #judge(operation: DescribedOperation, status: number, type: string | null, text: string): JudgedAnswer {
    const described = operation.responses[String(status)];
    if (!described)
      return { status, body: text, faults: [`The status ${status} is not described: ${text.slice(0, 300)}`] };
    const [mediaType] = Object.keys(described.content ?? {});
    if (mediaType === undefined)
      return { status, body: null, faults: text === "" ? [] : ["A body that is not described"] };
    if (type?.split(";")[0]?.trim() !== mediaType)
      return { status, body: text, faults: [`${type ?? "no type"} instead of ${mediaType}`] };
    const body: unknown = JSON.parse(text);
    const validate = this.#validatorOf([
      "paths",
      operation.path,
      operation.method.toLowerCase(),
      "responses",
      String(status),
      "content",
      mediaType,
      "schema",
    ]);
    validate(body);
    return {
      status,
      body,
      faults: (validate.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message ?? ""} ${JSON.stringify(error.params)}`,
      ),
    };
  }

  #validatorOf(path: readonly string[]): ValidateFunction {
    const pointer = path.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");
    const validator = this.#validators.get(pointer) ?? this.#ajv.compile({ $ref: `${DOCUMENT_ID}#/${pointer}` });
    this.#validators.set(pointer, validator);
    return validator;
  }

  /** A value that the schema describes: its example or default, else the plainest one. */
  #example(given: Record<string, unknown>, known: Known, depth: number, which: "all" | "required" = "all"): unknown {
    if (depth > MAX_DEPTH) throw new Error("The schema is nested too deeply");
    const schema = this.#resolve(given);
    if (Array.isArray(schema["examples"])) return schema["examples"][0];
    if ("default" in schema) return schema["default"];
    if (Array.isArray(schema["enum"])) return schema["enum"][0];
    const [choice] = z.array(json).parse(schema["anyOf"] ?? schema["oneOf"] ?? []);
    if (choice) return this.#example(choice, known, depth + 1, which);
    switch (typeOf(schema)) {
      case "object":
        return this.#exampleObject(schema, known, depth, which);
      case "array":
        return [this.#example(json.parse(schema["items"]), known, depth + 1, which)];
      case "string":
        return schema["format"] === "date" ? "2026-01-31" : "made up";
      case "integer":
      case "number":
        return schema["minimum"] ?? 1;
      case "boolean":
        return false;
      default:
        throw new Error(`No value can be made for ${JSON.stringify(schema)}`);
    }
  }

  #exampleObject(
    schema: Record<string, unknown>,
    known: Known,
    depth: number,
    which: "all" | "required",
  ): Record<string, unknown> {
    const required = z.array(z.string()).parse(schema["required"] ?? []);
    const properties = Object.entries(z.record(z.string(), json).parse(schema["properties"] ?? {}));
    const wanted = properties.filter(([name]) => which === "all" || required.includes(name));
    return Object.fromEntries(
      wanted.map(([name, property]) => [
        name,
        name in known ? known[name] : this.#example(property, known, depth + 1, which),
      ]),
    );
  }

  #resolve(schema: Record<string, unknown>): Record<string, unknown> {
    const ref = schema["$ref"];
    if (typeof ref !== "string") return schema;
    let found: unknown = this.document;
    for (const part of ref.slice("#/".length).split("/")) found = json.parse(found)[part];
    return json.parse(found);
  }
}

/** A parameter of an address is one plain value. */
function plain(value: unknown): string {
  return z
    .union([z.string(), z.number(), z.boolean()])
    .transform((one) => String(one))
    .parse(value);
}

/** Of several types the narrowest: whoever takes a text or a number may check that the text is one. */
function typeOf({ type }: Record<string, unknown>): unknown {
  if (!Array.isArray(type)) return type;
  return type.find((one) => one === "number" || one === "integer") ?? type.find((one) => one !== "null");
}

/**
 * The document with every described object closed: an answer that says more than its description is a fault too. An
 * object without properties of its own, or one that says that it is open, stays open.
 */
function sealed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sealed);
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([name, part]) => [name, sealed(part)]));
  const isOpenObject =
    inner["type"] === "object" &&
    "properties" in inner &&
    Object.keys(json.parse(inner["properties"])).length > 0 &&
    !("additionalProperties" in inner);
  return isOpenObject ? { ...inner, additionalProperties: false } : inner;
}
