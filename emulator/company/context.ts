/**
 * What an entity's rules may know while they handle one call: the books, the company's profile, the time, and who acts.
 * It also collects what changed, for Intuit's webhooks and the record; nothing here responds to a call.
 */
import type { Profile } from "./profile.ts";
import type { CompanyStore } from "./store.ts";

export type ChangeVerb = "Create" | "Update" | "Delete" | "Void" | "Emailed" | "Merge";

export interface Change {
  entity: string;
  id: string;
  verb: ChangeVerb;
  atMs: number;
  /** Who is gone after a merge; `id` is the survivor. */
  deletedId?: string | undefined;
}

/** Deviations that a scenario asked for, for this one call. */
export interface CallBend {
  allowDuplicateNumbers?: boolean;
  ignoreRequestId?: boolean;
  closedBooks?: "6200" | "6210";
  withoutInventory?: boolean;
  /** Make this kind of reference of the call inactive before it is handled. */
  deactivate?: { type: "Customer" | "Item" | "Account"; code: string };
}

export interface CompanyContext {
  store: CompanyStore;
  profile: Profile;
  realmId: string;
  nowMs: number;
  bend: CallBend;
  /** Code of the fault for a reference to something inactive. */
  inactiveCode: string;
  /** A company's transaction IDs start here, so those of two companies rarely collide. */
  firstTransactionId: number;
  /** Runs a change as a whole: if it throws, its writes are undone. */
  atomically<Result>(change: () => Result): Result;
  changes: Change[];
}

export function noteChange(context: CompanyContext, entity: string, id: string, verb: ChangeVerb): void {
  context.changes.push({ entity, id, verb, atMs: context.nowMs });
}
