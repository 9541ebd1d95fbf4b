/**
 * What people did to our invoices in QuickBooks, as Intuit's webhooks tell (contract.md section 7): voided, deleted,
 * another total, paid. Each event costs at most one read; echoes of our own writes are recognised by their time and
 * cost none. An event stays open until it was read. Nothing is ever written to QuickBooks here.
 */
import { and, asc, eq, isNull } from "drizzle-orm";
import { forgetLinksTo } from "../connections/links.ts";
import { companyLists } from "../connections/schema.ts";
import type { InvoiceRow } from "../invoices/invoice.ts";
import { invoices } from "../invoices/schema.ts";
import { refreshIsInvoiced } from "../orders/store.ts";
import { causeText } from "../platform/cause.ts";
import { type Db, runBatch, tookHold } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import { formatMinor, toMinor } from "../platform/money.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { isVoided, isZero, readInvoice } from "../quickbooks/invoices.ts";
import { readPayment } from "../quickbooks/payments.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import type { Warning } from "./error.ts";
import { goneInQuickBooks, isoOrNull, minute, withWarning } from "./gone.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";
import { intuitEvents } from "./schema.ts";

const MAX_EVENTS_PER_RUN = 50;
/** An event that could not be read is looked at again after half its age, within these bounds: reads are metered. */
const MIN_LOOK_AGAIN_MS = 10_000;
const MAX_LOOK_AGAIN_MS = 3_600_000;
const CHANGED_IN_QUICKBOOKS = "changed_in_quickbooks";

type Event = typeof intuitEvents.$inferSelect;
const LINK_KINDS = { customer: "customer", item: "item", account: "account" } as const;
const LIST_KINDS = { customer: "customer", account: "account", taxcode: "tax_code" } as const;

/** Works off the events of the company that are open; one that can't be read now stays open for a later run. */
export async function readQuickBooksChanges(context: PushContext): Promise<void> {
  const { db, connection, now } = context;
  const events = await listOpen(db, connection.realmId, MAX_EVENTS_PER_RUN);
  if (events.length === 0 || connection.state !== "connected") return;
  const qb = quickBooksOf(context);
  for (const event of events) {
    try {
      if (!(await handle(context, qb, event))) continue;
    } catch (cause) {
      log("intuit_event.failed", { connectionId: connection.id, entity: event.entity, cause: causeText(cause) });
      // QuickBooks or our storage can't be reached at the moment: the others would only cost a read each, too.
      if (!isHopeless(cause)) return;
    }
    await db.update(intuitEvents).set({ doneAt: now().toISOString() }).where(eq(intuitEvents.id, event.id));
  }
}

/** Refused by a rule, or an amount that is none: the same again would end the same. */
function isHopeless(cause: unknown): boolean {
  return cause instanceof QuickBooksError ? cause.failure.kind === "refused" : cause instanceof RangeError;
}

/** When the company's open events are to be looked at (epoch ms); null where there are none, or only a Reconnect helps. */
export async function nextChangeLookAt(
  db: Db,
  connection: PushContext["connection"],
  now: Date,
): Promise<number | null> {
  if (connection.state !== "connected") return null;
  const open = await listOpen(db, connection.realmId, MAX_EVENTS_PER_RUN + 1);
  const [oldest] = open;
  if (!oldest) return null;
  if (open.length > MAX_EVENTS_PER_RUN) return now.getTime();
  const ageMs = now.getTime() - Date.parse(oldest.receivedAt);
  return now.getTime() + Math.min(MAX_LOOK_AGAIN_MS, Math.max(MIN_LOOK_AGAIN_MS, ageMs / 2));
}

function listOpen(db: Db, realmId: string, limit: number): Promise<Event[]> {
  return db
    .select()
    .from(intuitEvents)
    .where(and(eq(intuitEvents.realmId, realmId), isNull(intuitEvents.doneAt)))
    .orderBy(asc(intuitEvents.receivedAt))
    .limit(limit);
}

/** Answers whether the event is done with. */
async function handle(context: PushContext, qb: QuickBooks, event: Event): Promise<boolean> {
  const { db, connection } = context;
  const entity = event.entity.toLowerCase();
  if (entity === "invoice") return handleInvoice(context, qb, event, event.entityId, null);
  if (entity === "payment") {
    const payment = await readPayment(qb, event.entityId);
    const results = await Promise.all(
      (payment?.invoiceIds ?? []).map((id) => handleInvoice(context, qb, event, id, payment?.date ?? null)),
    );
    return results.every(Boolean);
  }
  const linkKind = LINK_KINDS[entity as keyof typeof LINK_KINDS];
  if (linkKind && ["deleted", "merged"].includes(event.operation))
    await forgetLinksTo(db, connection.id, linkKind, event.entityId);
  const listKind = LIST_KINDS[entity as keyof typeof LIST_KINDS];
  if (listKind) {
    await db
      .delete(companyLists)
      .where(and(eq(companyLists.connectionId, connection.id), eq(companyLists.kind, listKind)));
  }
  return true;
}

async function handleInvoice(
  context: PushContext,
  qb: QuickBooks,
  { eventAt, operation }: Event,
  qboInvoiceId: string,
  paidOn: string | null,
): Promise<boolean> {
  const { db, connection } = context;
  const [row] = await db
    .select()
    .from(invoices)
    .where(and(eq(invoices.connectionId, connection.id), eq(invoices.qboInvoiceId, qboInvoiceId)))
    .limit(1);
  if (!row || row.state === "voided") return true;
  // A push of it is under way: its answer will tell more than this event does.
  if (row.state === "sending" || row.state === "unknown") return false;
  const isKnown = row.qboLastUpdatedAt !== null && Date.parse(eventAt) <= Date.parse(row.qboLastUpdatedAt);
  // We make no payments, so a payment is nobody's echo: its date is news even where the balance is known already.
  if (isKnown && paidOn !== null && row.qboBalanceMinor === 0) return write(db, row, { paidOn }, context.now());
  if (isKnown && paidOn === null) return true;
  const found = await readInvoice(qb, qboInvoiceId);
  const isGone = found === null || isVoided(found) || (operation === "voided" && isZero(found.totalAmount));
  const patch = isGone ? goneInQuickBooks(row, found, eventAt) : changed(row, found, { eventAt, paidOn });
  return write(db, row, patch, context.now());
}

/** Writes it, unless the row changed meanwhile; then the event stays open. */
async function write(db: Db, row: InvoiceRow, patch: Partial<InvoiceRow>, now: Date): Promise<boolean> {
  const [updated] = await runBatch(db, [
    db
      .update(invoices)
      .set({ ...patch, updatedAt: now.toISOString(), rowVersion: row.rowVersion + 1 })
      .where(and(eq(invoices.id, row.id), eq(invoices.rowVersion, row.rowVersion)))
      .returning({ id: invoices.id }),
    refreshIsInvoiced(db, row.orderId),
  ]);
  return tookHold(updated);
}

function changed(
  row: InvoiceRow,
  found: Invoice,
  told: { eventAt: string; paidOn: string | null },
): Partial<InvoiceRow> {
  const total = toMinor(found.totalAmount, row.currency);
  const balance = toMinor(found.balance, row.currency);
  const before = row.qboTotalMinor ?? row.totalMinor;
  const money = (minor: number) => `${formatMinor(minor, row.currency)} ${row.currency}`;
  const warning: Warning = {
    code: CHANGED_IN_QUICKBOOKS,
    message: `The total was changed in QuickBooks from ${money(before)} to ${money(total)} on ${minute(told.eventAt)}.`,
  };
  const isPaid = total > 0 && balance === 0;
  const paidOn = told.paidOn ?? row.paidOn ?? (found.lastUpdatedAt ?? told.eventAt).slice(0, 10);
  return {
    qboSyncToken: found.syncToken,
    qboTotalMinor: total,
    qboBalanceMinor: balance,
    qboLastUpdatedAt: isoOrNull(found.lastUpdatedAt),
    paidOn: isPaid ? paidOn : null,
    ...(total === before ? {} : { warnings: JSON.stringify(withWarning(row, warning)) }),
  };
}
