/**
 * Removes the rules of exactly once, one at a time (docs/architecture.md, section 3): each function here replaces one of
 * the product's and behaves as if the rule did not exist, while broken.ts says so. This file covers inbox and pushes;
 * calls to QuickBooks are in broken-calls.ts, the gate in broken-gate.ts, ways out and waiting in broken-waiting.ts.
 */
import { and, eq, sql } from "drizzle-orm";
import type { Db } from "../../src/platform/db.ts";
import { isOut } from "./broken.ts";
import { type DocumentRow, findDocument } from "../../src/pushes/document-row.ts";
import { pushes } from "../../src/pushes/schema.ts";

type FixModule = typeof import("../../src/invoicing/by-hand/fix.ts");
type Revision = typeof import("../../src/pushes/revision.ts");
type SnapshotModule = typeof import("../../src/inbox/snapshot.ts");
type StoreDelivery = typeof import("../../src/inbox/store-delivery.ts");
type Lease = typeof import("../../src/pushes/lease.ts");
type Due = typeof import("../../src/pushes/due.ts");
type SettleRow = typeof import("../../src/pushes/settle-row.ts");
type Backoff = typeof import("../../src/pushes/backoff.ts");
type FailureOutcome = typeof import("../../src/pushes/failing/judge-failure.ts");
type Mark = typeof import("../../src/mapping/mark.ts");
type ToQboInvoice = typeof import("../../src/mapping/to-qbo-invoice.ts");
type EarlierSends = typeof import("../../src/pushes/unanswered/find-earlier-send.ts");
type Enqueue = typeof import("../../src/pushes/queue/enqueue.ts");
type Outcomes = typeof import("../../src/pushes/outcome/outcome.ts");
type ExplainDuplicate = typeof import("../../src/pushes/failing/explain-duplicate.ts");
type IntuitEvents = typeof import("../../src/pushes/events/intuit-events.ts");
type Change = typeof import("../../src/pushes/events/follow-change.ts");

export function withoutSnapshot(real: SnapshotModule): SnapshotModule {
  return {
    ...real,
    isUnchanged: (...given) => (isOut("concurrent deliveries are told apart") ? sql`1` : real.isUnchanged(...given)),
  };
}

export function withoutStoreDelivery(real: StoreDelivery): StoreDelivery {
  const storeDelivery: StoreDelivery["storeDelivery"] = async (...given) => {
    if (!isOut("202 only after the commit")) return real.storeDelivery(...given);
    return real.storeDelivery(...given).catch(() => given[1].eventId);
  };
  return { ...real, storeDelivery };
}

export function withoutLease(real: Lease): Lease {
  const asHolder = async (db: Db, row: DocumentRow): Promise<DocumentRow> => ({
    ...row,
    fence: (await findDocument(db, row))?.fence ?? row.fence,
  });
  return {
    ...real,
    renewLease: async (db, row, now) =>
      real.renewLease(db, isOut("the fence guards renewing and freezing") ? await asHolder(db, row) : row, now),
    freezeRow: async (db, row, frozen, now) => {
      const holder = isOut("the fence guards renewing and freezing") ? await asHolder(db, row) : row;
      const keepsRevision =
        isOut("an update has a request ID of its own") ||
        isOut("other bytes after a refusal have a new request ID") ||
        isOut("refused letters go again as others under a new request ID");
      const revision = keepsRevision ? row.revision : frozen.revision;
      return real.freezeRow(db, holder, { ...frozen, revision }, now);
    },
  };
}

export function withoutSettleRow(real: SettleRow): SettleRow {
  return {
    ...real,
    settleRow: async (db, claimed, ...rest) => {
      const current = isOut("the fence guards settling") ? await findDocument(db, claimed) : null;
      return real.settleRow(db, current ?? claimed, ...rest);
    },
    findHolderOf: async (...given) => (isOut("only what is free can be linked") ? null : real.findHolderOf(...given)),
  };
}

export function withoutDue(real: Due): Due {
  return {
    ...real,
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
    .update(pushes)
    .set({ state: "queued", dueAt: now.toISOString(), rowVersion: sql`row_version + 1` })
    .where(and(eq(pushes.connectionId, connectionId), eq(pushes.state, "sending"), condition))
    .returning({ id: pushes.documentId });
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

const NEVER_LINKED = "an invoice that QuickBooks has is never linked to the one that holds its new number";

export function withoutExplainDuplicate(real: ExplainDuplicate): ExplainDuplicate {
  return {
    ...real,
    explainDuplicate: async (frozen, failure) => {
      const row = isOut(NEVER_LINKED) ? { ...frozen.row, qboId: null } : frozen.row;
      const found = await real.explainDuplicate({ ...frozen, row }, failure);
      return found?.kind === "ours" && isOut("our own mark adopts at a duplicate number") ? null : found;
    },
    findOtherOfOurs: async (...given) =>
      isOut("only what is free can be linked") ? null : real.findOtherOfOurs(...given),
  };
}

export function withoutChange(real: Change): Change {
  return {
    ...real,
    followChange: async (...given) => {
      const end = real.followChange(...given);
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

export function withoutFailureOutcome(real: FailureOutcome): FailureOutcome {
  const judgeFailure: FailureOutcome["judgeFailure"] = (failure, subject, row, now) => {
    const isTakenForNothing = isOut("no answer means unknown") && failure.kind === "unanswered";
    return real.judgeFailure(failure, subject, isTakenForNothing ? { ...row, isSent: false } : row, now);
  };
  return { ...real, judgeFailure };
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

/** Linking takes the same invoice for one that QuickBooks does not have: either check alone would do. */
export function withoutFix(real: FixModule): FixModule {
  return {
    ...real,
    linkInvoice: async (context, row, confirmed) =>
      real.linkInvoice(context, isOut(NEVER_LINKED) ? { ...row, qboId: null } : row, confirmed),
  };
}

/** A revision is raised for other content only, not after each definite answer. */
export function withoutRevision(real: Revision): Revision {
  const isSame = (row: object): boolean =>
    "contentVersion" in row && "frozenContentVersion" in row && row.contentVersion === row.frozenContentVersion;
  return {
    ...real,
    nextRevision: (row) =>
      isOut("a refusal that Intuit remembers under its request ID does not last for ever") && isSame(row)
        ? row.revision
        : real.nextRevision(row),
  };
}

/** An invoice that went out unanswered has a second net: it is looked for before it goes out under another request ID. */
export function withoutEarlierSends(real: EarlierSends): EarlierSends {
  return {
    ...real,
    findEarlierSend: async (...given) => {
      const isNotLooked =
        isOut("no answer means unknown") ||
        isOut("a refused resend says nothing of the first send") ||
        isOut("a database that was set back to before the send");
      return isNotLooked ? { kind: "none" } : real.findEarlierSend(...given);
    },
    // A look that QuickBooks can't process is taken for one that could not be made just now.
    isAboutTheQuestion: (cause) =>
      !isOut("one number that can't be looked up keeps no other waiting, and ends with a way out") &&
      real.isAboutTheQuestion(cause),
  };
}
