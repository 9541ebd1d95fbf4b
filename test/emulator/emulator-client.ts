// What the emulator's tests speak to it with: plain HTTP to the Worker, as any client outside would, and the control API.
// It asserts nothing and knows nothing of the emulator's inside.

import { exports } from "cloudflare:workers";

export const ORIGIN = "http://emulator.test";
export const REDIRECT_URI = "http://localhost:8787/oauth/intuit/callback";
export const BASIC = `Basic ${btoa("emulator-client:emulator-secret")}`;
const ACCOUNTING = "com.intuit.quickbooks.accounting";

/** What the runtime gives tests of the Worker under test; its type depends on which Worker that is, so it is said here. */
const worker: { fetch(request: Request): Promise<Response> } = (exports as unknown as { default: Fetcher }).default;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

export interface Tokens {
  access: string;
  refresh: string;
}

export async function send(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await worker.fetch(new Request(`${ORIGIN}${path}`, { redirect: "manual", ...init }));
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: parsed(text) };
}

export async function control(method: string, path: string, body?: unknown): Promise<Answer> {
  return send(`/control${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** A new company, so that tests of one file never meet each other. */
export async function newCompany(body: object = {}): Promise<string> {
  const made = await control("POST", "/companies", { limits: { enabled: false }, ...body });
  return textAt(made.json, "realm_id");
}

export async function consent(realmId: string, scope = ACCOUNTING): Promise<URL> {
  const given = await control("POST", "/consent", {
    redirect_uri: REDIRECT_URI,
    state: "state-1",
    scope,
    realm_id: realmId,
  });
  return new URL(textAt(given.json, "redirect_to"));
}

export async function tokenCall(form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> {
  return send("/oauth2/v1/tokens/bearer", {
    method: "POST",
    headers: {
      authorization: BASIC,
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
      ...headers,
    },
    body: new URLSearchParams(form).toString(),
  });
}

export async function exchange(code: string): Promise<Answer> {
  return tokenCall({ grant_type: "authorization_code", code, redirect_uri: REDIRECT_URI });
}

export async function connect(realmId: string, scope = ACCOUNTING): Promise<Tokens> {
  const callback = await consent(realmId, scope);
  const answer = await exchange(callback.searchParams.get("code") ?? "");
  return { access: textAt(answer.json, "access_token"), refresh: textAt(answer.json, "refresh_token") };
}

/** One connected company and short ways to call its API. */
export class Company {
  constructor(
    readonly realmId: string,
    readonly tokens: Tokens,
  ) {}

  static async make(body: object = {}): Promise<Company> {
    const realmId = await newCompany(body);
    return new Company(realmId, await connect(realmId));
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return send(`/v3/company/${this.realmId}/${path}`, { headers: { ...this.headers(), ...headers } });
  }

  async query(text: string): Promise<Answer> {
    return this.get(`query?query=${encodeURIComponent(text)}`);
  }

  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return send(`/v3/company/${this.realmId}/${path}`, {
      method: "POST",
      headers: { ...this.headers(), "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Creates an entity that has to be accepted; throws otherwise. */
  async create(type: string, body: object): Promise<{ id: string; body: unknown }> {
    const answer = await this.post(type.toLowerCase(), body);
    const made = at(answer.json, type);
    if (answer.status !== 200 || made === undefined) throw new Error(`${type} was refused: ${answer.text}`);
    return { id: textAt(made, "Id"), body: made };
  }

  /** The Id of the entity of that name; throws where there is none. */
  async idOf(type: string, name: string): Promise<string> {
    const property = type === "Customer" || type === "Vendor" ? "DisplayName" : "Name";
    const answer = await this.query(`select * from ${type} where ${property} = '${name}'`);
    return textAt(answer.json, "QueryResponse", type, 0, "Id");
  }

  private headers(): Record<string, string> {
    return { authorization: `Bearer ${this.tokens.access}`, accept: "application/json" };
  }
}

/** The value at a path through objects and lists; undefined where the path ends early. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (part, step) => (typeof part === "object" && part !== null ? Reflect.get(part, step) : undefined),
    value,
  );
}

/** The text at a path; throws where there is none. */
export function textAt(value: unknown, ...path: (string | number)[]): string {
  const found = at(value, ...path);
  if (typeof found !== "string") throw new Error(`There is no text at ${path.join(".")} in ${JSON.stringify(value)}`);
  return found;
}

export function faultCode(answer: Answer): unknown {
  return at(answer.json, "Fault", "Error", 0, "code") ?? at(answer.json, "fault", "error", 0, "code");
}

/** A sales line that breaks no rule. */
export function salesLine(itemId: string, amount: number, more: object = {}) {
  return {
    DetailType: "SalesItemLineDetail",
    Amount: amount,
    SalesItemLineDetail: { ItemRef: { value: itemId }, ...more },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
