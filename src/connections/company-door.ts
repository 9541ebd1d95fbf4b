/**
 * The door that quickbooks/client goes through: turns the gate's answers into passes or QuickBooksErrors.
 * It remembers which generation a pass was made with, so that a refused token forces exactly one refresh.
 */
import type { Env } from "../env.ts";
import type { Door } from "../quickbooks/client.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { gateOf } from "./gate.ts";

/** A door to the company of a connection; it opens at the start time. One per piece of work; cheap. */
export function doorOf(env: Env, connection: { id: string; realmId: string }): Door {
  const gate = gateOf(env, connection.id);
  const generations = new Map<string, number>();
  let rejectedGeneration: number | null = null;
  return {
    async enter(kind, maxWaitMs) {
      const deadline = Date.now() + maxWaitMs;
      let answer = await gate.enter(connection.id, kind, maxWaitMs, rejectedGeneration);
      // All permits out for a moment: worth waiting for, within the time that the caller has.
      while (answer.kind === "waiting" && answer.reason === "pace" && answer.until <= deadline) {
        await sleepUntil(answer.until);
        answer = await gate.enter(connection.id, kind, Math.max(0, deadline - Date.now()), rejectedGeneration);
      }
      if (answer.kind !== "go") throw new QuickBooksError(answer);
      await sleepUntil(answer.startAt);
      generations.set(answer.permit, answer.generation);
      return {
        accessToken: answer.accessToken,
        realmId: connection.realmId,
        permit: answer.permit,
        startAt: answer.startAt,
      };
    },
    async leave(pass, result) {
      if (result === "token_refused") rejectedGeneration = generations.get(pass.permit) ?? null;
      generations.delete(pass.permit);
      await gate.leave(pass.permit, result, Math.max(0, (pass.startedAt ?? pass.startAt) - pass.startAt));
    },
  };
}

function sleepUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
