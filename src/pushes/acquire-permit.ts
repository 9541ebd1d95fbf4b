/**
 * Leave for the one call that sends a document. It is got before the freeze, so that freeze and send follow each other at
 * once; whoever gets it has to use it or give it back.
 */
import { type CallPermit, releasePermit } from "../quickbooks/client.ts";
import { type Ended, LOST, type Lost, endedBy } from "./ended.ts";
import type { Ready } from "./prepare.ts";
import { renewLease } from "./store.ts";

export interface Permit {
  kind: "permit";
  permit: CallPermit;
}

/** Its turn that comes too late puts the push off. */
export async function acquirePermit({ claimed, payload }: Ready): Promise<Permit | Ended | Lost> {
  const { context, qb, row } = claimed;
  try {
    // What was prepared may have taken long; a resend comes straight from its claim.
    if (payload && !(await renewLease(context.db, row, context.now()))) return LOST;
    return { kind: "permit", permit: await qb.access.acquire("write", qb.maxWaitMs) };
  } catch (error) {
    return endedBy(claimed, error);
  }
}

/** Nothing was sent with it, and nobody needs to wait for a call that never begins. */
export async function releaseUnused({ claimed }: Ready, { permit }: Permit): Promise<void> {
  await releasePermit(claimed.qb, permit, "unused");
}
