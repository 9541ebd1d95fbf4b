/**
 * One refresh of a connection's tokens, in the order that loses nothing: look for a newer generation → refresh at
 * Intuit → keep the new set (kept-tokens.ts). Called only by the realm gate, which allows one refresh at a time.
 * A network error or a 5xx is never a disconnect; only `invalid_grant` is, and only after the next generation was
 * looked up in the gate's storage, in D1 and in the vault (docs/qbo-api.md, sections 1.5 and 1.6).
 */
import type { Config } from "../env.ts";
import { discover, refreshTokens as askIntuit } from "../quickbooks/oauth.ts";
import {
  type Kept,
  type Places,
  type Unwritten,
  findNewer,
  keepTokens,
  readGeneration,
  writeRest,
} from "./kept-tokens.ts";

export type RefreshResult =
  | { kind: "fresh"; kept: Kept; unwritten: Unwritten | null }
  | { kind: "reconnect_needed" }
  | { kind: "unavailable"; detail: string };

/** Refreshes a generation (`held`: its set, if it is in memory), unless a newer one is already known: then returns that one. */
export async function refreshGeneration(
  places: Places,
  intuit: Config["intuit"],
  connectionId: string,
  given: { generation: number; held: Kept | null },
): Promise<RefreshResult> {
  const { generation } = given;
  const newer = await findNewer(places, connectionId, generation, false);
  if (newer) return adopt(places, connectionId, newer);
  const current =
    given.held?.generation === generation ? given.held : await readGeneration(places, connectionId, generation);
  if (!current) return { kind: "unavailable", detail: "The tokens can't be read from the vault at the moment." };

  const discovery = await discover(fetch, intuit.discoveryUrl);
  const answer = await askIntuit({ fetch, discovery, keys: intuit }, current.tokens.refreshToken, new Date());
  switch (answer.kind) {
    case "ok": {
      const kept = { generation: generation + 1, tokens: answer.tokens };
      return { kind: "fresh", kept, unwritten: await keepTokens(places, connectionId, kept, false) };
    }
    case "invalid_grant": {
      const next = await findNewer(places, connectionId, generation, true);
      return next ? adopt(places, connectionId, next) : { kind: "reconnect_needed" };
    }
    case "refused":
      return {
        kind: "unavailable",
        detail: `Intuit refused the refresh: ${answer.error} (HTTP ${answer.httpStatus}).`,
      };
    case "unavailable":
      return { kind: "unavailable", detail: answer.detail };
  }
}

/** Writes a newer set that was found to the gate's storage and to D1; keys in the vault are written only once. */
async function adopt(places: Places, connectionId: string, newer: Kept | "unreadable"): Promise<RefreshResult> {
  if (newer === "unreadable")
    return { kind: "unavailable", detail: "Newer tokens exist but can't be read from the vault yet." };
  const missing = { generation: newer.generation, storage: true, vault: false, row: true, state: false };
  return { kind: "fresh", kept: newer, unwritten: await writeRest(places, connectionId, newer, missing) };
}
