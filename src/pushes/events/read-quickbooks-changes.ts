/**
 * Handles what people did in QuickBooks, as reported by Intuit's webhooks (docs/contract.md, section 7). A run takes pages
 * of due events and reads each payment and each invoice in them once, two at a time, so that pushes get their turn as
 * well. An event stays open until its record was read; of the errors only 610 counts as an answer. Never writes to
 * QuickBooks.
 */
import { and, eq, sql } from "drizzle-orm";
import { followMerge, forgetLinksTo, recordTaxable } from "../../mapping/links.ts";
import { companyLists } from "../../connections/schema.ts";
import { markCompanyDue } from "../../connections/store.ts";
import { causeText } from "../../platform/cause.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import type { QuickBooks } from "../../quickbooks/client.ts";
import { SUBSCRIPTION_LAPSED } from "../../quickbooks/codes.ts";
import { QuickBooksError, isRefusedWith } from "../../quickbooks/faults.ts";
import { readInvoice } from "../../quickbooks/invoices.ts";
import { readPayment } from "../../quickbooks/payments.ts";
import {
  type EventResult,
  type IntuitEventRow,
  mayBeOfOpenCreate,
  nextEventDueAt,
  openCreatesSince,
  postponeDueEvents,
  readDeletedIds,
  readPaid,
  releaseParkedEvents,
  takeDueEvents,
  writeEventResults,
} from "./intuit-events.ts";
import type { Share } from "../queue/invocation.ts";
import { type ReportedChange, followInvoiceChange } from "./follow-invoice-change.ts";
import { type PushContext, quickBooksOf } from "../push-context.ts";
import { pushes } from "../schema.ts";

const MAX_EVENTS_PER_PAGE = 50;
const READS_AT_ONCE = 2;
/** An event whose record could not be read is retried after half its age, within these bounds: reads are metered. */
const MIN_LOOK_AGAIN_MS = 10_000;
const MAX_LOOK_AGAIN_MS = 3_600_000;
/** If QuickBooks can't be reached, events not tried yet wait at most this long: one read is enough to find out. */
const MAX_PAUSE_MS = 60_000;
/** Even if the gate opens sooner, a run is not worth it before this time. */
const MIN_PAUSE_MS = 5_000;
/** Another writer changed the invoice at the same time. */
const RACED_MS = 2_000;

const LINK_KINDS = { customer: "customer", item: "item", account: "account" } as const;
const LIST_KINDS = { customer: "customer", account: "account" } as const;

/** What a run may use of the invocation: its connections, and whether it may begin another read. */
export interface ReadingBudget {
  share: Share;
  mayBegin: () => boolean;
}

/** One page of events taken by this run. */
interface Page {
  context: PushContext;
  qb: QuickBooks;
  budget: ReadingBudget;
  results: Map<IntuitEventRow, EventResult>;
  /** See `openCreatesSince`. */
  openSince: number | null;
  /** When the events not tried are due, if QuickBooks can't be read now (epoch ms). */
  pausedUntil: number | null;
}

/** Handles the company's due events while `budget` allows. An event whose record can't be read stays open. */
export async function readQuickBooksChanges(context: PushContext, budget: ReadingBudget): Promise<void> {
  const { db, connection, now } = context;
  if (connection.state !== "connected") return;
  await releaseParkedEvents(db, connection, now());
  while (budget.mayBegin()) {
    const events = await takeDueEvents(db, connection.realmId, MAX_EVENTS_PER_PAGE, now());
    if (events.length === 0) return;
    const page = await readPage(context, budget, events);
    if (page.pausedUntil === null) continue;
    await postponeDueEvents(db, connection.realmId, page.pausedUntil, now());
    return;
  }
}

/** When the company's open events are due (epoch ms); null if there are none, or only a Reconnect helps. */
export async function nextChangeLookAt(
  db: Db,
  connection: PushContext["connection"],
  now: Date,
): Promise<number | null> {
  if (connection.state !== "connected") return null;
  await releaseParkedEvents(db, connection, now);
  return nextEventDueAt(db, connection.realmId);
}

async function readPage(context: PushContext, budget: ReadingBudget, events: readonly IntuitEventRow[]): Promise<Page> {
  const page: Page = {
    context,
    budget,
    qb: quickBooksOf(context),
    results: new Map(),
    openSince: await openCreatesSince(context.db, context.connection.id),
    pausedUntil: null,
  };
  try {
    for (const event of events) if (!isAboutInvoices(event)) await aboutNames(page, event);
    await readPayments(page, events);
    await readInvoices(page, events);
  } finally {
    // Only if this failed halfway: our database, or a fault in our code.
    const at = context.now().getTime() + MIN_LOOK_AGAIN_MS;
    for (const event of events) if (!page.results.has(event)) page.results.set(event, { kind: "later", at });
    await writeEventResults(context.db, page.results, context.now());
  }
  return page;
}

function isAboutInvoices({ entity }: IntuitEventRow): boolean {
  return entity === "invoice" || entity === "payment";
}

/** Customers, items, accounts and tax codes: only our own links and lists change, or when the facts are due. No read. */
async function aboutNames(page: Page, event: IntuitEventRow): Promise<void> {
  const { db, connection, now } = page.context;
  const linkKind = LINK_KINDS[event.entity as keyof typeof LINK_KINDS];
  if (linkKind && event.operation === "deleted") await forgetLinksTo(db, connection.id, linkKind, event.entityId);
  if (linkKind === "customer" && event.operation === "updated")
    await recordTaxable(db, connection.id, event.entityId, null);
  if (linkKind && event.operation === "merged") {
    const merge = { kind: linkKind, survivorId: event.entityId };
    for (const goneId of readDeletedIds(event)) await followMerge(db, connection.id, { ...merge, goneId }, now());
  }
  const listKind = LIST_KINDS[event.entity as keyof typeof LIST_KINDS];
  if (listKind) {
    await db
      .delete(companyLists)
      .where(and(eq(companyLists.connectionId, connection.id), eq(companyLists.kind, listKind)));
  }
  if (event.entity === "taxcode") await markCompanyDue(db, connection.id, now());
  page.results.set(event, { kind: "done" });
}

/** Reads each payment once, however many events it has, and stores with them which invoices it pays. */
async function readPayments(page: Page, events: readonly IntuitEventRow[]): Promise<void> {
  const unread = events.filter((event) => event.entity === "payment" && event.payment === null);
  const groups = [...Map.groupBy(unread, (event) => event.entityId)];
  await eachTwo(page, groups, async ([id, group]) => {
    const payment = await page.budget.share.run(() => readPayment(page.qb, id));
    const { date, invoiceIds } = payment ?? { date: null, invoiceIds: [] };
    for (const event of group) event.payment = JSON.stringify({ date, invoiceIds });
  });
}

async function readInvoices(page: Page, events: readonly IntuitEventRow[]): Promise<void> {
  const touched = new Map<string, { reported: ReportedChange; group: IntuitEventRow[] }>();
  for (const event of events) {
    if (page.results.has(event) || !isAboutInvoices(event)) continue;
    const paid = event.entity === "payment" ? readPaid(event) : { date: null, invoiceIds: [event.entityId] };
    if (paid === null) continue;
    if (paid.invoiceIds.length === 0) page.results.set(event, { kind: "done" });
    for (const id of new Set(paid.invoiceIds)) {
      const known = touched.get(id) ?? { reported: nothingOf(id), group: [] };
      touched.set(id, { reported: withEvent(known.reported, event, paid.date), group: [...known.group, event] });
    }
  }
  const ours = await ownIds(page.context, [...touched.keys()]);
  const others = [...touched].filter(([id]) => !ours.has(id));
  for (const [, { group }] of others) parkOrDrop(page, group);
  await eachTwo(
    page,
    [...touched].filter(([id]) => ours.has(id)).map(([id, { reported, group }]) => [id, group, reported] as const),
    async ([, group, reported]) => {
      const { db, connection, now } = page.context;
      const read = (id: string) => page.budget.share.run(() => readInvoice(page.qb, id));
      const end = await followInvoiceChange({ db, connection, now, read }, reported);
      if (end === "unknown") return parkOrDrop(page, group);
      for (const event of group) {
        if (end === "done") decide(page, event, { kind: "done" });
        else if (end === "raced") decide(page, event, { kind: "later", at: now().getTime() + RACED_MS });
        else decide(page, event, { kind: "later", at: now().getTime() + halfAge(event, now(), MAX_PAUSE_MS) });
      }
    },
  );
}

/** An open create may turn out to have that ID; otherwise the invoice is not ours. */
function parkOrDrop(page: Page, group: readonly IntuitEventRow[]): void {
  for (const event of group)
    decide(page, event, { kind: mayBeOfOpenCreate(event, page.openSince) ? "parked" : "done" });
}

/** A payment can pay several invoices: it is done when all of them are. */
function decide(page: Page, event: IntuitEventRow, result: EventResult): void {
  const before = page.results.get(event);
  const rank = { done: 0, parked: 1, later: 2 };
  if (before === undefined || rank[result.kind] > rank[before.kind]) page.results.set(event, result);
}

/**
 * Runs `work` for each group of events, two at a time, until time or statements are used up or QuickBooks can't be
 * reached. A group that fails is postponed on its own: the company's other events don't wait for it.
 */
async function eachTwo<T extends readonly [string, readonly IntuitEventRow[], ...unknown[]]>(
  page: Page,
  groups: readonly T[],
  work: (group: T) => Promise<void>,
): Promise<void> {
  const waiting = [...groups];
  const worker = async (): Promise<void> => {
    while (page.pausedUntil === null && page.budget.mayBegin()) {
      const group = waiting.shift();
      if (group === undefined) return;
      try {
        await work(group);
      } catch (cause) {
        notRead(page, group[1], cause);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(READS_AT_ONCE, groups.length) }, worker));
  const at = page.pausedUntil ?? page.context.now().getTime();
  for (const [, events] of waiting) for (const event of events) decide(page, event, { kind: "later", at });
}

function notRead(page: Page, group: readonly IntuitEventRow[], cause: unknown): void {
  const { connection, now } = page.context;
  const entity = group[0]?.entity;
  log("intuit_event.failed", { connectionId: connection.id, entity, cause: causeText(cause) });
  const failure = cause instanceof QuickBooksError ? cause.failure : null;
  const gateOpensAt =
    failure?.kind === "waiting" ? failure.until : failure?.kind === "not_connected" ? failure.retryAt : null;
  for (const event of group) {
    const at = gateOpensAt ?? now().getTime() + halfAge(event, now(), MAX_LOOK_AGAIN_MS);
    page.results.set(event, { kind: "later", at: Math.max(at, now().getTime() + MIN_PAUSE_MS) });
  }
  // This read was refused, or our own code failed: the other events can still be read.
  if (failure === null || (failure.kind === "refused" && !isRefusedWith(cause, SUBSCRIPTION_LAPSED))) return;
  const [oldest] = group;
  const pauseMs = oldest ? halfAge(oldest, now(), MAX_PAUSE_MS) : MAX_PAUSE_MS;
  page.pausedUntil = Math.max(gateOpensAt ?? now().getTime() + pauseMs, now().getTime() + MIN_PAUSE_MS);
}

/** Half the time since the event was received, within bounds, in ms. */
function halfAge(event: IntuitEventRow, now: Date, maxMs: number): number {
  const ageMs = now.getTime() - Date.parse(event.receivedAt);
  return Math.min(maxMs, Math.max(MIN_LOOK_AGAIN_MS, ageMs / 2));
}

function nothingOf(qboInvoiceId: string): ReportedChange {
  return { qboInvoiceId, eventAt: "", isVoid: false, isPayment: false, paidOn: null };
}

function withEvent(reported: ReportedChange, event: IntuitEventRow, paidOn: string | null): ReportedChange {
  return {
    qboInvoiceId: reported.qboInvoiceId,
    eventAt: event.eventAt > reported.eventAt ? event.eventAt : reported.eventAt,
    isVoid: reported.isVoid || (event.entity === "invoice" && event.operation === "voided"),
    isPayment: reported.isPayment || event.entity === "payment",
    paidOn: paidOn !== null && (reported.paidOn === null || paidOn > reported.paidOn) ? paidOn : reported.paidOn,
  };
}

/** The IDs among these that belong to our rows of the company. */
async function ownIds({ db, connection }: PushContext, qboIds: readonly string[]): Promise<Set<string>> {
  if (qboIds.length === 0) return new Set();
  const rows = await db
    .select({ id: pushes.qboInvoiceId })
    .from(pushes)
    .where(
      and(
        eq(pushes.kind, "invoice"),
        eq(pushes.connectionId, connection.id),
        sql`${pushes.qboInvoiceId} IN (SELECT value FROM json_each(${JSON.stringify(qboIds)}))`,
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}
