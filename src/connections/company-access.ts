/**
 * The door that quickbooks/client goes through: turns the gate's answers into passes or QuickBooksErrors.
 * It knows which generation of tokens a permit was made with: a refused one is told to the gate, and no call of this
 * Worker begins with it any more, even where its permit was given before.
 */
import type { Env } from "../env.ts";
import type { QuickBooksAccess } from "../quickbooks/client.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { gateOf } from "./gate.ts";
import type { EnterAnswer } from "./realm-gate.ts";

/** A permit whose token is refused while it waits for its start is exchanged, but not for ever. */
const MAX_EXCHANGES = 2;

/** The newest refused generation of each connection that this invocation met; the gate has the last word. */
const refusedGenerations = new WeakMap<Env, Map<string, number>>();

/** A door to the company of a connection; it opens at the start time. One per piece of work; cheap. */
export function accessTo(env: Env, connection: { id: string; realmId: string }): QuickBooksAccess {
  const gate = gateOf(env, connection.id);
  const generations = new Map<string, number>();
  const refused = refusedOf(env);
  const isRefused = (generation: number): boolean => generation <= (refused.get(connection.id) ?? 0);

  const enterGate = async (kind: "read" | "write" | "batch", deadline: number): Promise<EnterAnswer> => {
    for (;;) {
      const maxWaitMs = Math.max(0, deadline - Date.now());
      const { at, ...answered } = await gate.enter(connection.id, kind, maxWaitMs, refused.get(connection.id) ?? null);
      const answer = shifted(answered, Date.now() - at);
      // All permits out for a moment: worth waiting for, within the time that the caller has.
      if (answer.kind !== "waiting" || answer.reason !== "pace" || answer.until > deadline) return answer;
      await sleepUntil(answer.until);
    }
  };

  return {
    async acquire(kind, maxWaitMs) {
      const deadline = Date.now() + maxWaitMs;
      for (let exchanges = 0; ; exchanges += 1) {
        const answer = await enterGate(kind, deadline);
        if (answer.kind !== "go") throw new QuickBooksError(answer);
        const { accessToken, generation, permit, startAt } = answer;
        await sleepUntil(startAt);
        if (isRefused(generation) && exchanges < MAX_EXCHANGES) {
          await gate.leave(permit, "unused", 0);
          continue;
        }
        generations.set(permit, generation);
        const { realmId } = connection;
        return { accessToken, realmId, id: permit, startAt, isRefused: () => isRefused(generation) };
      }
    },
    async release(permit, result) {
      const generation = generations.get(permit.id) ?? 0;
      generations.delete(permit.id);
      if (result === "token_refused" && !isRefused(generation)) refused.set(connection.id, generation);
      // A permit that was not used says nothing about QuickBooks.
      const told = result === "answered" && permit.startedAt === undefined ? "unused" : result;
      await gate.leave(permit.id, told, Math.max(0, (permit.startedAt ?? permit.startAt) - permit.startAt));
    },
  };
}

function refusedOf(env: Env): Map<string, number> {
  const known = refusedGenerations.get(env) ?? new Map<string, number>();
  refusedGenerations.set(env, known);
  return known;
}

/** The gate's times by the clock of this Worker: with another one's it would wait too long, or ask again at once for seconds. */
function shifted(answer: EnterAnswer, byMs: number): EnterAnswer {
  switch (answer.kind) {
    case "go":
      return { ...answer, startAt: answer.startAt + byMs };
    case "waiting":
      return { ...answer, until: answer.until + byMs };
    case "not_connected":
      return { ...answer, retryAt: answer.retryAt === null ? null : answer.retryAt + byMs };
  }
}

function sleepUntil(atMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, atMs - Date.now())));
}
