/**
 * The end of every simulated story: everything broken is repaired, open deliveries are made, time passes, and a person
 * follows the remedy of each error. Afterwards everything must be in order.
 */
import { isNull } from "drizzle-orm";
import { MAX_OPEN_CLAIMS } from "../../src/pushes/schema.ts";
import { type PushError, readError } from "../../src/failures/push-error.ts";
import { saveSettings } from "../../src/connections/store.ts";
import { instances } from "../../src/instances/schema.ts";
import { holdOrResume } from "../../src/pushes/hold-or-resume.ts";
import { makeActiveAgain, suggestNumber, useAnotherNumber } from "../../src/invoicing/by-hand/fix.ts";
import { intuitEvents } from "../../src/pushes/schema.ts";
import { sendInvoices } from "../../src/invoicing/by-hand/send-invoices.ts";
import { reconnect, saveInstanceAs } from "./people.ts";
import { readRows } from "./oracle.ts";
import type { Delivery } from "./simulated-order-system.ts";
import { type Row, Violation, demand } from "./verdict.ts";
import type { World } from "./world.ts";

const STEP_MS = 30_000;
/** Half an hour: circuit pauses and waits of 15 min are over by then, and nothing justifies a longer one. */
const PATIENCE_STEPS = 60;
/** A company that had lapsed is checked hourly. */
const LAPSED_PATIENCE_STEPS = 130;
/** A little more than an hour. */
const MAX_EVENT_STEPS = 130;
const MAX_ROUNDS = 6;
/** After this many sends without an answer a person has to look. */
const MANY_UNANSWERED = 6;
const UNSETTLED = ["queued", "sending", "unknown", "held"];

/** Repairs the world and runs it until nothing more happens. */
export async function heal(world: World, patience = PATIENCE_STEPS): Promise<void> {
  const patienceSteps = world.books.some((books) => books.hasLapsed) ? LAPSED_PATIENCE_STEPS : patience;
  world.mishaps.length = 0;
  world.network.troubles = [];
  world.network.outage = null;
  world.network.isTokenEndpointDown = false;
  world.network.tokenTroubles = [];
  world.network.refusesTokensUntil = 0;
  world.platform.gateFate.clear();
  world.silenceIntuit(false);
  for (const books of world.books) books.subscriptionStatus = "PAID";
  // Sleeping processes wake up, so that nothing from before happens after the repair.
  await rest(world, 10 * 60_000);
  await mendConnections(world);
  const open = (): Delivery[] => world.shops.flatMap((shop) => shop.open());
  while (open().length > 0) {
    for (const delivery of open()) await world.complete(world.deliver(delivery));
  }
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    await waitForRest(world, patienceSteps);
    if (!(await actOnErrors(world))) return waitForEvents(world);
  }
  const left = (await readRows(world)).filter((row) => !["sent", "voided"].includes(row.state));
  const list = left.map((row) => `${row.number} (${row.operation}/${row.state}: ${readError(row.error)?.message})`);
  throw new Violation(`A person did what the errors said six times over, and still not sent: ${list.join(", ")}`);
}

async function mendConnections(world: World): Promise<void> {
  for (const [index, id] of world.connectionIds.entries()) {
    await saveSettings(world.db, id, { enabled: true, autoInvoice: true }, new Date());
    await world.complete(reconnect(world, index));
    await world.complete(holdOrResume(world.env, world.db, { connectionId: id }, new Date()));
  }
  for (const instance of await world.db.select().from(instances)) {
    const connectionId = instance.connectionId ?? world.connectionIds[0] ?? "";
    const patch = { enabled: true, auto_invoice: true, connection_id: connectionId };
    if (world.shops.some((shop) => shop.instanceId === instance.id && !shop.isRemoved))
      await world.complete(saveInstanceAs(world, patch, instance.id));
  }
}

async function rest(world: World, ms: number): Promise<void> {
  await world.advance(ms);
}

async function waitForRest(world: World, patienceSteps: number): Promise<void> {
  for (let step = 0; step < patienceSteps; step += 1) {
    const rows = await readRows(world);
    const isWaiting = (row: Row): boolean => UNSETTLED.includes(row.state) && !isHeldByRemovedShop(world, row);
    if (!rows.some(isWaiting)) return rest(world, STEP_MS);
    await rest(world, STEP_MS);
  }
  const rows = (await readRows(world)).filter((row) => UNSETTLED.includes(row.state));
  throw new Violation(
    `Nobody will ever settle ${rows.map((row) => `${row.number} (${row.operation}/${row.state}, due ${row.dueAt})`).join(", ")}`,
  );
}

/** Held by the switch of a removed instance, which can't be turned on any more: a person has to send it. */
function isHeldByRemovedShop(world: World, row: Row): boolean {
  const isRemoved = world.shops.some((shop) => shop.isRemoved && shop.instanceId === row.instanceId);
  return isRemoved && row.state === "held" && readError(row.error)?.category === "integration_disabled";
}

/** Events whose record could not be read are retried after at most an hour: reads are metered. */
async function waitForEvents(world: World): Promise<void> {
  const open = async (): Promise<number> => world.db.$count(intuitEvents, isNull(intuitEvents.doneAt));
  for (let step = 0; step < MAX_EVENT_STEPS; step += 1) {
    if ((await open()) === 0) return rest(world, STEP_MS);
    await rest(world, STEP_MS);
  }
  throw new Violation(`${await open()} of Intuit's events are never read`);
}

/** Does what a person would do: sends unsent invoices, and follows the remedies of errors. Returns whether there was anything to do. */
async function actOnErrors(world: World): Promise<boolean> {
  const rows = (await readRows(world)).filter(
    (row) => ["not_sent", "failed"].includes(row.state) || isHeldByRemovedShop(world, row),
  );
  for (const row of rows) {
    const now = new Date();
    const error = readError(row.error);
    if (row.state === "failed") checkIsReason(world, row, error);
    const context = { env: world.env, config: world.config, db: world.db, now };
    if (row.state === "failed" && error?.fix?.action === "choose_number") {
      await world.complete(world.spawn("another number", () => useAnotherNumber(context, row, suggestNumber(row))));
    } else if (row.state === "failed" && error?.fix?.action === "reactivate") {
      await world.complete(world.spawn("active again", () => makeActiveAgain(context, row)));
    } else {
      await world.complete(world.spawn("send by hand", () => sendInvoices(world.env, world.db, [row.id], now)));
    }
  }
  return rows.length > 0;
}

/** A person is only asked to act if something was wrong: QuickBooks said so, or our workers died. */
function checkIsReason(world: World, row: Row, error: PushError | null): void {
  const what = `Invoice ${row.number} (${row.operation}/failed, ${error?.category}: ${error?.message})`;
  demand(error !== null && !error.retryable, `${what} would have gone on by itself`);
  if (error.category === "internal")
    return demand(world.deaths >= MAX_OPEN_CLAIMS, `${what} failed by a fault of ours`);
  // Our own look-up finds what somebody took away, before QuickBooks could refuse it or Intuit has reported it.
  if (error.category === "inactive_reference" && world.books.some((books) => books.hasTakenAway)) return;
  const isRefused = world.network.refusals.has(error.code ?? "") || world.network.refusals.has("403");
  demand(isRefused || world.network.unanswered >= MANY_UNANSWERED, `${what} failed, and nothing was wrong with it`);
}
