/**
 * Takes the rules of exactly once out, one at a time (architecture.md, section 3): each function here stands in for one
 * of the product's and does as if the rule were not there, while its name is in `broken`. Tests only; the product has no
 * such switches.
 */
import { and, eq, sql } from "drizzle-orm";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { invoices } from "../../src/invoices/schema.ts";
import type { Db } from "../../src/platform/db.ts";
import type { Invoice } from "../../src/quickbooks/wire.ts";

type Known = typeof import("../../src/inbox/known.ts");
type StoreDelivery = typeof import("../../src/inbox/store-delivery.ts");
type Store = typeof import("../../src/pushes/store.ts");
type Backoff = typeof import("../../src/pushes/backoff.ts");
type FailureOutcome = typeof import("../../src/pushes/failure-outcome.ts");
type Mark = typeof import("../../src/mapping/mark.ts");
type ToQboInvoice = typeof import("../../src/mapping/to-qbo-invoice.ts");
type EarlierSends = typeof import("../../src/pushes/earlier-sends.ts");
type ArmedTimes = typeof import("../../src/connections/armed-times.ts");
type Enqueue = typeof import("../../src/pushes/enqueue.ts");
type Invoices = typeof import("../../src/quickbooks/invoices.ts");
type Customers = typeof import("../../src/quickbooks/customers.ts");
type Items = typeof import("../../src/quickbooks/items.ts");
type Accounts = typeof import("../../src/quickbooks/accounts.ts");
type Outcomes = typeof import("../../src/pushes/outcome.ts");
type ExplainDuplicate = typeof import("../../src/pushes/explain-duplicate.ts");
type IntuitEvents = typeof import("../../src/pushes/intuit-events.ts");
type InvoiceChange = typeof import("../../src/pushes/invoice-change.ts");

export type Break =
  | "concurrent deliveries are told apart"
  | "202 only after the commit"
  | "a lease is respected"
  | "the fence guards renewing and freezing"
  | "the fence guards settling"
  | "what went out and lost its worker is unknown"
  | "a retry keeps its request ID"
  | "an update has a request ID of its own"
  | "other bytes after a refusal have a new request ID"
  | "every invoice carries our mark"
  | "no answer means unknown"
  | "150 s before a resend"
  | "a failed look-up says nothing"
  | "only our mark adopts"
  | "customers are looked up again"
  | "items are looked up again"
  | "exhausted claims are parked"
  | "alarms are set before the write"
  | "an alarm is never moved behind what was armed"
  | "nothing goes out long after its freeze"
  | "a refused resend says nothing of the first send"
  | "a look is judged by when it was asked"
  | "the last look is a new one"
  | "a deferred resend is the same bytes"
  | "numbers change: it is looked for by customer, too"
  | "another total or customer is a warning"
  | "an update is known by its revision"
  | "our own mark adopts at a duplicate number"
  | "only what is free can be linked"
  | "accounts are looked up again"
  | "a deferral is an outcome"
  | "events of an open create are kept"
  | "a read that fails keeps the event"
  | "what a resend brings back is read"
  | "the alarm stands at the smallest armed time";

/** The rule that is out of force just now. */
let broken: Break | null = null;

export function breakRule(rule: Break | null): void {
  broken = rule;
  remembered.clear();
}

export function withoutKnown(real: Known): Known {
  return {
    ...real,
    stillStands: (...given) =>
      broken === "concurrent deliveries are told apart" ? sql`1` : real.stillStands(...given),
  };
}

export function withoutStoreDelivery(real: StoreDelivery): StoreDelivery {
  const storeDelivery: StoreDelivery["storeDelivery"] = async (...given) => {
    if (broken !== "202 only after the commit") return real.storeDelivery(...given);
    return real.storeDelivery(...given).catch(() => given[1].eventId);
  };
  return { ...real, storeDelivery };
}

export function withoutStore(real: Store): Store {
  const asHolder = async <T extends { id: string; fence: number }>(db: Db, row: T): Promise<T> => ({
    ...row,
    fence: (await real.findRow(db, row.id))?.fence ?? row.fence,
  });
  return {
    ...real,
    renew: async (db, row, now) =>
      real.renew(db, isOut("the fence guards renewing and freezing") ? await asHolder(db, row) : row, now),
    freeze: async (db, row, frozen, now) => {
      const holder = isOut("the fence guards renewing and freezing") ? await asHolder(db, row) : row;
      const keepsRevision =
        isOut("an update has a request ID of its own") || isOut("other bytes after a refusal have a new request ID");
      const revision = keepsRevision ? row.revision : frozen.revision;
      return real.freeze(db, holder, { ...frozen, revision }, now);
    },
    settleRow: async (db, claimed, ...rest) => {
      const current = isOut("the fence guards settling") ? await real.findRow(db, claimed.id) : null;
      return real.settleRow(db, current ?? claimed, ...rest);
    },
    requeueExpired: async (db, connectionId, now) => {
      if (isOut("a lease is respected")) return requeue(db, connectionId, now, sql`1`);
      if (isOut("what went out and lost its worker is unknown"))
        return requeue(db, connectionId, now, sql`due_at <= ${now.toISOString()}`);
      return real.requeueExpired(db, connectionId, now);
    },
    listInterrupted: async (...given) =>
      isOut("what went out and lost its worker is unknown") ? [] : real.listInterrupted(...given),
    findHolderOf: async (...given) => (isOut("only what is free can be linked") ? null : real.findHolderOf(...given)),
    listExhausted: async (...given) => (isOut("exhausted claims are parked") ? [] : real.listExhausted(...given)),
  };
}

async function requeue(db: Db, connectionId: string, now: Date, condition: ReturnType<typeof sql>): Promise<number> {
  const rows = await db
    .update(invoices)
    .set({ state: "queued", dueAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(and(eq(invoices.connectionId, connectionId), eq(invoices.state, "sending"), condition))
    .returning({ id: invoices.id });
  return rows.length;
}

export function withoutBackoff(real: Backoff): Backoff {
  return {
    ...real,
    get MAX_FREEZE_TO_SEND_MS() {
      // As long as any story lasts.
      return (isOut("nothing goes out long after its freeze") ? 1e9 : real.MAX_FREEZE_TO_SEND_MS) as 10_000;
    },
    mayResend: (askedAt, sentAt) =>
      isOut("150 s before a resend") ||
      real.mayResend(isOut("a look is judged by when it was asked") ? new Date() : askedAt, sentAt),
  };
}

export function withoutOutcome(real: Outcomes): Outcomes {
  return {
    ...real,
    settle: (row, outcome, following) => {
      const isFirst = outcome.kind === "refused" && isOut("a refused resend says nothing of the first send");
      const patch = real.settle(isFirst ? { ...row, unansweredCount: 0 } : row, outcome, following);
      if (outcome.kind === "later" && isOut("a deferral is an outcome"))
        return { ...patch, openClaims: row.openClaims };
      if (outcome.kind === "later" && isOut("a deferred resend is the same bytes"))
        return { ...patch, frozenPayload: null, unansweredCount: 0 };
      if (outcome.kind === "accepted" && isOut("another total or customer is a warning"))
        return { ...patch, warnings: row.frozenWarnings ?? "[]" };
      return patch;
    },
  };
}

export function withoutExplainDuplicate(real: ExplainDuplicate): ExplainDuplicate {
  return {
    ...real,
    explainDuplicate: async (...given) => {
      const found = await real.explainDuplicate(...given);
      return found?.kind === "ours" && isOut("our own mark adopts at a duplicate number") ? null : found;
    },
    isAnotherOfOurs: async (...given) =>
      isOut("only what is free can be linked") ? false : real.isAnotherOfOurs(...given),
  };
}

export function withoutInvoiceChange(real: InvoiceChange): InvoiceChange {
  return {
    ...real,
    followInvoiceChange: async (...given) => {
      const end = real.followInvoiceChange(...given);
      return isOut("a read that fails keeps the event") ? end.catch(() => "done" as const) : end;
    },
  };
}

export function withoutIntuitEvents(real: IntuitEvents): IntuitEvents {
  return {
    ...real,
    openCreatesSince: async (...given) =>
      isOut("events of an open create are kept") ? null : real.openCreatesSince(...given),
  };
}

export function withoutAccounts(real: Accounts): Accounts {
  return {
    ...real,
    findAccountByName: async (...given) =>
      isOut("accounts are looked up again") ? null : real.findAccountByName(...given),
  };
}

export function withoutFailureOutcome(real: FailureOutcome): FailureOutcome {
  const judge: FailureOutcome["judge"] = (failure, subject, row, now) => {
    const isTakenForNothing = isOut("no answer means unknown") && failure.kind === "unanswered";
    return real.judge(failure, subject, isTakenForNothing ? { ...row, isSent: false } : row, now);
  };
  return { ...real, judge };
}

export function withoutMark(real: Mark): Mark {
  return {
    ...real,
    readMarks: (note) => (isOut("only what is free can be linked") ? [] : real.readMarks(note)),
    findMark: (note, invoiceId) => {
      if (isOut("only our mark adopts")) return { invoiceId, revision: null };
      const found = real.findMark(note, invoiceId);
      // As marks of former versions were: they did not name the revision.
      return found && isOut("an update is known by its revision") ? { ...found, revision: null } : found;
    },
  };
}

export function withoutToQboInvoice(real: ToQboInvoice): ToQboInvoice {
  return {
    ...real,
    toQboInvoice: (input) => {
      const mapped = real.toQboInvoice(input);
      return isOut("every invoice carries our mark")
        ? { ...mapped, json: mapped.json.replace(/bookbridge:[\w-]+\/\d+ \| /, "") }
        : mapped;
    },
  };
}

export function withoutEnqueue(real: Enqueue): Enqueue {
  return {
    ...real,
    armFor: async (...given) => (isOut("alarms are set before the write") ? undefined : real.armFor(...given)),
  };
}

/** An invoice that went out unanswered has a second net: it is looked for before it goes out under another request ID. */
export function withoutEarlierSends(real: EarlierSends): EarlierSends {
  return {
    ...real,
    findEarlierSend: async (push) => {
      const isNotLooked = isOut("no answer means unknown") || isOut("a refused resend says nothing of the first send");
      return isNotLooked ? null : real.findEarlierSend(push);
    },
  };
}

/** What the look by customer would make good is seen only where that look is missing, too. */
const WITHOUT_SECOND_NET: Break[] = [
  "numbers change: it is looked for by customer, too",
  "a look is judged by when it was asked",
  "the last look is a new one",
];

let tries = 0;
/** Answers of looks, where they are remembered. */
const remembered = new Map<string, Promise<Invoice[]>>();

/** What the creates brought back, where nobody reads it again. */
const broughtBack = new Map<string, Invoice>();

/** A look that answers as it did the first time, while it found nothing. */
function onceLooked(key: string, look: () => Promise<Invoice[]>): Promise<Invoice[]> {
  if (!isOut("the last look is a new one")) return look();
  const before = remembered.get(key) ?? look();
  remembered.set(key, before);
  return before;
}

export function withoutInvoices(real: Invoices): Invoices {
  return {
    ...real,
    createInvoice: async (qb, bytes, requestId) => {
      tries += 1;
      const sentAs = isOut("a retry keeps its request ID") ? `${requestId}-${tries}` : requestId;
      const written = await real.createInvoice(qb, bytes, sentAs);
      broughtBack.set(written.invoice.id, written.invoice);
      return written;
    },
    readInvoice: async (qb, id) => {
      const known = isOut("what a resend brings back is read") ? broughtBack.get(id) : undefined;
      return known ?? real.readInvoice(qb, id);
    },
    findInvoicesByNumbers: async (qb, numbers) => {
      const found = onceLooked(numbers.join(), () => real.findInvoicesByNumbers(qb, numbers));
      return isOut("a failed look-up says nothing") ? found.catch(() => []) : found;
    },
    findInvoicesCreatedIn: async (...given) => {
      if (WITHOUT_SECOND_NET.some(isOut)) return [];
      const found = real.findInvoicesCreatedIn(...given);
      return isOut("a failed look-up says nothing") ? found.catch(() => []) : found;
    },
  };
}

export function withoutCustomers(real: Customers): Customers {
  return {
    ...real,
    findCustomersByName: async (...given) =>
      isOut("customers are looked up again") ? [] : real.findCustomersByName(...given),
  };
}

export function withoutItems(real: Items): Items {
  return {
    ...real,
    findItemsBySku: async (...given) => (isOut("items are looked up again") ? [] : real.findItemsBySku(...given)),
    findItemsByName: async (...given) => (isOut("items are looked up again") ? [] : real.findItemsByName(...given)),
  };
}

/** A gate that sets its alarm by what it is told last, whatever was armed meanwhile. */
export class BreakableGate extends RealmGate {
  override async nextDue(atMs: number | null): Promise<void> {
    if (!isOut("an alarm is never moved behind what was armed")) return super.nextDue(atMs);
    if (atMs === null) await this.ctx.storage.deleteAlarm();
    else await this.ctx.storage.setAlarm(atMs);
  }
}

/** The latest armed time counts, not the smallest. */
export function withoutArmedTimes(real: ArmedTimes): ArmedTimes {
  class Latest extends real.ArmedTimes {
    #latest = 0;
    override add(atMs: number): void {
      this.#latest = Math.max(this.#latest, atMs);
      super.add(atMs);
    }
    override nextAfter(now: number): number | null {
      const smallest = super.nextAfter(now);
      if (!isOut("the alarm stands at the smallest armed time")) return smallest;
      return this.#latest > now ? this.#latest : null;
    }
  }
  return { ...real, ArmedTimes: Latest };
}

function isOut(rule: Break): boolean {
  return broken === rule;
}
