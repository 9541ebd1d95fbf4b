/**
 * A company of a test's own: made in the emulator, connected through the front door, with settings and an order-system
 * instance. Tests use it as people and programs do: signed webhooks in, API and pages out.
 */
import { inject } from "vitest";
import {
  Api,
  connectCompany,
  createInstance,
  enter,
  findConnection,
  wholesalerSettings,
} from "../../scripts/demo/front-door.ts";
import type { Visitor } from "../../scripts/demo/visitor.ts";
import { type CompanySettings, Emulator } from "./emulator.ts";
import { OrderSystem } from "./order-system.ts";
import type { SharedFacts, StackFacts } from "./stack.ts";

export interface InvoiceView {
  id: string;
  number: string;
  external_id: string | null;
  customer_name: string;
  total: string;
  push_status: string;
  error: { category: string; title: string; message: string; remedy: string; code: string | null } | null;
  warnings: { code: string; message: string }[];
  qbo_invoice_id: string | null;
  qbo_url: string | null;
  attempts?: { number: number; outcome: string; http_status: number | null; intuit_tid: string | null }[];
}

export interface TestCompany {
  api: Api;
  emulator: Emulator;
  realmId: string;
  connectionId: string;
  instanceId: string;
  orders: OrderSystem;
  visitor: Visitor;
}

export interface CompanyOptions {
  company?: CompanySettings;
  /** Merged into the settings of the connection (wholesalerSettings). */
  settings?: Record<string, unknown>;
  /** Auto invoice of the instance; true unless given. */
  autoInvoice?: boolean;
}

/** Statuses in which an invoice rests until something happens. */
const RESTING = new Set(["sent", "failed", "held", "voided", "not_sent"]);
const LOOK_EVERY_MS = 600;
const SETTLE_LIMIT_MS = 90_000;
const START_DATE = "2020-01-01";
const administrators = new Map<string, Promise<Visitor>>();
let companyCount = 0;

/** The stack that this run's global set-up started. */
export function sharedStack(): SharedFacts {
  return inject("stack");
}

/**
 * Makes a company, connects it, saves settings, creates an instance: ready for orders. On the shared stack QuickBooks'
 * throttle is off unless asked for: many files load the machine there at once, calls that start late bunch up, and a 429
 * costs a minute. What the pace keeps to is told by the proofs.
 */
export async function setUpCompany(options: CompanyOptions = {}, ownStack?: StackFacts): Promise<TestCompany> {
  const stack = ownStack ?? sharedStack();
  const emulator = new Emulator(stack.emulatorOrigin);
  const api = new Api(stack.appOrigin, stack.apiKey);
  const limits = { enabled: ownStack !== undefined };
  const realmId = await emulator.createCompany({ name: newCompanyName(), limits, ...options.company });
  const visitor = await administratorOf(stack);
  await connectCompany(visitor, stack.emulatorOrigin, realmId);
  const connection = await findConnection(api, realmId);
  await api.call("PATCH", `/connections/${connection.id}`, { ...wholesalerSettings(START_DATE), ...options.settings });
  const instance = await createInstance(api, `Orders of ${realmId}`, connection.id, options.autoInvoice ?? true);
  const webhookUrl = stack.appOrigin + new URL(instance.webhook_url).pathname;
  return {
    api,
    emulator,
    realmId,
    visitor,
    connectionId: connection.id,
    instanceId: instance.id,
    orders: new OrderSystem(webhookUrl, instance.webhook_secret),
  };
}

/** The administrator of a stack, in a browser of its own. Signed in once: each sign-in costs the app a quarter of a second. */
async function administratorOf({ appOrigin, setupToken, credentials }: StackFacts): Promise<Visitor> {
  const entering = administrators.get(appOrigin) ?? enter(appOrigin, setupToken, credentials);
  administrators.set(appOrigin, entering);
  return (await entering).inAnotherBrowser();
}

/** All invoices of the company's instance, newest first. */
export async function listInvoices(company: TestCompany, query = ""): Promise<InvoiceView[]> {
  const invoices: InvoiceView[] = [];
  let after = "";
  for (;;) {
    const path = `/invoices?instance_id=${company.instanceId}&limit=200${query}${after}`;
    const page = await company.api.call<{ data: InvoiceView[]; next: string | null }>("GET", path);
    invoices.push(...page.data);
    if (page.next === null) return invoices;
    after = `&after=${encodeURIComponent(page.next)}`;
  }
}

const looks = new WeakMap<TestCompany, Promise<InvoiceView[]>>();

/** All invoices of a company as they are a moment from now. Those who wait for it at the same time share one look. */
export function lookAgain(company: TestCompany): Promise<InvoiceView[]> {
  const begun = looks.get(company);
  if (begun) return begun;
  const look = pause(LOOK_EVERY_MS).then(() => {
    looks.delete(company);
    return listInvoices(company);
  });
  looks.set(company, look);
  return look;
}

/** Looks until there are `count` invoices and all of them rest; throws with the statuses when that takes too long. */
export async function settled(company: TestCompany, count: number, limitMs = SETTLE_LIMIT_MS): Promise<InvoiceView[]> {
  const until = Date.now() + limitMs;
  for (;;) {
    const invoices = await lookAgain(company);
    if (invoices.length >= count && invoices.every((invoice) => RESTING.has(invoice.push_status))) return invoices;
    if (Date.now() > until) {
      const statuses = invoices.map(
        (invoice) => `${invoice.number} ${invoice.push_status} ${invoice.error?.message ?? ""}`,
      );
      throw new Error(`After ${limitMs} ms not all of ${count} invoices rest:\n${statuses.slice(0, 20).join("\n")}`);
    }
  }
}

/** Looks until one invoice has one of `statuses`. */
export async function reaches(
  company: TestCompany,
  id: string,
  statuses: string[],
  limitMs = SETTLE_LIMIT_MS,
): Promise<InvoiceView> {
  const until = Date.now() + limitMs;
  for (;;) {
    const invoice = await company.api.call<InvoiceView>("GET", `/invoices/${id}`);
    if (statuses.includes(invoice.push_status)) return invoice;
    if (Date.now() > until)
      throw new Error(
        `${invoice.number} is ${invoice.push_status}, not ${statuses.join(" or ")}, after ${limitMs} ms.`,
      );
    await pause(LOOK_EVERY_MS);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function newCompanyName(): string {
  companyCount += 1;
  return `Test Company ${process.pid}-${companyCount}`;
}
