/**
 * Handles what people did in QuickBooks, as reported by Intuit's webhooks (docs/contract.md, section 7). A run takes pages
 * of due events and reads each payment and each document in them once, two at a time, so that pushes get their turn as
 * well. An event stays open until its record was read; of the errors only 610 counts as an answer. Never writes to
 * QuickBooks.
 */
import { and, eq, sql } from "drizzle-orm";
import type { DocumentKind, Payments } from "../../kinds/document-kind.ts";
import { KIND_NAMES, type KindName, kindOf } from "../../kinds/kinds.ts";
import { causeText } from "../../platform/cause.ts";
import type { Db } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import type { QuickBooks } from "../../quickbooks/client.ts";
import { SUBSCRIPTION_LAPSED } from "../../quickbooks/codes.ts";
import { QuickBooksError, isRefusedWith } from "../../quickbooks/faults.ts";
import {
  type EventResult,
  type IntuitEventRow,
  mayBeOfOpenCreate,
  nextEventDueAt,
  openCreatesSince,
  paidText,
  postponeDueEvents,
  readPaid,
  releaseParkedEvents,
  takeDueEvents,
  writeEventResults,
} from "./intuit-events.ts";
import type { Share } from "../queue/invocation.ts";
import { type ReportedChange, followChange } from "./follow-change.ts";
import { followNames } from "./follow-names.ts";
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
/** Another writer changed the document at the same time. */
const RACED_MS = 2_000;

/** Kinds of documents by the entity of their events, and the payments that change their balance. */
const DOCUMENTS: ReadonlyMap<string, KindName> = new Map(KIND_NAMES.map((kind) => [kindOf({ kind }).entity, kind]));
const PAYMENTS: ReadonlyMap<string, { kind: KindName; payments: Payments }> = new Map(
  KIND_NAMES.flatMap((kind) => {
    const { payments } = kindOf({ kind });
    return payments ? [[payments.entity, { kind, payments }] as const] : [];
  }),
);

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
    for (const event of events) {
      if (isAboutDocuments(event)) continue;
      await followNames(context, event);
      page.results.set(event, { kind: "done" });
    }
    await readPayments(page, events);
    await readDocuments(page, events);
  } finally {
    // Only if this failed halfway: our database, or a fault in our code.
    const at = context.now().getTime() + MIN_LOOK_AGAIN_MS;
    for (const event of events) if (!page.results.has(event)) page.results.set(event, { kind: "later", at });
    await writeEventResults(context.db, page.results, context.now());
  }
  return page;
}

function isAboutDocuments({ entity }: IntuitEventRow): boolean {
  return DOCUMENTS.has(entity) || PAYMENTS.has(entity);
}

/** Reads each payment once, however many events it has, and stores with them which documents it pays. */
async function readPayments(page: Page, events: readonly IntuitEventRow[]): Promise<void> {
  for (const [entity, { payments }] of PAYMENTS) {
    const unread = events.filter((event) => event.entity === entity && event.payment === null);
    const groups = [...Map.groupBy(unread, (event) => event.entityId)];
    await eachTwo(page, groups, async ([id, group]) => {
      const paid = await page.budget.share.run(() => payments.read(page.qb, id));
      for (const event of group) event.payment = paidText(paid);
    });
  }
}

/** All events of a page about one document, and what they report together. */
interface Touched {
  reported: ReportedChange;
  group: IntuitEventRow[];
}

async function readDocuments(page: Page, events: readonly IntuitEventRow[]): Promise<void> {
  for (const kind of KIND_NAMES) {
    const touched = touchedBy(page, events, kind);
    const ours = await ownIds(page.context, kind, [...touched.keys()]);
    for (const [id, { group }] of touched) if (!ours.has(id)) parkOrDrop(page, group);
    const groups = [...touched].filter(([id]) => ours.has(id));
    await eachTwo(
      page,
      groups.map(([id, { reported, group }]) => [id, group, reported] as const),
      ([, group, reported]) => follow(page, kindOf({ kind }), { group, reported }),
    );
  }
}

/** What the events of a page report about documents of a kind, by their IDs in QuickBooks. */
function touchedBy(page: Page, events: readonly IntuitEventRow[], kind: KindName): Map<string, Touched> {
  const touched = new Map<string, Touched>();
  for (const event of events) {
    if (page.results.has(event) || (DOCUMENTS.get(event.entity) ?? PAYMENTS.get(event.entity)?.kind) !== kind) continue;
    const paid = PAYMENTS.has(event.entity) ? readPaid(event) : { date: null, documentIds: [event.entityId] };
    if (paid === null) continue;
    if (paid.documentIds.length === 0) page.results.set(event, { kind: "done" });
    for (const id of new Set(paid.documentIds)) {
      const known = touched.get(id) ?? { reported: nothingOf(kind, id), group: [] };
      touched.set(id, { reported: withEvent(known.reported, event, paid.date), group: [...known.group, event] });
    }
  }
  return touched;
}

async function follow(page: Page, kind: DocumentKind, { group, reported }: Touched): Promise<void> {
  const { db, connection, now } = page.context;
  const read = (id: string) => page.budget.share.run(() => kind.read(page.qb, id));
  const end = await followChange({ db, connection, now, read }, reported);
  if (end === "unknown") return parkOrDrop(page, group);
  for (const event of group) {
    if (end === "done") decide(page, event, { kind: "done" });
    else if (end === "raced") decide(page, event, { kind: "later", at: now().getTime() + RACED_MS });
    else decide(page, event, { kind: "later", at: now().getTime() + halfAge(event, now(), MAX_PAUSE_MS) });
  }
}

/** An open create may turn out to have that ID; otherwise the document is not ours. */
function parkOrDrop(page: Page, group: readonly IntuitEventRow[]): void {
  for (const event of group)
    decide(page, event, { kind: mayBeOfOpenCreate(event, page.openSince) ? "parked" : "done" });
}

/** A payment can pay several documents: it is done when all of them are. */
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

function nothingOf(kind: KindName, qboId: string): ReportedChange {
  return { kind, qboId, eventAt: "", isVoid: false, isPayment: false, paidOn: null };
}

function withEvent(reported: ReportedChange, event: IntuitEventRow, paidOn: string | null): ReportedChange {
  return {
    kind: reported.kind,
    qboId: reported.qboId,
    eventAt: event.eventAt > reported.eventAt ? event.eventAt : reported.eventAt,
    isVoid: reported.isVoid || (DOCUMENTS.has(event.entity) && event.operation === "voided"),
    isPayment: reported.isPayment || PAYMENTS.has(event.entity),
    paidOn: paidOn !== null && (reported.paidOn === null || paidOn > reported.paidOn) ? paidOn : reported.paidOn,
  };
}

/** The IDs among these that belong to our rows of that kind and company. */
async function ownIds(
  { db, connection }: PushContext,
  kind: KindName,
  qboIds: readonly string[],
): Promise<Set<string>> {
  if (qboIds.length === 0) return new Set();
  const rows = await db
    .select({ id: pushes.qboId })
    .from(pushes)
    .where(
      and(
        eq(pushes.kind, kind),
        eq(pushes.connectionId, connection.id),
        sql`${pushes.qboId} IN (SELECT value FROM json_each(${JSON.stringify(qboIds)}))`,
      ),
    );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}
