/**
 * The three places that store a connection's tokens: the gate's own storage (first, durable and never stale), the vault
 * in KV, and the generation in D1. A failed write of ours must never lose tokens issued by Intuit: each write is retried,
 * and missing writes are noted in the storage and made later. If places differ, the larger generation counts.
 */
import { causeText } from "../platform/cause.ts";
import type { Db } from "../platform/db.ts";
import { log } from "../platform/log.ts";
import type { TokenSet } from "../quickbooks/oauth.ts";
import type { Connection } from "./connection.ts";
import { findConnection, markGeneration, markState } from "./store.ts";
import { type Vault, forgetTokens, openTokens, readTokens, sealTokens, storeSealed } from "./token-vault.ts";

/** Before the second and third try. KV accepts one write per second for a key. */
const RETRY_WAITS_MS = [200, 1_100];
/** Refreshed at least this often, so that the 100 days never run out. */
const REFRESH_AT_LEAST_MS = 20 * 3_600_000;
const ACCESS_LIFE_MS = 3_600_000;

/** The part of a Durable Object's storage that is used here. */
export interface GateStorage {
  get: <T>(key: string) => Promise<T | undefined>;
  put: (entries: Record<string, unknown>) => Promise<void>;
  delete: (key: string) => Promise<boolean>;
}

export interface Places {
  storage: GateStorage;
  db: Db;
  vault: Vault;
}

/** A token set with its generation. */
export interface Kept {
  generation: number;
  tokens: TokenSet;
}

/** Which writes of a generation are still missing. */
export interface Unwritten {
  generation: number;
  storage: boolean;
  vault: boolean;
  /** The generation in D1. */
  row: boolean;
  /** The state `connected` in D1, after a new authorization. */
  state: boolean;
}

/** The sealed set in the gate's storage, under `tokens`. */
interface Sealed {
  generation: number;
  text: string;
}

/** Stores a set that Intuit has just issued; never throws. Returns the missing writes, or null. */
export async function keepTokens(
  places: Places,
  connectionId: string,
  kept: Kept,
  isNewGrant: boolean,
): Promise<Unwritten | null> {
  const { generation } = kept;
  return writeRest(places, connectionId, kept, {
    generation,
    storage: true,
    vault: true,
    row: true,
    state: isNewGrant,
  });
}

/** Makes the missing writes, with retries; never throws. Returns those still missing, or null. */
export async function writeRest(
  places: Places,
  connectionId: string,
  kept: Kept,
  unwritten: Unwritten,
): Promise<Unwritten | null> {
  const { storage, db, vault } = places;
  const { generation, tokens } = kept;
  const now = new Date();
  const sealed = await sealTokens(vault.keys, connectionId, generation, tokens).catch((cause: unknown) => {
    log("tokens.unwritten", { connectionId, generation, where: "seal", cause: causeText(cause) });
    return null;
  });
  if (sealed === null) return unwritten;
  const left = { ...unwritten };
  const isWritten = (where: string, write: () => Promise<unknown>) =>
    tryAgain(write).then(
      () => true,
      (cause: unknown) => {
        log("tokens.unwritten", { connectionId, generation, where, cause: causeText(cause) });
        return false;
      },
    );
  if (left.storage) {
    const own: Sealed = { generation, text: sealed };
    const entries = { connectionId, generation, tokens: own, refreshDueAt: refreshDueAt(tokens) };
    left.storage = !(await isWritten("storage", () =>
      storage.put({ ...entries, unwritten: { ...left, storage: false } }),
    ));
  }
  if (left.vault) left.vault = !(await isWritten("vault", () => storeSealed(vault, connectionId, generation, sealed)));
  // A generation stored only in D1 could never be read again.
  if (left.row && !(left.storage && left.vault))
    left.row = !(await isWritten("row", () =>
      markGeneration(db, connectionId, { generation, ...endsOf(tokens) }, now),
    ));
  if (left.state) left.state = !(await isWritten("state", () => markState(db, connectionId, "connected", now)));
  const isAllWritten = !left.storage && !left.vault && !left.row && !left.state;
  await isWritten("note", () => (isAllWritten ? storage.delete("unwritten") : storage.put({ unwritten: left })));
  return isAllWritten ? null : left;
}

/** The set in the gate's own storage, or null. */
export async function readOwn(places: Places, connectionId: string): Promise<Kept | null> {
  const own = await places.storage.get<Sealed>("tokens");
  if (own === undefined) return null;
  const tokens = await openTokens(places.vault.keys, connectionId, own.generation, own.text);
  return tokens && { generation: own.generation, tokens };
}

/** The set of exactly this generation: from the gate's storage, else from the vault; null if neither has it now. */
export async function readGeneration(places: Places, connectionId: string, generation: number): Promise<Kept | null> {
  const own = await readOwn(places, connectionId);
  if (own?.generation === generation) return own;
  const tokens = await readTokens(places.vault, connectionId, generation);
  return tokens && { generation, tokens };
}

/** The generation in force: the larger one of D1 and the gate's own (a restored D1 must not resurrect a dead token). */
export async function currentGeneration(places: Places, connection: Connection | null): Promise<number> {
  const own = (await places.storage.get<number>("generation")) ?? 0;
  return Math.max(own, connection?.generation ?? 0);
}

/**
 * A set newer than `generation`, wherever it is; null if there is none, 'unreadable' if there is one that can't be read
 * yet. `isVaultAsked`: also read the vault's next key, in case a former gate could write nothing else. Not done before a
 * refresh, because KV would cache that the key does not exist.
 */
export async function findNewer(
  places: Places,
  connectionId: string,
  generation: number,
  isVaultAsked: boolean,
): Promise<Kept | "unreadable" | null> {
  const known = await currentGeneration(places, await findConnection(places.db, connectionId));
  if (known > generation) return (await readGeneration(places, connectionId, known)) ?? "unreadable";
  if (!isVaultAsked) return null;
  const tokens = await readTokens(places.vault, connectionId, generation + 1);
  return tokens && { generation: generation + 1, tokens };
}

/** Deletes the tokens from the gate's storage; the generation stays, so that none is used twice. */
export async function forgetOwn(storage: GateStorage): Promise<void> {
  for (const key of ["tokens", "unwritten", "refreshDueAt"]) await storage.delete(key);
}

/** Deletes a generation from the vault, if possible: otherwise it expires in KV. */
export async function forgetInVault(vault: Vault, connectionId: string, generation: number): Promise<void> {
  try {
    await tryAgain(() => forgetTokens(vault, connectionId, generation));
  } catch (cause) {
    log("tokens.not_forgotten", { connectionId, generation, cause: causeText(cause) });
  }
}

/** Runs a write that is safe to repeat up to three times; throws what the last try threw. */
export async function tryAgain<T>(write: () => Promise<T>): Promise<T> {
  for (const waitMs of RETRY_WAITS_MS) {
    try {
      return await write();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
  return write();
}

/** The expiry times that a connection's row shows. */
function endsOf(tokens: TokenSet): { refreshExpiresAt: string; refreshHardExpiresAt: string | null } {
  return { refreshExpiresAt: tokens.refreshExpiresAt, refreshHardExpiresAt: tokens.refreshHardExpiresAt };
}

/** The access token lives an hour, so its end shows when the set was issued. */
function refreshDueAt(tokens: TokenSet): number {
  return Date.parse(tokens.accessExpiresAt) - ACCESS_LIFE_MS + REFRESH_AT_LEAST_MS;
}
