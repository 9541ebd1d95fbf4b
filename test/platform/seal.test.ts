import { describe, expect, it } from "vitest";
import { parseKeyRing } from "../../src/platform/keys.ts";
import { open, seal, SealError } from "../../src/platform/seal.ts";
import { signToken, verifyToken } from "../../src/platform/signed-token.ts";

const keyOf = (byte: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)));
const oldRing = parseKeyRing(`a=${keyOf(1)}`);
const rotatedRing = parseKeyRing(`b=${keyOf(2)},a=${keyOf(1)}`);
const newRing = parseKeyRing(`b=${keyOf(2)}`);
const binding = { connection_id: "c1", generation: "3" };

describe("seal and open", () => {
  it("opens what was sealed, also after the keys were rotated, and not after the key is gone", async () => {
    const sealed = await seal(oldRing, "tokens", "the secret", binding);
    expect(sealed).not.toContain("secret");
    expect(await open(oldRing, "tokens", sealed, binding)).toBe("the secret");
    expect(await open(rotatedRing, "tokens", sealed, binding)).toBe("the secret");
    await expect(open(newRing, "tokens", sealed, binding)).rejects.toThrow(SealError);
  });

  it("seals with the first key", async () => {
    const sealed = await seal(rotatedRing, "tokens", "x", binding);
    expect(await open(newRing, "tokens", sealed, binding)).toBe("x");
  });

  it("never gives the same text twice", async () => {
    expect(await seal(oldRing, "tokens", "x", binding)).not.toBe(await seal(oldRing, "tokens", "x", binding));
  });

  it.each<Record<string, string>>([
    { connection_id: "c2", generation: "3" },
    { connection_id: "c1" },
    { connection_id: "c1", generation: "3", more: "1" },
    {},
  ])("does not open for another binding: %j", async (other) => {
    const sealed = await seal(oldRing, "tokens", "x", binding);
    await expect(open(oldRing, "tokens", sealed, other)).rejects.toThrow(SealError);
  });

  it("does not open for another purpose", async () => {
    const sealed = await seal(oldRing, "tokens", "x", binding);
    await expect(open(oldRing, "signing-secret", sealed, binding)).rejects.toThrow(SealError);
  });

  it("does not open what was changed at any part", async () => {
    const parts = (await seal(oldRing, "tokens", "x", binding)).split(".");
    for (const [index, part] of parts.entries()) {
      const first = part.startsWith("A") ? "B" : "A";
      const changed = parts.with(index, first + part.slice(1)).join(".");
      await expect(open(oldRing, "tokens", changed, binding)).rejects.toThrow(SealError);
    }
    await expect(open(oldRing, "tokens", "", binding)).rejects.toThrow(SealError);
  });
});

describe("signed tokens", () => {
  const now = new Date("2026-11-20T10:00:00Z");
  const later = new Date("2026-11-20T11:00:00Z");

  it("verify until their end, for their purpose only", async () => {
    const token = await signToken(rotatedRing, "share", { share: "s1" }, later);
    expect(await verifyToken(newRing, "share", token, now)).toMatchObject({ share: "s1" });
    expect(await verifyToken(newRing, "other", token, now)).toBeNull();
    expect(await verifyToken(newRing, "share", token, later)).toBeNull();
    expect(await verifyToken(oldRing, "share", token, now)).toBeNull();
  });

  it("do not verify when changed, unsigned or blank", async () => {
    const [head, , signature] = (await signToken(oldRing, "share", { share: "s1" }, later)).split(".");
    const forged = btoa(JSON.stringify({ share: "s2", exp: later.getTime() / 1000 })).replaceAll("=", "");
    const unsigned = btoa(JSON.stringify({ alg: "none" })).replaceAll("=", "");
    for (const token of [`${head}.${forged}.${signature}`, `${unsigned}.${forged}.`, "", "x.y.z"]) {
      expect(await verifyToken(oldRing, "share", token, now)).toBeNull();
    }
  });
});
