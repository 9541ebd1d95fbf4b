/** The vault: what is sealed for one connection and generation opens for nobody else, and a miss is only a miss. */
import { beforeEach, expect, it, vi } from "vitest";
import {
  type Vault,
  forgetTokens,
  openTokens,
  readTokens,
  sealTokens,
  storeSealed,
} from "../../src/connections/token-vault.ts";
import { parseKeyRing } from "../../src/platform/keys.ts";

const KEY_1 = "k-1=BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
const KEY_2 = "k-2=CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";
const TOKENS = {
  accessToken: "access",
  refreshToken: "refresh",
  accessExpiresAt: "2026-11-20T11:00:00.000Z",
  refreshExpiresAt: "2027-02-28T10:00:00.000Z",
  refreshHardExpiresAt: null,
};

let values: Map<string, string>;
let vault: Vault;

beforeEach(() => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  values = new Map();
  const kv = {
    get: async (key: string) => values.get(key) ?? null,
    put: async (key: string, value: string) => void values.set(key, value),
    delete: async (key: string) => void values.delete(key),
  };
  vault = { kv: kv as unknown as KVNamespace, keys: parseKeyRing(KEY_1) };
});

it("gives back what was stored under its generation, and forgets it", async () => {
  await storeSealed(vault, "c-1", 3, await sealTokens(vault.keys, "c-1", 3, TOKENS));
  expect([...values.keys()]).toEqual(["token:c-1:3"]);
  expect([...values.values()].join("")).not.toMatch(/access|refresh/);
  expect(await readTokens(vault, "c-1", 3)).toEqual(TOKENS);
  await forgetTokens(vault, "c-1", 3);
  expect(await readTokens(vault, "c-1", 3)).toBeNull();
});

it("another generation, another connection, a key that is gone: not readable, and nothing thrown", async () => {
  const sealed = await sealTokens(vault.keys, "c-1", 3, TOKENS);
  expect(await openTokens(vault.keys, "c-1", 4, sealed)).toBeNull();
  expect(await openTokens(vault.keys, "c-2", 3, sealed)).toBeNull();
  expect(await openTokens(parseKeyRing(KEY_2), "c-1", 3, sealed)).toBeNull();
  expect(await openTokens(parseKeyRing(`${KEY_2},${KEY_1}`), "c-1", 3, sealed)).toEqual(TOKENS);
});
