/**
 * What people do in a simulated world: in Bookbridge through the functions that pages and API call, in QuickBooks directly
 * in the books.
 */
import { retireInstance } from "../../src/actions/retire-instance.ts";
import { disconnectCompany } from "../../src/actions/disconnect-company.ts";
import { createInvoices } from "../../src/actions/create-invoices.ts";
import type { InstancePatch } from "../../src/actions/instance-settings.ts";
import { changeInstance } from "../../src/actions/change-instance.ts";
import type { ActionContext, Runtime } from "../../src/app-context.ts";
import type { ConnectionSettings } from "../../src/connections/settings.ts";
import { gateOf } from "../../src/connections/gate.ts";
import { tryAgain } from "../../src/connections/kept-tokens.ts";
import { saveSettings } from "../../src/connections/store.ts";
import { orders } from "../../src/orders/schema.ts";
import { holdOrResume } from "../../src/pushes/hold-or-resume.ts";
import { linkInvoice } from "../../src/invoicing/by-hand/fix.ts";
import { sendInvoices } from "../../src/invoicing/by-hand/send-invoices.ts";
import { voidInvoice } from "../../src/invoicing/by-hand/void-invoice.ts";
import type { BookInvoice, Books } from "./books.ts";
import type { Row } from "./verdict.ts";
import type { World } from "./world.ts";
import { pushes } from "../../src/pushes/schema.ts";

export function actionContextOf(world: World): ActionContext {
  const actor = { kind: "system", id: "simulation", name: "Simulation", role: "admin" } as const;
  return { env: world.env, config: world.config, db: world.db, now: new Date(), actor };
}

/** Comes back from Intuit with a new grant for the company. Returns whether the person was shown that it worked. */
export async function reconnect(world: World, index: number): Promise<boolean> {
  const id = world.connectionIds[index] ?? "";
  const tokens = world.newTokens(index);
  // What ends while the new grant is being put in force ends the new one.
  const wasEnded = world.endedGrants.delete(index);
  world.reconnecting.add(index);
  const isDone = await world.spawn(`reconnect ${index}`, async () => {
    await tryAgain(() => gateOf(world.env, id).install(id, tokens));
    await holdOrResume(world.env, world.db, { connectionId: id }, new Date());
    return true;
  });
  world.reconnecting.delete(index);
  if (isDone === null && wasEnded) world.endedGrants.add(index);
  return isDone ?? false;
}

export async function disconnect(world: World, index: number): Promise<void> {
  world.endedGrants.add(index);
  await world.spawn(`disconnect ${index}`, () =>
    disconnectCompany(actionContextOf(world), world.connectionIds[index] ?? ""),
  );
}

export async function saveInstanceAs(world: World, patch: InstancePatch, id = world.instanceId): Promise<void> {
  await world.spawn(`instance ${JSON.stringify(patch)}`, () => changeInstance(actionContextOf(world), id, patch));
}

/** The switches of a connection; what Check configuration says against Auto invoice has tests of its own. */
export async function switchConnection(world: World, index: number, patch: Partial<ConnectionSettings>): Promise<void> {
  const id = world.connectionIds[index] ?? "";
  await world.spawn(`connection ${index} ${JSON.stringify(patch)}`, async () => {
    await saveSettings(world.db, id, patch, new Date());
    await holdOrResume(world.env, world.db, { connectionId: id }, new Date());
  });
}

export async function sendByHand(world: World, ids: readonly string[]): Promise<void> {
  await world.spawn("send by hand", () => sendInvoices(world.env, world.db, ids, new Date()));
}

export async function voidByHand(world: World, id: string): Promise<void> {
  // Also where the answer is lost: a person who asked for it is not surprised by it.
  world.voidedByHand.add(id);
  await world.spawn("void by hand", () => voidInvoice(world.env, world.db, id, new Date()));
}

/** 'Create invoice' on Fulfillment, for all that it lists. */
export async function createOnFulfillment(world: World): Promise<void> {
  const rows = await world.db.select({ id: orders.id }).from(orders).orderBy(orders.id);
  await world.spawn("create invoices", () =>
    createInvoices(
      actionContextOf(world),
      rows.map((row) => row.id),
    ),
  );
}

/**
 * Whether anybody could tell afterwards that the invoice had been there. Deleted before its create was answered it leaves
 * no trace for a look-up: only books that remember request IDs answer its second sending with the first.
 */
export async function canBeToldDeleted(world: World, invoice: BookInvoice): Promise<boolean> {
  if (world.options.books.rememberRequestIds) return true;
  const rows = await world.db.select({ qboId: pushes.qboId }).from(pushes);
  return rows.some((row) => row.qboId === invoice.Id);
}

export const DEEDS_IN_QUICKBOOKS = ["edit", "void", "delete", "pay", "pay", "renumber"] as const;

/** Somebody works in QuickBooks on an invoice of ours. */
export function workInQuickBooks(
  world: World,
  deed: (typeof DEEDS_IN_QUICKBOOKS)[number],
  books: Books,
  invoice: BookInvoice,
): void {
  const nowMs = world.time.now;
  if (invoice.isDeleted) return;
  if (deed === "pay") return books.pay(invoice, nowMs);
  world.touchedByHand.add(invoice);
  if (deed === "void") books.void(invoice, nowMs);
  else if (deed === "delete") books.touch(invoice, { isDeleted: true }, "Delete", nowMs);
  else if (deed === "renumber") books.touch(invoice, { DocNumber: `R-${invoice.Id}` }, "Update", nowMs);
  else {
    // Whoever edits what was voided takes the word off: then it lives again.
    const PrivateNote = invoice.PrivateNote.replace(/^Voided - /, "");
    const totalCents = invoice.totalCents + 100;
    const amounts = { TotalAmt: totalCents / 100, Balance: (totalCents - invoice.paidCents) / 100, totalCents };
    books.touch(invoice, { ...amounts, PrivateNote }, "Update", nowMs);
  }
}

/** Links it, and says yes if both sides differ. */
export async function linkAndConfirm(context: Runtime, row: Row): ReturnType<typeof linkInvoice> {
  const first = await linkInvoice(context, row);
  return first.ok || !first.question ? first : linkInvoice(context, row, first.question.seen);
}

/** 'Link it': a person says that the invoice which holds the number is this one. */
export async function linkByHand(world: World, row: Row): Promise<void> {
  const context = { env: world.env, config: world.config, db: world.db, now: new Date() };
  const result = await world.spawn("link", () => linkAndConfirm(context, row));
  // Also where the answer is lost: then it may have been done.
  if (result === null || result.ok) world.linkedByHand.add(row.id);
}

/** The second order system is removed; what it sent stays. */
export async function removeSecondShop(world: World): Promise<void> {
  const shop = world.shops[1];
  if (!shop) return;
  const isDone = await world.spawn("instance removed", () => retireInstance(actionContextOf(world), shop.instanceId));
  shop.isRemoved = isDone?.ok === true;
}
