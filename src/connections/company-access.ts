/**
 * Gives quickbooks/client access to a company: turns the gate's answers into permits or QuickBooksErrors. It knows the
 * token generation of each permit: a refused one is reported to the gate, and no call of this Worker begins with it any
 * more, even if its permit was acquired before.
 */
import type { Env } from "../env.ts";
import type { QuickBooksAccess } from "../quickbooks/client.ts";
import { QuickBooksError } from "../quickbooks/faults.ts";
import { gateOf } from "./gate.ts";
import type { EnterAnswer } from "./realm-gate.ts";

/** How often a permit is exchanged because its token was refused while it waited for its start. */
const MAX_EXCHANGES = 2;

/** The newest refused generation of each connection that this invocation saw; the gate decides. */
const refusedGenerations = new WeakMap<Env, Map<string, number>>();

/** Access to the company of a connection. One per piece of work; cheap. */
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
      // All permits are in use for a moment: worth waiting for, within the caller's time.
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
      // An unused permit says nothing about QuickBooks.
      const reported = result === "answered" && permit.startedAt === undefined ? "unused" : result;
      await gate.leave(permit.id, reported, Math.max(0, (permit.startedAt ?? permit.startAt) - permit.startAt));
    },
  };
}

function refusedOf(env: Env): Map<string, number> {
  const known = refusedGenerations.get(env) ?? new Map<string, number>();
  refusedGenerations.set(env, known);
  return known;
}

/** Converts the gate's times to this Worker's clock: otherwise it could wait too long, or retry immediately for seconds. */
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
