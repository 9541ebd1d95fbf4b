/**
 * Every page of the app with something on it, and the states that only an action shows: errors at fields, an open dialog, an
 * open badge, a key that is shown once. One company is in trouble on purpose, so that each page carries its banner.
 */
import type { Page } from "playwright-core";
import { findConnection } from "../../scripts/demo/front-door.ts";
import { reaches, setUpCompany, settled, type TestCompany } from "../harness/app.ts";
import { button } from "../harness/browser.ts";
import { invoiceEvent, makeOrder, newNumber } from "../harness/make-order.ts";
import { OrderSystem } from "../harness/order-system.ts";
import type { StackFacts } from "../harness/stack.ts";
import { approve, deliver, ship } from "./steps.ts";

export interface ListedPage {
  name: string;
  path: string;
  /** What to do on it first. */
  act?: (page: Page) => Promise<unknown>;
  /** Seen by somebody who is not signed in. */
  isForStrangers?: boolean;
}

/** A whole page of invoices, each with its own error: the heaviest list there is. */
const FULL_PAGE_ROWS = 50;
const LONG_NAME = `${"Unbreakable".repeat(8)} and Daughters International Wholesale of Delicatessen`;

/** Fills the app and answers the pages to look at; `admin` is a signed-in window that the list is then opened in. */
export async function preparePages(admin: Page, stack: StackFacts): Promise<ListedPage[]> {
  const [company, broken] = [await setUpCompany({}, stack), await setUpCompany({}, stack)];
  await broken.api.call("PATCH", `/connections/${broken.connectionId}`, { income_account: null });
  await broken.orders.sendAll(Array.from({ length: FULL_PAGE_ROWS }, () => ({ event: invoiceEvent() })));
  const sent = await deliver(company, {
    number: newNumber("a-number-that-is-nearly-as-long-as-it-may-be-"),
    customer: { id: "long", name: LONG_NAME },
    lines: [
      {
        id: "1",
        sku: "S".repeat(60),
        name: "N".repeat(120),
        description: "D".repeat(300),
        quantity: "1000000",
        unit_price: "98765.4321",
        taxable: true,
      },
    ],
  });
  const notSent = await unsentOf(company);
  const shipped = await ship(company, { customer: { id: "long", name: LONG_NAME } });
  const { data: orders } = await company.api.call<{ data: { id: string; number: string }[] }>(
    "GET",
    "/orders?status=shipped",
  );
  const refused = await refuse(company);
  const [failed] = await settled(broken, FULL_PAGE_ROWS);
  await reaches(company, sent.id, ["sent", "failed"]);
  const choice = await anotherCompany(admin, stack);
  return [
    ...overviews(company, broken),
    ...deliveryPages(company, refused, orders.find(({ number }) => number === shipped)?.id ?? ""),
    ...invoicePages({ sent: sent.id, failed: failed?.id ?? "", notSent, broken }),
    ...settingsPages(company, choice),
    ...(await linkPages(company)),
    ...strangersPages(await inviteLink(admin), await shareLink(admin)),
  ];
}

/** An invoice that nobody asked to send. */
async function unsentOf(company: TestCompany): Promise<string> {
  await company.api.call("PATCH", `/instances/${company.instanceId}`, { auto_invoice: false });
  const { id } = await deliver(company);
  return id;
}

function overviews(company: TestCompany, broken: TestCompany): ListedPage[] {
  return [
    { name: "Dashboard", path: "/" },
    { name: "Fulfillment", path: `/fulfillment?instance=${company.instanceId}` },
    { name: "Fulfillment, empty", path: `/fulfillment?instance=${broken.instanceId}` },
    { name: "Invoices", path: `/invoices?instance=${company.instanceId}` },
    { name: "Invoices, nothing found", path: "/invoices?q=nothing-has-this-number" },
    {
      name: "Invoices, 50 errors, a badge open",
      path: `/invoices?instance=${broken.instanceId}`,
      act: (page) => button(page, "Failed").first().focus(),
    },
    { name: "Invoices, needs attention", path: "/invoices?status=needs_attention" },
    { name: "Status", path: "/status" },
    { name: "Activity", path: "/activity" },
    { name: "Launch", path: "/quickbooks/launch" },
    { name: "Disconnected", path: "/quickbooks/disconnected" },
    { name: "Reconnect", path: "/quickbooks/reconnect" },
    { name: "API documentation", path: "/api/docs" },
    { name: "Not found", path: "/no-such-page" },
  ];
}

/** A delivery with many faults, and one with a wrong signature. */
async function refuse({ api, orders, instanceId }: TestCompany): Promise<string> {
  const lines = Array.from({ length: 30 }, () => ({ sku: "S".repeat(100), quantity: "0", unit_price: "much" }));
  const data = { ...makeOrder(), customer: { name: LONG_NAME }, lines };
  await orders.send({ type: "order.shipped", timestamp: new Date().toISOString(), data });
  await new OrderSystem(orders.url, `whsec_${btoa("a secret of somebody else")}`).send(invoiceEvent());
  const query = `/deliveries?outcome=unsettled&instance_id=${instanceId}`;
  return (await api.call<{ data: { id: string }[] }>("GET", query)).data[0]?.id ?? "";
}

function deliveryPages({ instanceId }: TestCompany, refused: string, order: string): ListedPage[] {
  return [
    { name: "Deliveries", path: "/deliveries" },
    { name: "Deliveries, still open", path: `/deliveries?outcome=unsettled&instance=${instanceId}` },
    { name: "Deliveries, nothing found", path: "/deliveries?q=nothing-has-this-number" },
    {
      name: "Delivery, refused",
      path: `/deliveries/${refused}`,
      act: (page) => page.getByText("Details for support", { exact: true }).click(),
    },
    { name: "Order", path: `/orders/${order}` },
    { name: "Help", path: "/help" },
  ];
}

function invoicePages({
  sent,
  failed,
  notSent,
  broken,
}: {
  sent: string;
  failed: string;
  notSent: string;
  broken: TestCompany;
}): ListedPage[] {
  const cause = new URLSearchParams({
    act: "send",
    cause: JSON.stringify({
      connectionId: broken.connectionId,
      kind: "failed",
      category: "missing_configuration",
      code: null,
      concerns: "Income account",
    }),
  });
  return [
    { name: "Invoice, long texts", path: `/invoices/${sent}`, act: openDetails },
    { name: "Invoice, failed", path: `/invoices/${failed}` },
    { name: "Void, asked by dialog", path: `/invoices/${notSent}`, act: (page) => button(page, "Void").click() },
    { name: "Void, asked by page", path: `/invoices/${notSent}/void` },
    { name: "Send a cause, asked", path: `/invoices/attention/ask?${cause.toString()}` },
  ];
}

async function openDetails(page: Page): Promise<void> {
  await page.getByText("As a table", { exact: true }).click();
  await page.getByText("As JSON", { exact: true }).click();
}

function settingsPages({ connectionId, instanceId }: TestCompany, choice: string): ListedPage[] {
  const [connection, instance] = [`/settings/quickbooks/${connectionId}`, `/settings/instances/${instanceId}`];
  return [
    { name: "QuickBooks Online", path: "/settings/quickbooks" },
    { name: "Settings, a wrong field", path: connection, act: saveWrongQuantity },
    { name: "Settings, checked", path: connection, act: check },
    { name: "Disconnect, asked by dialog", path: connection, act: (page) => button(page, "Disconnect").click() },
    { name: "Disconnect, asked by page", path: `${connection}/disconnect` },
    { name: "Another company", path: choice },
    { name: "Instances", path: "/settings/instances" },
    { name: "New instance", path: "/settings/instances/new" },
    { name: "Instance, secret shown", path: instance, act: revealSecret },
    { name: "Remove instance, asked by page", path: `${instance}/remove` },
    { name: "Alerts", path: "/settings/alerts" },
    { name: "API keys, a new one", path: "/settings/api-keys", act: createKey },
    { name: "People", path: "/settings/users" },
    { name: "Your account", path: "/settings/account" },
  ];
}

/** The links of the company, their question and a refusal; and the question before an invoice is linked. */
async function linkPages(company: TestCompany): Promise<ListedPage[]> {
  const { api, emulator, realmId, connectionId } = company;
  const path = `/settings/quickbooks/${connectionId}/links`;
  const { data } = await api.call<{ data: { id: string }[] }>(
    "GET",
    `/connections/${connectionId}/links?kind=customer`,
  );
  const number = newNumber("TAKEN");
  const [customer] = await emulator.list(realmId, "customer");
  const [item] = await emulator.list(realmId, "item");
  await emulator.create(realmId, "invoice", {
    DocNumber: number,
    CustomerRef: { value: customer?.Id },
    Line: [
      {
        Amount: 81.35,
        DetailType: "SalesItemLineDetail",
        SalesItemLineDetail: { ItemRef: { value: item?.Id }, Qty: 1, UnitPrice: 81.35 },
      },
    ],
  });
  const { id } = await deliver(company, { number });
  await api.call("POST", "/invoices/send", { invoice_ids: [id] });
  await reaches(company, id, ["failed"]);
  return [
    { name: "Links", path },
    { name: "Links, nothing found", path: `${path}?q=nothing-has-this-name` },
    { name: "Forget, asked by dialog", path, act: (page) => button(page, "Forget").first().click() },
    { name: "Forget, asked by page", path: `${path}/${data[0]?.id}/forget` },
    {
      name: "Change link, refused",
      path: `${path}/${data[0]?.id}/change`,
      act: (page) => button(page, "Save").click(),
    },
    {
      name: "Link that invoice, asked",
      path: `/invoices/${id}`,
      act: async (page) => {
        await button(page, "Link that invoice").click();
        await page.getByRole("dialog", { name: "Link that invoice?", exact: true }).waitFor();
      },
    },
  ];
}

function strangersPages(invitation: string, share: string): ListedPage[] {
  return [
    { name: "Sign in", path: "/login", isForStrangers: true },
    { name: "Help, signed out", path: "/help", isForStrangers: true },
    { name: "Privacy", path: "/privacy", isForStrangers: true },
    { name: "Terms", path: "/terms", isForStrangers: true },
    { name: "Invitation", path: invitation, isForStrangers: true },
    { name: "Shared status", path: share, isForStrangers: true },
    { name: "Disconnected, signed out", path: "/quickbooks/disconnected", isForStrangers: true },
  ];
}

async function saveWrongQuantity(page: Page): Promise<void> {
  await page.getByLabel("Default inventory quantity", { exact: true }).fill("many");
  await button(page, "Save settings").click();
  await page.getByText("Nothing has been saved yet").waitFor();
}

async function check(page: Page): Promise<void> {
  await button(page, "Check configuration").click();
  await page.getByText("OK", { exact: true }).first().waitFor();
}

async function revealSecret(page: Page): Promise<void> {
  await button(page, "Reveal secret").click();
  await page.getByLabel("Signing secret", { exact: true }).waitFor();
}

async function createKey(page: Page): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(newNumber("Key "));
  await button(page, "Create API key").click();
  await page.getByLabel("API key", { exact: true }).waitFor();
}

async function inviteLink(admin: Page): Promise<string> {
  await admin.goto("/settings/users");
  await admin.getByLabel("Email", { exact: true }).fill(`${newNumber("reader")}@example.com`.toLowerCase());
  await button(admin, "Invite").click();
  return new URL(await admin.getByLabel("Invitation link", { exact: true }).inputValue()).pathname;
}

async function shareLink(admin: Page): Promise<string> {
  await admin.goto("/status");
  await button(admin, "Share").click();
  return new URL(await admin.getByLabel("Shared link", { exact: true }).first().inputValue()).pathname;
}

/** The page that asks what to do about another company at Reconnect. The company that it leaves behind has a banner. */
async function anotherCompany(admin: Page, stack: StackFacts): Promise<string> {
  const lost = await setUpCompany({}, stack);
  const other = await setUpCompany({}, stack);
  const { company_name: otherName } = await findConnection(other.api, other.realmId);
  await lost.emulator.revokeTokens(lost.realmId);
  const { id } = await deliver(lost);
  await reaches(lost, id, ["held"]);
  await admin.goto(`/settings/quickbooks/${lost.connectionId}`);
  await button(admin, "Reconnect to QuickBooks").click();
  await approve(admin, otherName);
  await admin.getByRole("heading", { level: 1, name: "This is another company", exact: true }).waitFor();
  return new URL(admin.url()).pathname;
}
