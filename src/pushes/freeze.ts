/**
 * The third step of a push: writes down the exact bytes, their request ID and the time, in one statement, before anything
 * goes out. From then on the row says that a request may be under way (docs/exactly-once.md). Sends nothing.
 */
import type { DocumentRow } from "./document-row.ts";
import type { Claimed } from "./claim.ts";
import { type Ended, LOST, type Lost, ended, endedBy } from "./ended.ts";
import type { Payload, Ready } from "./prepare.ts";
import { requestIdOf } from "./revision.ts";
import { freezeRow, refreezeRow, renewLease } from "./lease.ts";

export interface Frozen {
  kind: "frozen";
  claimed: Claimed;
  /** As it was frozen. */
  row: DocumentRow;
  bytes: string;
  requestId: string;
  /** ISO */
  sentAt: string;
  /** These bytes were sent before and not answered. */
  isResend: boolean;
}

/** `Ended`: the document changed, moved or is to be voided, so the push starts over; or the write failed. */
export async function freeze({ claimed, payload }: Ready): Promise<Frozen | Ended | Lost> {
  try {
    return await (payload ? freezeNew(claimed, payload) : freezeSame(claimed));
  } catch (error) {
    return endedBy(claimed, error);
  }
}

async function freezeNew(claimed: Claimed, payload: Payload): Promise<Frozen | Ended | Lost> {
  const { context, row } = claimed;
  const { json, warnings, revision } = payload;
  const given = { payload: json, warnings, revision, connectionId: context.connection.id };
  const written = await freezeRow(context.db, row, given, context.now());
  if (written) return frozen(claimed, written, false);
  const isStillMine = await renewLease(context.db, row, context.now());
  return isStillMine ? ended(claimed, { kind: "superseded" }) : LOST;
}

async function freezeSame(claimed: Claimed): Promise<Frozen | Lost> {
  const { context, row } = claimed;
  const written = await refreezeRow(context.db, row, context.now());
  return written ? frozen(claimed, written, true) : LOST;
}

function frozen(claimed: Claimed, row: DocumentRow, isResend: boolean): Frozen {
  const { frozenPayload: bytes, sentAt } = row;
  if (bytes === null || sentAt === null) throw new Error(`${row.kind} ${row.id} was frozen without bytes or time`);
  return { kind: "frozen", claimed, row, bytes, requestId: requestIdOf(row), sentAt, isResend };
}
