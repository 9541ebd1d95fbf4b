/**
 * Takes the rules of exactly once out, one at a time (architecture.md, section 3): each function here stands in for one
 * of the product's and does as if the rule were not there, while its name is in `broken`. Tests only; the product has no
 * such switches.
 */
import { and, eq, sql } from "drizzle-orm";
import { RealmGate } from "../../src/connections/realm-gate.ts";
import { invoices } from "../../src/invoices/schema.ts";
import type { Db } from "../../src/platform/db.ts";

type Known = typeof import("../../src/inbox/known.ts");
type StoreDelivery = typeof import("../../src/inbox/store-delivery.ts");
type Store = typeof import("../../src/pushes/store.ts");
type Backoff = typeof import("../../src/pushes/backoff.ts");
type FailureOutcome = typeof import("../../src/pushes/failure-outcome.ts");
type Mark = typeof import("../../src/pushes/mark.ts");
type ToQboInvoice = typeof import("../../src/pushes/to-qbo-invoice.ts");
type EarlierSends = typeof import("../../src/pushes/earlier-sends.ts");
type Enqueue = typeof import("../../src/pushes/enqueue.ts");
type Invoices = typeof import("../../src/quickbooks/invoices.ts");
type Customers = typeof import("../../src/quickbooks/customers.ts");
type Items = typeof import("../../src/quickbooks/items.ts");

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
  | "an alarm is never moved behind what was armed";

/** The rule that is out of force just now. */
let broken: Break | null = null;

export function breakRule(rule: Break | null): void {
  broken = rule;
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
    return real.storeDelivery(...given).catch(() => given[5]);
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
  return { ...real, mayResend: (...given) => isOut("150 s before a resend") || real.mayResend(...given) };
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
    findMark: (note, invoiceId) =>
      isOut("only our mark adopts") ? { invoiceId, revision: null } : real.findMark(note, invoiceId),
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
    findEarlierSend: async (push) => (isOut("no answer means unknown") ? null : real.findEarlierSend(push)),
  };
}

let tries = 0;

export function withoutInvoices(real: Invoices): Invoices {
  return {
    ...real,
    createInvoice: (qb, bytes, requestId) => {
      tries += 1;
      return real.createInvoice(qb, bytes, isOut("a retry keeps its request ID") ? `${requestId}-${tries}` : requestId);
    },
    findInvoicesByNumbers: async (...given) => {
      const found = real.findInvoicesByNumbers(...given);
      return isOut("a failed look-up says nothing") ? found.catch(() => []) : found;
    },
    findInvoicesCreatedSince: async (...given) => {
      const found = real.findInvoicesCreatedSince(...given);
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

function isOut(rule: Break): boolean {
  return broken === rule;
}
