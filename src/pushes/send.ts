/**
 * The fourth step of a push: sends the frozen bytes, once. The response is not judged here, and nothing is thrown.
 */
import type { WrittenDocument } from "../kinds/document-kind.ts";
import { releasePermit } from "../quickbooks/client.ts";
import { type Failure, QuickBooksError } from "../quickbooks/faults.ts";
import { MAX_FREEZE_TO_SEND_MS } from "./backoff.ts";
import type { Frozen } from "./freeze.ts";
import type { Permit } from "./acquire-permit.ts";

export type SendResponse =
  /** QuickBooks has it, with an ID. */
  | { kind: "answered"; written: WrittenDocument }
  /** QuickBooks refused it, or did not answer. */
  | { kind: "failed"; failure: Failure }
  /** The bytes were frozen too long ago: nothing was sent. */
  | { kind: "too_late" }
  /** Our own code threw, possibly with the request under way. */
  | { kind: "crashed"; cause: unknown };

export async function send(frozen: Frozen, { permit }: Permit): Promise<SendResponse> {
  const { bytes, claimed, requestId, row } = frozen;
  const { context, document, qb } = claimed;
  if (context.now().getTime() - Date.parse(frozen.sentAt) > MAX_FREEZE_TO_SEND_MS) {
    await releasePermit(qb, permit, "unused");
    return { kind: "too_late" };
  }
  try {
    return { kind: "answered", written: await document.send(qb, row.operation, { bytes, requestId, permit }) };
  } catch (error) {
    if (error instanceof QuickBooksError) return { kind: "failed", failure: error.failure };
    return { kind: "crashed", cause: error };
  }
}
