/**
 * The permit for the one call that sends a document. It is acquired before the freeze, so that the send can follow the
 * freeze immediately; whoever acquires it must use or release it.
 */
import { type CallPermit, releasePermit } from "../quickbooks/client.ts";
import { type Ended, LOST, type Lost, endedBy } from "./ended.ts";
import type { Ready } from "./prepare.ts";
import { renewLease } from "./lease.ts";

export interface Permit {
  kind: "permit";
  permit: CallPermit;
}

/** Postpones the push if its turn comes too late. */
export async function acquirePermit({ claimed, payload }: Ready): Promise<Permit | Ended | Lost> {
  const { context, qb, row } = claimed;
  try {
    // Preparation may have taken long; a resend comes straight from its claim.
    if (payload && !(await renewLease(context.db, row, context.now()))) return LOST;
    return { kind: "permit", permit: await qb.access.acquire("write", qb.maxWaitMs) };
  } catch (error) {
    return endedBy(claimed, error);
  }
}

/** Releases a permit with which nothing was sent, so that other calls need not wait for it. */
export async function releaseUnused({ claimed }: Ready, { permit }: Permit): Promise<void> {
  await releasePermit(claimed.qb, permit, "unused");
}
