/**
 * The second step of a push: what to send, or why nothing is sent. Customers, items and accounts are found or created
 * here; nothing of the document itself is sent.
 */
import { missingSettings } from "../connections/settings.ts";
import { taxingOf } from "../connections/taxing.ts";
import { currencyError, missingSettingsError } from "../failures/own-errors.ts";
import type { PushError } from "../failures/push-error.ts";
import type { Warning } from "../failures/warning.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { reasonToHold } from "./admission.ts";
import type { Claimed } from "./claim.ts";
import { findEarlierSend } from "./unanswered/find-earlier-send.ts";
import { type Ended, LOST, type Lost, ended, endedBy } from "./ended.ts";
import { outcomeOfFound } from "./unanswered/outcome-of-found.ts";
import { isResend } from "./outcome/outcome.ts";
import { nextRevision } from "./revision.ts";
import { isRenewalDue, renewLease } from "./lease.ts";
import { subjectOf } from "./subject-of.ts";

/** Until a company whose tax codes could not be read is looked at again. */
const UNREAD_WAIT_MS = 60_000;

export interface Ready {
  kind: "ready";
  claimed: Claimed;
  /** Null: the payload already frozen is sent again, byte for byte. */
  payload: Payload | null;
  /** When the lease was taken or last renewed. */
  leasedAt: Date;
}

export interface Payload {
  json: string;
  warnings: readonly Warning[];
  revision: number;
}

export async function prepare(claimed: Claimed): Promise<Ready | Ended | Lost> {
  const lost = new AbortController();
  try {
    return await prepared(claimed, lost);
  } catch (error) {
    return lost.signal.aborted ? LOST : endedBy(claimed, error);
  }
}

async function prepared(claimed: Claimed, lost: AbortController): Promise<Ready | Ended> {
  const { context, document, qb, row } = claimed;
  const problem = reasonToHold(context.connection, claimed.instance);
  if (problem) return ended(claimed, { kind: "held", error: problem });
  const lease = leaseKeeper(claimed, lost);
  const ready = (payload: Payload | null): Ready => ({ kind: "ready", claimed, payload, leasedAt: lease.leasedAt() });
  if (isResend(row)) return ready(null);
  const revision = nextRevision(row);
  if (row.operation === "void") return ready({ ...voidOf(claimed), revision });
  const refusal = cannotBeBooked(claimed);
  if (refusal) return ended(claimed, { kind: "refused", error: refusal }, { recordAs: "failed" });
  waitForTaxCodes(claimed);
  const earlier = row.operation === "create" ? await findEarlierSend(claimed, lease.keep) : { kind: "none" as const };
  switch (earlier.kind) {
    case "found":
      return ended(claimed, outcomeOfFound(row, earlier.document), { recordAs: "found" });
    case "later":
      return ended(claimed, { kind: "later", dueAt: earlier.dueAt.toISOString(), error: null });
    case "refused":
      return ended(claimed, { kind: "refused", error: earlier.error }, { recordAs: "failed" });
    case "none":
  }
  const mapped = await document.map({ context, qb, row, revision, keepLease: lease.keep });
  return ready({ ...mapped, revision });
}

/** Our own rules: only missing settings, and whatever would be booked wrongly (docs/contract.md, section 4). */
function cannotBeBooked({ context, row }: Claimed): PushError | null {
  const { connection } = context;
  const missing = missingSettings(connection).map((setting) => setting.label);
  if (missing.length > 0) return missingSettingsError(connection, missing);
  const { homeCurrency, multicurrency } = connection.company;
  if (row.currency === homeCurrency || multicurrency) return null;
  return currencyError(subjectOf(context, row), row.currency, homeCurrency);
}

/** Without the company's tax codes nothing is mapped: a run reads them first, so that read failed a moment ago. */
function waitForTaxCodes({ context }: Claimed): void {
  if (taxingOf(context.connection).kind !== "unread") return;
  throw new QuickBooksError({ kind: "waiting", reason: "pace", until: context.now().getTime() + UNREAD_WAIT_MS });
}

function voidOf({ row }: Claimed): Omit<Payload, "revision"> {
  return { json: JSON.stringify({ Id: row.qboId, SyncToken: row.qboSyncToken }), warnings: [] };
}

interface LeaseKeeper {
  /** Renews the lease when it is time; if it was lost, aborts, and all work on the document stops. */
  keep: () => Promise<void>;
  leasedAt: () => Date;
}

function leaseKeeper({ context, row, startedAt }: Claimed, lost: AbortController): LeaseKeeper {
  let leasedAt = startedAt;
  const keep = async (): Promise<void> => {
    const now = context.now();
    if (!isRenewalDue(leasedAt, now)) return;
    if (!(await renewLease(context.db, row, now))) lost.abort();
    lost.signal.throwIfAborted();
    leasedAt = now;
  };
  return { keep, leasedAt: () => leasedAt };
}
