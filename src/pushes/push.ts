/**
 * Brings one document into QuickBooks: the core of the product, read it first. Each step takes the result of the step
 * before it and returns either what the next step needs or an end. Results are never changed afterwards.
 *
 *   claim    → Claimed                this worker has the row while its lease lasts
 *   prepare  → Ready  | Ended | Lost  the payload, with customers and items found or created
 *   permit   → Permit | Ended | Lost  for one call, acquired before the freeze so that the send follows immediately
 *   freeze   → Frozen | Ended | Lost  bytes, request ID and time are stored before anything is sent
 *   send     → SendResponse           the bytes are sent, once
 *   judge    → Ended                  what the response means
 *   settle   → row                    what the row becomes
 *
 * `Ended` carries a report of how the push ended; `Lost` means that another worker has the document now. Every end is
 * recorded, and nothing is sent that was not frozen first (docs/exactly-once.md).
 */
import type { DocumentRow } from "./document-row.ts";
import { log } from "../platform/log.ts";
import { type Claimed, claim } from "./claim.ts";
import type { Ended, Lost } from "./ended.ts";
import { freeze } from "./freeze.ts";
import { judge } from "./judge.ts";
import { acquirePermit, releaseUnused } from "./acquire-permit.ts";
import { prepare } from "./prepare.ts";
import type { PushContext } from "./push-context.ts";
import { send } from "./send.ts";
import { settle } from "./settle.ts";

/** Pushes a document if it is queued and due by `dueBefore`. Returns the settled row, or null if there was nothing to do. */
export async function push(context: PushContext, known: DocumentRow, dueBefore: Date): Promise<DocumentRow | null> {
  const claimed = await claim(context, known, dueBefore);
  if (!claimed) return null;
  const end = await deliver(claimed);
  if (end.kind === "lost") {
    log("push.lease_lost", { documentId: known.id, connectionId: context.connection.id, fence: claimed.row.fence });
    return null;
  }
  return settle(claimed, end.report);
}

async function deliver(claimed: Claimed): Promise<Ended | Lost> {
  const ready = await prepare(claimed);
  if (ready.kind !== "ready") return ready;
  const permit = await acquirePermit(ready);
  if (permit.kind !== "permit") return permit;
  const frozen = await freeze(ready);
  if (frozen.kind !== "frozen") {
    await releaseUnused(ready, permit);
    return frozen;
  }
  const response = await send(frozen, permit);
  return judge(frozen, response);
}
