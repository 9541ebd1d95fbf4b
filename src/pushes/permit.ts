/**
 * Leave for the one call that sends a document. It is got before the freeze, so that freeze and send follow each other at
 * once; whoever gets it has to use it or give it back.
 */
import { type Pass, giveBack } from "../quickbooks/client.ts";
import { type Ended, LOST, type Lost, endedBy } from "./ended.ts";
import type { Ready } from "./prepare.ts";
import { renew } from "./store.ts";

export interface Permit {
  kind: "permit";
  pass: Pass;
}

/** Its turn that comes too late puts the push off. */
export async function getPermit({ claimed, payload }: Ready): Promise<Permit | Ended | Lost> {
  const { context, qb, row } = claimed;
  try {
    // What was prepared may have taken long; a resend comes straight from its claim.
    if (payload && !(await renew(context.db, row, context.now()))) return LOST;
    return { kind: "permit", pass: await qb.door.enter("write", qb.maxWaitMs) };
  } catch (error) {
    return endedBy(claimed, error);
  }
}

/** Nothing was sent with it, and nobody needs to wait for a call that never begins. */
export async function returnUnused({ claimed }: Ready, { pass }: Permit): Promise<void> {
  await giveBack(claimed.qb, pass, "unused");
}
