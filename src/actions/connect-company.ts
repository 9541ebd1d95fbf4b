/**
 * Connects a company, new or known: what comes back from Intuit, the choice if it is another company than expected, and
 * what follows for waiting invoices.
 */
import type { ActionContext } from "../app-context.ts";
import {
  type ChoiceResult,
  choosePending,
  type CompleteResult,
  completeConnect,
  type Connected,
} from "../connections/connect.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";

/** How many invoices go on because the company is connected again. */
export type WithResumed<T> = T & { resumed: number };

/** Finishes an authorization; `query` comes from Intuit's redirect, `sessionHash` from the person who came back. */
export async function connectCompany(
  context: ActionContext,
  callback: { query: URLSearchParams; sessionHash: string },
): Promise<WithResumed<CompleteResult>> {
  const result = await completeConnect(context, callback);
  return { ...result, resumed: result.kind === "connected" ? await recordConnected(context, result) : 0 };
}

/** The person's choice if Reconnect came back with another company. */
export async function chooseCompany(
  context: ActionContext,
  given: { pendingId: string; sessionHash: string; choice: "connect" | "cancel" },
): Promise<WithResumed<ChoiceResult>> {
  const result = await choosePending(context, given);
  return { ...result, resumed: result.kind === "connected" ? await recordConnected(context, result) : 0 };
}

async function recordConnected(
  context: ActionContext,
  { connectionId, companyName, isNew }: Connected,
): Promise<number> {
  const { resumed } = await holdOrResume(context.env, context.db, { connectionId }, context.now);
  const subject = { kind: "connection", id: connectionId, name: companyName } as const;
  await recordActivity(context.db, context.now, context.actor, {
    action: isNew ? "connection.connected" : "connection.reconnected",
    subject,
  });
  return resumed;
}
