/**
 * What a new user does with Bookbridge, step by step, through its own pages and API: administrator, sign-in, API key,
 * Connect to QuickBooks, settings, instance. The demo and the tests use the same steps; none touches the database.
 */
import { Visitor } from "./visitor.ts";

const API_ANSWER_LIMIT_MS = 60_000;
const API_KEY_PATTERN = /\bbb_[A-Za-z0-9_-]{43}\b/;

export interface Credentials {
  email: string;
  password: string;
}

/** Calls the API with a key; throws on any answer but a 2xx, with the problem's text. */
export class Api {
  readonly #origin: string;
  readonly #key: string;

  constructor(origin: string, key: string) {
    this.#origin = origin;
    this.#key = key;
  }

  /** Returns the parsed answer; T is its shape on that route (docs/contract.md, section 6). */
  async call<T>(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: unknown): Promise<T> {
    const response = await this.raw(method, path, body);
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json<T>();
  }

  /** The answer as it is, whatever its status. */
  raw(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(`${this.#origin}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(API_ANSWER_LIMIT_MS),
    });
  }
}

/** True as long as no administrator exists. */
export async function isSetupOpen(appOrigin: string, setupToken: string): Promise<boolean> {
  const visit = await new Visitor(appOrigin).get(`/setup?token=${encodeURIComponent(setupToken)}`);
  return visit.status === 200;
}

/** Creates the first administrator, or signs in where there is one. The visitor is signed in afterwards. */
export async function enter(appOrigin: string, setupToken: string, credentials: Credentials): Promise<Visitor> {
  const visitor = new Visitor(appOrigin);
  const created = await visitor.post("/setup", { token: setupToken, ...credentials });
  if (created.status === 303) return visitor;
  const signedIn = await visitor.post("/login", { ...credentials });
  if (signedIn.status !== 303) {
    throw new Error(`Neither set-up (${created.status}) nor sign-in (${signedIn.status}) let ${credentials.email} in.`);
  }
  return visitor;
}

/** Makes an API key on its page and returns it; it is shown there once. */
export async function createApiKey(
  visitor: Visitor,
  name: string,
  role: "viewer" | "operator" | "admin",
): Promise<string> {
  let visit = await visitor.post("/settings/api-keys", { name, role });
  if (visit.location !== null) visit = await visitor.get(visit.location);
  const key = API_KEY_PATTERN.exec(visit.html)?.[0];
  if (key === undefined) throw new Error(`No API key was shown (${visit.status}).`);
  return key;
}

/**
 * Connects a company of the emulator: Connect to QuickBooks, consent there, back. Returns the page one lands on.
 * With `reconnects`, the ID of a connection, it is that one's Reconnect to QuickBooks that was pressed.
 */
export async function connectCompany(
  visitor: Visitor,
  emulatorOrigin: string,
  realmId: string,
  reconnects?: string,
): Promise<string> {
  const start = await visitor.post(
    "/oauth/intuit/start",
    reconnects === undefined ? {} : { connection_id: reconnects },
  );
  if (start.location === null) throw new Error(`Connect to QuickBooks answered ${start.status} without an address.`);
  const authorize = new URL(start.location);
  const consent = await fetch(`${emulatorOrigin}/control/consent`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      redirect_uri: authorize.searchParams.get("redirect_uri"),
      state: authorize.searchParams.get("state"),
      scope: authorize.searchParams.get("scope"),
      realm_id: realmId,
    }),
  });
  const answer = await consent.json<{ redirect_to?: string }>();
  if (answer.redirect_to === undefined) throw new Error(`The emulator gave no consent (${consent.status}).`);
  const back = await visitor.get(answer.redirect_to);
  if (back.location === null)
    throw new Error(`The way back from QuickBooks answered ${back.status}: ${back.html.slice(0, 400)}`);
  return back.location;
}

export interface ConnectionView {
  id: string;
  realm_id: string;
  state: string;
  company_name: string;
}

/** The connection of a realm. Throws where there is none. */
export async function findConnection(api: Api, realmId: string): Promise<ConnectionView> {
  let path: string | null = "/connections?limit=200";
  while (path !== null) {
    const page: { data: ConnectionView[]; next: string | null } = await api.call("GET", path);
    const found = page.data.find((connection) => connection.realm_id === realmId);
    if (found) return found;
    path = page.next === null ? null : `/connections?limit=200&after=${encodeURIComponent(page.next)}`;
  }
  throw new Error(`There is no connection for realm ${realmId}.`);
}

/** Settings that suit a wholesaler with stock: one customer per buyer, inventory items. */
export function wholesalerSettings(startDate: string) {
  return {
    customer_mode: "per_buyer",
    customer_name: null,
    income_account: "Sales of Product Income",
    cogs_account: "Cost of Goods Sold",
    asset_account: "Inventory Asset",
    item_type: "inventory",
    default_inventory_quantity: 100,
    inventory_start_date: startDate,
    enabled: true,
    auto_invoice: true,
  };
}

export interface InstanceView {
  id: string;
  webhook_url: string;
  webhook_secret: string;
}

/** Creates an instance that belongs to a connection, with Enable and Auto invoice as given. */
export function createInstance(
  api: Api,
  name: string,
  connectionId: string,
  autoInvoice: boolean,
): Promise<InstanceView> {
  return api.call("POST", "/instances", {
    name,
    connection_id: connectionId,
    enabled: true,
    auto_invoice: autoInvoice,
  });
}
