/**
 * Brings one invoice into QuickBooks: claim → resolve → freeze → send → settle (architecture.md section 3). Whatever
 * happens on the way is an outcome that is written down; nothing is thrown away, and nothing is sent that was not
 * frozen before. This is the heart of the product: read it first.
 */
import { missingSettings } from "../connections/settings.ts";
import { findInstance } from "../instances/store.ts";
import { type InvoiceRow, readContent } from "../invoices/invoice.ts";
import { log } from "../platform/log.ts";
import type { Pass, QuickBooks } from "../quickbooks/client.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import {
  type WrittenInvoice,
  createInvoice,
  isVoided,
  readInvoice,
  updateInvoice,
  voidInvoice,
} from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";
import { isAutoPushEffective, reasonToHold } from "./admission.ts";
import { MAX_FREEZE_TO_SEND_MS } from "./backoff.ts";
import { findEarlierSend } from "./earlier-sends.ts";
import { FailedWhile } from "../failures/failed-while.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import { isResend } from "./outcome.ts";
import { followInstance } from "./move.ts";
import { type PushContext, quickBooksOf } from "./push-context.ts";
import {
  type Push,
  crashed,
  foundThere,
  heldHere,
  judged,
  later,
  logPush,
  refusedHere,
  reportBase,
  subjectOf,
  unconfirmed,
} from "./push-report.ts";
import { currencyError, missingSettingsError } from "../failures/own-errors.ts";
import { resolveLinks } from "../mapping/resolve-links.ts";
import { nextRevision, requestIdOf } from "./revision.ts";
import { type Report, claim, freeze, freezeAgain, renew, settleRow } from "./store.ts";
import { type MappedInvoice, toQboInvoice } from "../mapping/to-qbo-invoice.ts";

/** While customers and items are made the lease is renewed this often; it lasts three minutes. */
const RENEW_EVERY_MS = 60_000;

/** Thrown inside a push whose row changed under it; it begins anew. */
class Superseded extends Error {}
/** Thrown inside a push whose frozen bytes could not leave in time; nothing was sent, and it is frozen anew. */
class TooLate extends Error {}
/** Thrown inside a push that lost its lease; another worker has the invoice, so nothing may be written. */
class LeaseLost extends Error {}

/** Pushes an invoice if it is queued and due by `dueBefore`. Answers the settled row, or null where there was nothing to do. */
export async function pushInvoice(
  context: PushContext,
  invoiceId: string,
  dueBefore: Date,
): Promise<InvoiceRow | null> {
  const startedAt = context.now();
  const row = await claim(context.db, invoiceId, dueBefore, startedAt);
  if (!row) return null;
  const instance = await findInstance(context.db, row.instanceId);
  if (!instance) throw new Error(`Invoice ${row.id} has no instance`);
  const push: Push = {
    context,
    row,
    instance,
    qb: quickBooksOf(context),
    startedAt,
    doing: { kind: "invoice", operation: row.operation },
    requestId: null,
    isSent: false,
  };
  const report = await run(push);
  if (!report) {
    log("push.lease_lost", { invoiceId, connectionId: context.connection.id, fence: row.fence });
    return null;
  }
  const settled = await settleRow(context.db, push.row, report, async (current) => ({
    isAutoPushEffective: isAutoPushEffective(
      context.connection,
      (await findInstance(context.db, current.instanceId)) ?? instance,
    ),
    now: context.now(),
  }));
  logPush(push, report, settled);
  if (settled) await followInstance(context.env, context.db, settled, context.now());
  return settled;
}

/** Every way that a push can end, as a report; null where the lease was lost. */
async function run(push: Push): Promise<Report | null> {
  const { context } = push;
  try {
    const written = await attempt(push);
    if ("report" in written) return written.report;
    return {
      ...reportBase(push),
      outcome: { kind: "accepted", invoice: written.invoice },
      recordAs: "accepted",
      httpStatus: written.httpStatus,
      intuitTid: written.intuitTid,
      error: null,
    };
  } catch (error) {
    if (error instanceof LeaseLost) return null;
    if (error instanceof Superseded) {
      return { ...reportBase(push), outcome: { kind: "superseded" }, recordAs: null, error: null };
    }
    if (error instanceof TooLate) return later(push, context.now());
    if (error instanceof LocalRefusal) return refusedHere(push, error.error);
    if (error instanceof QuickBooksError) return judged(push, error);
    if (error instanceof FailedWhile) return judged({ ...push, doing: error.doing }, error.cause);
    return crashed(push, error);
  }
}

async function attempt(push: Push): Promise<WrittenInvoice | { report: Report }> {
  const { context, row, instance } = push;
  const barrier = reasonToHold(context.connection, instance, context.now().toISOString());
  if (barrier) return { report: heldHere(push, barrier) };
  if (isResend(row)) return sendAgain(push);
  if (row.operation === "void")
    return sendFrozen(push, JSON.stringify({ Id: row.qboInvoiceId, SyncToken: row.qboSyncToken }), []);
  refuseWhatCannotBeBooked(push);
  const earlier = row.operation === "create" ? await findEarlierSend(push) : null;
  if (earlier)
    return { report: earlier.kind === "later" ? later(push, earlier.dueAt) : foundThere(push, earlier.invoice) };
  const mapped = await prepare(push);
  return sendFrozen(push, mapped.json, mapped.warnings);
}

/** Our own rules: only missing settings and what would be booked wrongly (contract.md section 4). */
function refuseWhatCannotBeBooked(push: Push): void {
  const { connection, now } = push.context;
  const missing = missingSettings(connection);
  if (missing.length > 0) {
    throw new LocalRefusal(
      missingSettingsError(
        connection,
        missing.map((setting) => setting.label),
        now().toISOString(),
      ),
    );
  }
  const { homeCurrency, multicurrency } = connection.company;
  if (push.row.currency !== homeCurrency && !multicurrency) {
    throw new LocalRefusal(currencyError(subjectOf(push), push.row.currency, homeCurrency, now().toISOString()));
  }
}

async function prepare(push: Push): Promise<MappedInvoice> {
  const { context, row } = push;
  const content = readContent(row.body);
  const links = await resolveLinks({
    context,
    qb: push.qb,
    instanceId: row.instanceId,
    content,
    keepLease: leaseKeeper(push),
  });
  const existing =
    row.operation === "update" && row.qboInvoiceId !== null && row.qboSyncToken !== null
      ? { qboInvoiceId: row.qboInvoiceId, syncToken: row.qboSyncToken }
      : null;
  return toQboInvoice({
    invoiceId: row.id,
    revision: nextRevision(row),
    content,
    docNumber: row.docNumber,
    company: context.connection.company,
    customerMode: context.connection.customerMode,
    links,
    existing,
  });
}

function leaseKeeper({ context, row }: Push): () => Promise<void> {
  let renewedAt = context.now().getTime();
  return async () => {
    const now = context.now();
    if (now.getTime() - renewedAt < RENEW_EVERY_MS) return;
    if (!(await renew(context.db, row, now))) throw new LeaseLost();
    renewedAt = now.getTime();
  };
}

/** Gets leave for the call first, so that freeze and send follow each other at once. */
async function sendFrozen(push: Push, json: string, warnings: MappedInvoice["warnings"]): Promise<WrittenInvoice> {
  const { context, row } = push;
  if (!(await renew(context.db, row, context.now()))) throw new LeaseLost();
  const pass = await push.qb.door.enter("write", push.qb.maxWaitMs);
  const given = { payload: json, warnings, revision: nextRevision(row), connectionId: context.connection.id };
  const frozen = await holding(push, pass, () => freeze(context.db, row, given, context.now()));
  if (!frozen) {
    await push.qb.door.leave(pass, "unused");
    if (!(await renew(context.db, row, context.now()))) throw new LeaseLost();
    throw new Superseded();
  }
  push.row = frozen;
  return send(push, pass, json);
}

/**
 * The same bytes with the same request ID, after they were looked for and not found. What comes back may be the answer to
 * the first send, replayed, so one read tells whether the invoice still is there.
 */
async function sendAgain(push: Push): Promise<WrittenInvoice | { report: Report }> {
  const { context, row } = push;
  const pass = await push.qb.door.enter("write", push.qb.maxWaitMs);
  const frozen = await holding(push, pass, () => freezeAgain(context.db, row, context.now()));
  if (!frozen?.frozenPayload) {
    await push.qb.door.leave(pass, "unused");
    throw new LeaseLost();
  }
  push.row = frozen;
  const written = await send(push, pass, frozen.frozenPayload);
  if (row.operation === "void") return written;
  const current = await readBack(push, written.invoice.id);
  if (current === "unreadable") return { report: unconfirmed(push) };
  if (current && !isVoided(current)) return { ...written, invoice: current };
  const outcome = { kind: "gone", invoice: current, qboInvoiceId: written.invoice.id } as const;
  return { report: { ...reportBase(push), outcome, recordAs: "found", error: null } };
}

/** The invoice now, or null where it was deleted. Why it can't be read says nothing about the send before. */
async function readBack(push: Push, qboInvoiceId: string): Promise<Invoice | null | "unreadable"> {
  try {
    return await readInvoice(push.qb, qboInvoiceId);
  } catch (error) {
    if (error instanceof QuickBooksError) return "unreadable";
    throw error;
  }
}

/** Freezes; where that fails the pass is given back, so that nobody waits for a call that never began. */
async function holding<T>(push: Push, pass: Pass, freezing: () => Promise<T>): Promise<T> {
  try {
    return await freezing();
  } catch (error) {
    await push.qb.door.leave(pass, "unused");
    throw error;
  }
}

async function send(push: Push, pass: Pass, json: string): Promise<WrittenInvoice> {
  const { context, row } = push;
  if (context.now().getTime() - Date.parse(row.sentAt ?? "") > MAX_FREEZE_TO_SEND_MS) {
    await push.qb.door.leave(pass, "unused");
    throw new TooLate();
  }
  push.requestId = requestIdOf(row);
  push.isSent = true;
  const qb = withPass(push.qb, pass);
  switch (row.operation) {
    case "create":
      return createInvoice(qb, json, push.requestId);
    case "update":
      return updateInvoice(qb, json, push.requestId);
    case "void":
      return voidInvoice(qb, row.qboInvoiceId ?? "", row.qboSyncToken ?? "", push.requestId);
  }
}

/** The one call of the frozen bytes uses the pass that was got before the freeze. */
function withPass(qb: QuickBooks, pass: Pass): QuickBooks {
  const { door } = qb;
  return { ...qb, door: { enter: () => Promise.resolve(pass), leave: (used, result) => door.leave(used, result) } };
}
