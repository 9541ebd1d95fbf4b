/**
 * What people did in QuickBooks, as Intuit's webhooks tell (docs/contract.md, section 7). A run takes pages of the
 * events that are due and reads each payment and each invoice in them once, two at a time, so that pushes have their
 * turn beside it. An event stays open until it was read: only 610 is an answer. Nothing is ever written to QuickBooks
 * here.
 */
import { and, eq, sql } from "drizzle-orm";
import { followMerge, forgetLinksTo } from "../../mapping/links.ts";
import { companyLists } from "../../connections/schema.ts";
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
/** An event that could not be read is looked at again after half its age, within these bounds: reads are metered. */
const MIN_LOOK_AGAIN_MS = 10_000;
const MAX_LOOK_AGAIN_MS = 3_600_000;
/** Where QuickBooks itself can't be reached, the events that were not tried wait at most so long: one read then tells. */
const MAX_PAUSE_MS = 60_000;
/** The gate says when it opens again; sooner than this it is not worth a run. */
const MIN_PAUSE_MS = 5_000;
/** Somebody else wrote the invoice just now. */
const RACED_MS = 2_000;

const LINK_KINDS = { customer: "customer", item: "item", account: "account" } as const;
const LIST_KINDS = { customer: "customer", account: "account", taxcode: "tax_code" } as const;

/** How a run may use the invocation: its connections, and whether it may begin another read. */
export interface ReadingBudget {
  share: Share;
  mayBegin: () => boolean;
}

/** One page of events in the hands of this run. */
interface Page {
  context: PushContext;
  qb: QuickBooks;
  leave: ReadingBudget;
  results: Map<IntuitEventRow, EventResult>;
  /** See `openCreatesSince`. */
  openSince: number | null;
  /** When those events are due that were not tried, since QuickBooks can't be read now (epoch ms). */
  pausedUntil: number | null;
}

/** Deals with the company's events that are due, as long as `leave` allows. One that can't be read stays open. */
export async function readQuickBooksChanges(context: PushContext, leave: ReadingBudget): Promise<void> {
  const { db, connection, now } = context;
  if (connection.state !== "connected") return;
  await releaseParkedEvents(db, connection, now());
  while (leave.mayBegin()) {
    const events = await takeDueEvents(db, connection.realmId, MAX_EVENTS_PER_PAGE, now());
    if (events.length === 0) return;
    const page = await readPage(context, leave, events);
    if (page.pausedUntil === null) continue;
    await postponeDueEvents(db, connection.realmId, page.pausedUntil, now());
    return;
  }
}

/** When the company's open events are to be looked at (epoch ms); null where there are none, or only a Reconnect helps. */
export async function nextChangeLookAt(
  db: Db,
  connection: PushContext["connection"],
  now: Date,
): Promise<number | null> {
  if (connection.state !== "connected") return null;
  await releaseParkedEvents(db, connection, now);
  return nextEventDueAt(db, connection.realmId);
}

async function readPage(context: PushContext, leave: ReadingBudget, events: readonly IntuitEventRow[]): Promise<Page> {
  const page: Page = {
    context,
    leave,
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
    // Only where this failed halfway: our database, or a fault of ours.
    const at = context.now().getTime() + MIN_LOOK_AGAIN_MS;
    for (const event of events) if (!page.results.has(event)) page.results.set(event, { kind: "later", at });
    await writeEventResults(context.db, page.results, context.now());
  }
  return page;
}

function isAboutInvoices({ entity }: IntuitEventRow): boolean {
  return entity === "invoice" || entity === "payment";
}

/** Customers, items and accounts: only what we remember of them changes. No read. */
async function aboutNames(page: Page, event: IntuitEventRow): Promise<void> {
  const { db, connection, now } = page.context;
  const linkKind = LINK_KINDS[event.entity as keyof typeof LINK_KINDS];
  if (linkKind && event.operation === "deleted") await forgetLinksTo(db, connection.id, linkKind, event.entityId);
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
  page.results.set(event, { kind: "done" });
}

/** Reads each payment once, whatever number of events it has, and keeps with them which invoices it is for. */
async function readPayments(page: Page, events: readonly IntuitEventRow[]): Promise<void> {
  const unread = events.filter((event) => event.entity === "payment" && event.payment === null);
  const groups = [...Map.groupBy(unread, (event) => event.entityId)];
  await eachTwo(page, groups, async ([id, group]) => {
    const payment = await page.leave.share.run(() => readPayment(page.qb, id));
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
  for (const [, { group }] of others) noRowHasIt(page, group);
  await eachTwo(
    page,
    [...touched].filter(([id]) => ours.has(id)).map(([id, { reported, group }]) => [id, group, reported] as const),
    async ([, group, reported]) => {
      const { db, connection, now } = page.context;
      const read = (id: string) => page.leave.share.run(() => readInvoice(page.qb, id));
      const end = await followInvoiceChange({ db, connection, now, read }, reported);
      if (end === "unknown") return noRowHasIt(page, group);
      for (const event of group) {
        if (end === "done") decide(page, event, { kind: "done" });
        else if (end === "raced") decide(page, event, { kind: "later", at: now().getTime() + RACED_MS });
        else decide(page, event, { kind: "later", at: now().getTime() + halfAge(event, now(), MAX_PAUSE_MS) });
      }
    },
  );
}

/** The answer of a create that is open may bring that very ID; else it is none of ours. */
function noRowHasIt(page: Page, group: readonly IntuitEventRow[]): void {
  for (const event of group)
    decide(page, event, { kind: mayBeOfOpenCreate(event, page.openSince) ? "parked" : "done" });
}

/** A payment can be for several invoices: it is done with when all of them are. */
function decide(page: Page, event: IntuitEventRow, result: EventResult): void {
  const before = page.results.get(event);
  const rank = { done: 0, parked: 1, later: 2 };
  if (before === undefined || rank[result.kind] > rank[before.kind]) page.results.set(event, result);
}

/**
 * Works for each group of events, two at once, until time or statements are used up or QuickBooks can't be reached. One
 * group that fails is put off by itself: the company's others don't wait for it.
 */
async function eachTwo<T extends readonly [string, readonly IntuitEventRow[], ...unknown[]]>(
  page: Page,
  groups: readonly T[],
  work: (group: T) => Promise<void>,
): Promise<void> {
  const waiting = [...groups];
  const worker = async (): Promise<void> => {
    while (page.pausedUntil === null && page.leave.mayBegin()) {
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
  // Refused for what it is, or a fault of ours: the others may be read all the same.
  if (failure === null || (failure.kind === "refused" && !isRefusedWith(cause, SUBSCRIPTION_LAPSED))) return;
  const [oldest] = group;
  const pauseMs = oldest ? halfAge(oldest, now(), MAX_PAUSE_MS) : MAX_PAUSE_MS;
  page.pausedUntil = Math.max(gateOpensAt ?? now().getTime() + pauseMs, now().getTime() + MIN_PAUSE_MS);
}

/** Half of how long ago the event came in, within bounds. ms */
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

/** Those of the IDs that rows of the company have. */
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
