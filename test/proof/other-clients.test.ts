/**
 * Proof: the emulator is taken for QuickBooks by clients that others wrote for the real one: Intuit's own `intuit-oauth`
 * and `node-quickbooks`. Both are installed from the registry into a folder of their own, so that this repository depends
 * on neither.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { startEmulator, waitUntilItAnswers } from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";
import { Emulator } from "../harness/emulator.ts";
import { figure } from "./figures.ts";

const PROOF = "clients written for QuickBooks";
const PACKAGES = ["intuit-oauth@4.2.5", "node-quickbooks@2.0.50"];
const INSTALL_LIMIT_MS = 600_000;
const REDIRECT_URI = "http://localhost:8787/oauth/intuit/callback";
const KEYS = { clientId: "emulator-client", clientSecret: "emulator-secret" };

/** As much of `intuit-oauth` as is used here. */
interface IntuitClient {
  setAuthorizeURLs(urls: Record<string, unknown>): void;
  authorizeUri(request: { scope: string[]; state: string }): string;
  createToken(callbackUrl: string): Promise<{ getJson(): unknown }>;
  validateIdToken(): Promise<boolean>;
  refresh(): Promise<{ getJson(): unknown }>;
  getUserInfo(): Promise<{ json: unknown }>;
  revoke(): Promise<{ response: { status: number } }>;
}
interface IntuitClientClass {
  new (config: Record<string, string>): IntuitClient;
  jwks_uri: string;
}

type Answer = (error: unknown, body: unknown) => void;
/** As much of `node-quickbooks` as is used here. */
interface NodeQuickBooks {
  createInvoice(invoice: object, answer: Answer): void;
  getInvoice(id: string, answer: Answer): void;
  findInvoices(criteria: object, answer: Answer): void;
  findCustomers(criteria: object, answer: Answer): void;
  findItems(criteria: object, answer: Answer): void;
  updateInvoice(invoice: object, answer: Answer): void;
  batch(items: object[], answer: Answer): void;
  getInvoicePdf(id: string, answer: Answer): void;
}
interface NodeQuickBooksClass {
  new (config: Record<string, unknown>): NodeQuickBooks;
  V3_ENDPOINT_BASE_URL: string;
}

const tokenSet = z.object({ access_token: z.string(), refresh_token: z.string(), id_token: z.string().optional() });
const anyObject = z.record(z.string(), z.unknown());
const named = z.object({ Id: z.string() });
const invoiceSchema = z.object({
  Id: z.string(),
  SyncToken: z.string(),
  TotalAmt: z.number(),
  PrivateNote: z.string().optional(),
  Line: z.array(z.object({ DetailType: z.string(), Amount: z.number() })),
});
const found = <T extends z.ZodType>(type: string, row: T) =>
  z.object({ QueryResponse: z.object({ [type]: z.array(row) }) }).transform(({ QueryResponse }) => QueryResponse[type]);

let folder: string;
let stop: () => Promise<void>;
let emulator: Emulator;
let load: NodeJS.Require;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bookbridge-clients-"));
  const install = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", [...install, ...PACKAGES], { cwd: folder, stdio: "inherit" });
  load = createRequire(join(folder, "index.js"));
  const [port = 0, inspector = 0] = await findFreePorts(2);
  const running = startEmulator(folder, port, inspector);
  stop = () => running.stop();
  emulator = new Emulator(`http://localhost:${port}`);
  await waitUntilItAnswers(running, `${emulator.origin}/control/companies`);
}, INSTALL_LIMIT_MS);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

it("Intuit's client connects, validates the ID token, refreshes, reads the person, revokes", async () => {
  const realmId = await emulator.createCompany({});
  const client = await intuitClient();
  const page = client.authorizeUri({ scope: ["com.intuit.quickbooks.accounting", "openid", "email"], state: "s" });
  expect(page).toMatch(new RegExp(`^${emulator.origin}/connect/oauth2`));
  expect((await fetch(page)).status).toBe(200);
  const first = tokenSet.parse((await client.createToken(await consent(page, realmId))).getJson());
  expect(first.id_token).toBeDefined();
  expect(await client.validateIdToken()).toBe(true);
  figure(PROOF, "intuit-oauth: ID token", "valid", "valid");
  expect((await client.getUserInfo()).json).toMatchObject({ emailVerified: true });
  const second = tokenSet.parse((await client.refresh()).getJson());
  expect(second.refresh_token).not.toBe(first.refresh_token);
  figure(PROOF, "intuit-oauth: refresh", "a new refresh token", "a new refresh token");
  expect((await client.revoke()).response.status).toBe(200);
});

it("node-quickbooks creates, finds, reads, changes, voids, and meets the subtotal line each time", async () => {
  const realmId = await emulator.createCompany({});
  const books = await nodeQuickBooks(realmId);
  const idOf = async (type: "Customer" | "Item", name: string) => {
    const find = type === "Customer" ? "findCustomers" : "findItems";
    const property = type === "Customer" ? "DisplayName" : "Name";
    const rows = found(type, named).parse(await answered((answer) => books[find]({ [property]: name }, answer)));
    return rows?.[0]?.Id ?? "";
  };
  const invoice = {
    DocNumber: "NQ-1",
    CustomerRef: { value: await idOf("Customer", "Bayview Cafe") },
    Line: [
      {
        DetailType: "SalesItemLineDetail",
        Amount: 25,
        SalesItemLineDetail: { ItemRef: { value: await idOf("Item", "Hours") }, Qty: 20, UnitPrice: 1.25 },
      },
    ],
    TxnTaxDetail: { TotalTax: 0 },
  };
  const created = invoiceSchema.parse(await answered((answer) => books.createInvoice(invoice, answer)));
  const [listed] = found("Invoice", invoiceSchema).parse(
    await answered((answer) => books.findInvoices({ DocNumber: "NQ-1" }, answer)),
  ) ?? [undefined];
  const whole = await answered((answer) => books.getInvoice(created.Id, answer));
  const read = invoiceSchema.parse(whole);
  for (const seen of [created, listed, read])
    expect(seen?.Line).toMatchObject([
      { DetailType: "SalesItemLineDetail", Amount: 25 },
      { DetailType: "SubTotalLineDetail", Amount: 25 },
    ]);
  figure(PROOF, "node-quickbooks: answers with the subtotal line", 3, 3);

  const changed = { ...anyObject.parse(whole), PrivateNote: "sent back whole", sparse: false };
  const updated = invoiceSchema.parse(await answered((answer) => books.updateInvoice(changed, answer)));
  expect(updated).toMatchObject({ PrivateNote: "sent back whole", SyncToken: "1", TotalAmt: 25 });
  const batch = [{ bId: "1", operation: "create", Invoice: { ...invoice, DocNumber: "NQ-2" } }];
  expect(await answered((answer) => books.batch(batch, answer))).toMatchObject({
    BatchItemResponse: [{ Invoice: { DocNumber: "NQ-2" } }],
  });
  const pdf = await answered((answer) => books.getInvoicePdf(created.Id, answer));
  expect(String(pdf)).toMatch(/^%PDF/);
  const voided = { Id: created.Id, SyncToken: updated.SyncToken, void: true };
  expect(await answered((answer) => books.updateInvoice(voided, answer))).toMatchObject({ TotalAmt: 0, Balance: 0 });
  expect((await emulator.record(realmId, "void_invoice")).map(({ status }) => status)).toEqual([200]);
  figure(PROOF, "node-quickbooks: create, find, read, change, batch, PDF, void", "accepted", "accepted");
});

/** Intuit's client with the addresses of the emulator's discovery document in place of Intuit's. */
async function intuitClient(): Promise<IntuitClient> {
  const response = await fetch(`${emulator.origin}/.well-known/openid_sandbox_configuration`);
  const document = anyObject.parse(await response.json());
  const Client = load("intuit-oauth") as IntuitClientClass;
  const client = new Client({ ...KEYS, environment: "sandbox", redirectUri: REDIRECT_URI });
  client.setAuthorizeURLs({
    authorizeEndpoint: document["authorization_endpoint"],
    tokenEndpoint: document["token_endpoint"],
    revokeEndpoint: document["revocation_endpoint"],
    userInfoEndpoint: document["userinfo_endpoint"],
  });
  Client.jwks_uri = String(document["jwks_uri"]);
  return client;
}

/** Where the browser would land after Approve. */
async function consent(page: string, realmId: string): Promise<string> {
  const asked = new URL(page).searchParams;
  const { redirect_to } = await emulator.call<{ redirect_to: string }>("POST", "/control/consent", {
    redirect_uri: asked.get("redirect_uri"),
    state: asked.get("state"),
    scope: asked.get("scope"),
    realm_id: realmId,
  });
  return redirect_to;
}

async function nodeQuickBooks(realmId: string): Promise<NodeQuickBooks> {
  const client = await intuitClient();
  const page = client.authorizeUri({ scope: ["com.intuit.quickbooks.accounting"], state: "s" });
  const tokens = tokenSet.parse((await client.createToken(await consent(page, realmId))).getJson());
  const Client = load("node-quickbooks") as NodeQuickBooksClass;
  Client.V3_ENDPOINT_BASE_URL = `${emulator.origin}/v3/company/`;
  return new Client({
    consumerKey: KEYS.clientId,
    consumerSecret: KEYS.clientSecret,
    token: tokens.access_token,
    tokenSecret: false,
    realmId,
    useSandbox: true,
    debug: false,
    oauthversion: "2.0",
    refreshToken: tokens.refresh_token,
  });
}

/** A callback's result as a promise. */
function answered(ask: (answer: Answer) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    ask((error, body) => {
      if (error === null || error === undefined) resolve(body);
      else reject(new Error(`node-quickbooks: ${JSON.stringify(body)}`, { cause: error }));
    });
  });
}
