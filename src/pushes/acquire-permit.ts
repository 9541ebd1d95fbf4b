/**
 * The permit for the one call that sends a document. It is acquired before the freeze, so that the send can follow the
 * freeze immediately; whoever acquires it must use or release it.
 */
import { type CallPermit, releasePermit } from "../quickbooks/client.ts";
import { type Ended, LOST, type Lost, endedBy } from "./ended.ts";
import type { Ready } from "./prepare.ts";
import { isRenewalDue, renewLease } from "./lease.ts";

export interface Permit {
  kind: "permit";
  permit: CallPermit;
}

/** Postpones the push if its turn comes too late. */
export async function acquirePermit({ claimed, leasedAt }: Ready): Promise<Permit | Ended | Lost> {
  const { context, qb, row } = claimed;
  try {
    // The last call of the preparation may have taken long. The freeze renews the lease again, if it still has it.
    const now = context.now();
    if (isRenewalDue(leasedAt, now) && !(await renewLease(context.db, row, now))) return LOST;
    return { kind: "permit", permit: await qb.access.acquire("write", qb.maxWaitMs) };
  } catch (error) {
    return endedBy(claimed, error);
  }
}

/** Releases a permit with which nothing was sent, so that other calls need not wait for it. */
export async function releaseUnused({ claimed }: Ready, { permit }: Permit): Promise<void> {
  await releasePermit(claimed.qb, permit, "unused");
}
