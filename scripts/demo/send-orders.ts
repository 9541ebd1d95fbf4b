/**
 * `npm run demo:orders -- --count 100`: the order system of the demo makes more invoices. It needs a running `npm start`.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../lib/root.ts";
import { readDemoState } from "./demo-state.ts";
import { Api } from "./front-door.ts";
import { sendNextOrders, waitUntilSettled } from "./next-orders.ts";

const DEFAULT_COUNT = 10;
const MAX_COUNT = 10_000;
/** QuickBooks takes about eight calls a second from one company, so a large count takes its time. */
const LIMIT_PER_ORDER_MS = 2_000;
const LIMIT_BASE_MS = 120_000;

const { values } = parseArgs({ options: { count: { type: "string", default: String(DEFAULT_COUNT) } } });
const count = Number(values.count);
const folder = join(ROOT, ".bookbridge");
const origin = `http://localhost:${process.env["PORT"] ?? "8787"}`;

try {
  await sendOrders();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function sendOrders(): Promise<void> {
  if (!Number.isInteger(count) || count < 1 || count > MAX_COUNT) {
    throw new Error(`--count takes a whole number from 1 to ${MAX_COUNT}.`);
  }
  const key = readDemoState(folder).apiKey;
  if (key === null) throw new Error("The demo is not loaded yet: run npm start first.");
  const startedAt = Date.now();
  await sendNextOrders(folder, origin, count);
  console.log(`${count} orders accepted after ${seconds(startedAt)}. Pushing them to QuickBooks …`);
  const result = await waitUntilSettled(
    new Api(origin, key),
    LIMIT_BASE_MS + count * LIMIT_PER_ORDER_MS,
    () => undefined,
  );
  console.log(`${result.sent} of ${result.total} invoices are Sent, ${seconds(startedAt)} after the first order.`);
  if (result.stopped > 0) console.log(`${result.stopped} need a person: ${origin}/invoices`);
}

function seconds(since: number): string {
  return `${((Date.now() - since) / 1_000).toFixed(1)} s`;
}
