/**
 * A bookkeeper enters many payments in QuickBooks at once while new invoices come in. The emulator tells Bookbridge of it as
 * Intuit does, each payment as two events, and its own record says afterwards what was read for it.
 */
import { listInvoices, pause, settled, type TestCompany } from "./app.ts";
import { invoiceEvent } from "./make-order.ts";
import type { QboInvoice } from "./push.ts";
import type { StackFacts } from "./stack.ts";

export interface PaidAtOnce {
  /** Reads by the path of what was read, e.g. `payment/145` → 1. */
  readsOf: Map<string, number>;
  /** From the first payment until the last of the new invoices was in the books. */
  allSentMs: number;
  /** From the first payment until the last read. */
  allReadMs: number;
  /** How many of the paid invoices show it. */
  shownPaid: number;
}

const PAID_ON = "2026-04-15";
const BUYERS = 5;
const LOOK_EVERY_MS = 500;
/** QuickBooks was asked nothing for so long: everything is read. */
const QUIET_MS = 12_000;
const AT_ONCE = 8;
const SHOWN_LIMIT_MS = 120_000;

/** Sends `paid` invoices, then pays them all while `due` new ones are sent. */
export async function payAtOnce(
  company: TestCompany,
  stack: Pick<StackFacts, "appOrigin" | "webhookVerifier">,
  counts: { paid: number; due: number },
): Promise<PaidAtOnce> {
  const { emulator, realmId } = company;
  await company.orders.sendAll(ordersOf("P", counts.paid));
  await settled(company, counts.paid);
  // What comes in the same second as our own write counts as its echo.
  await pause(1_100);
  const hook = { url: `${stack.appOrigin}/webhooks/intuit`, verifier: stack.webhookVerifier, format: "cloudevents" };
  await emulator.call("POST", "/control/webhooks", { ...hook, realm_id: realmId });
  const before = (await emulator.record(realmId)).at(-1)?.seq ?? 0;
  const startedAt = Date.now();
  await Promise.all([payAll(company), company.orders.sendAll(ordersOf("D", counts.due))]);
  await until(async () => (await sentOf(company, "D")) === counts.due);
  await until(async () => (await countPaid(company)) === counts.paid);
  const creates = await emulator.record(realmId, "create_invoice");
  const calls = () => emulator.record(realmId);
  let seen = -1;
  for (let now = (await calls()).length; now !== seen; now = (await calls()).length) {
    seen = now;
    await pause(QUIET_MS);
  }
  const reads = (await calls()).filter(({ seq, kind }) => seq > before && ["read", "query", "cdc"].includes(kind));
  const readsOf = Map.groupBy(reads, ({ path }) => path.split("/").slice(-2).join("/"));
  return {
    readsOf: new Map([...readsOf].map(([path, list]) => [path, list.length])),
    allSentMs: Math.max(...creates.map(({ at_ms }) => at_ms)) - startedAt,
    allReadMs: Math.max(...reads.map(({ at_ms }) => at_ms)) - startedAt,
    shownPaid: await countPaid(company),
  };
}

function ordersOf(prefix: string, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const buyer = i % BUYERS;
    const lines = [{ id: "1", sku: "TIN", name: "Tin", quantity: "1", unit_price: "9.00" }];
    const customer = { id: `B-${buyer}`, name: `Buyer ${buyer}` };
    return { event: invoiceEvent({ number: `${prefix}-${i + 1}`, customer, lines }) };
  });
}

async function payAll({ emulator, realmId }: TestCompany): Promise<void> {
  const unpaid = ((await emulator.list(realmId, "invoice")) as QboInvoice[]).filter(({ Balance }) => Balance > 0);
  const waiting = unpaid.values();
  const payNext = async () => {
    for (const { Id, TotalAmt, CustomerRef } of waiting) {
      const Line = [{ Amount: TotalAmt, LinkedTxn: [{ TxnId: Id, TxnType: "Invoice" }] }];
      await emulator.create(realmId, "payment", { CustomerRef, TotalAmt, TxnDate: PAID_ON, Line });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, payNext));
}

async function sentOf(company: TestCompany, prefix: string): Promise<number> {
  const invoices = await listInvoices(company);
  return invoices.filter((one) => one.number.startsWith(`${prefix}-`) && one.push_status === "sent").length;
}

async function countPaid(company: TestCompany): Promise<number> {
  const invoices = (await listInvoices(company)).filter(({ number }) => number.startsWith("P-"));
  let count = 0;
  for (const { id } of invoices) {
    const { html } = await company.visitor.get(`/invoices/${id}`);
    if (
      html
        .replace(/<[^>]+>/g, " ")
        .replace(/\s+/g, " ")
        .includes("Paid on 15 Apr 2026")
    )
      count += 1;
  }
  return count;
}

/** Ends when it is so, or after a while: what did not come is told by the figures. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + SHOWN_LIMIT_MS;
  while (Date.now() < limit && !(await isSo())) await pause(LOOK_EVERY_MS);
}
