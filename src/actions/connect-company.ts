/**
 * Connecting a company, new or again: what comes back from Intuit, the choice where it is another company than expected,
 * and what follows for invoices that wait.
 */
import type { Act } from "../app-context.ts";
import {
  type ChoiceResult,
  choosePending,
  type CompleteResult,
  completeConnect,
  type Connected,
} from "../connections/connect.ts";
import { recordActivity } from "../people/activity.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";

/** How many invoices go on since the company is connected again. */
export type WithResumed<T> = T & { resumed: number };

/** Finishes an authorization; `query` is that of Intuit's redirect, `sessionHash` that of the person who came back. */
export async function connectCompany(
  act: Act,
  callback: { query: URLSearchParams; sessionHash: string },
): Promise<WithResumed<CompleteResult>> {
  const result = await completeConnect(act, callback);
  return { ...result, resumed: result.kind === "connected" ? await settle(act, result) : 0 };
}

/** The person's choice where Reconnect came back with another company. */
export async function chooseCompany(
  act: Act,
  given: { pendingId: string; sessionHash: string; choice: "connect" | "cancel" },
): Promise<WithResumed<ChoiceResult>> {
  const result = await choosePending(act, given);
  return { ...result, resumed: result.kind === "connected" ? await settle(act, result) : 0 };
}

async function settle(act: Act, { connectionId, companyName, isNew }: Connected): Promise<number> {
  const { resumed } = await holdOrResume(act.env, act.db, { connectionId }, act.now);
  const subject = { kind: "connection", id: connectionId, name: companyName } as const;
  await recordActivity(act.db, act.now, act.actor, {
    action: isNew ? "connection.connected" : "connection.reconnected",
    subject,
  });
  return resumed;
}
