import { describe, expect, it } from "vitest";
import { deriveKey, parseKeyRing, UnknownKeyError } from "../../src/platform/keys.ts";

const keyOf = (byte: number) => btoa(String.fromCharCode(...new Uint8Array(32).fill(byte)));
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

describe("parseKeyRing", () => {
  it("takes the first key for sealing and keeps all for opening", () => {
    const ring = parseKeyRing(`b=${keyOf(2)}, a=${keyOf(1)}`);
    expect(ring.current).toBe("b");
    expect([...ring.keys.keys()]).toEqual(["b", "a"]);
    expect(ring.keys.get("a")).toEqual(new Uint8Array(32).fill(1));
  });

  it("takes base64url and missing padding", () => {
    const base64url = keyOf(251).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    expect(parseKeyRing(`k=${base64url}`).keys.get("k")).toEqual(new Uint8Array(32).fill(251));
  });

  it.each([
    ["", /item 1/],
    ["justtext", /item 1/],
    [`=${keyOf(1)}`, /item 1/],
    [`k=${btoa("short")}`, /'k' must be 32 bytes/],
    ["k=%%%", /'k' must be 32 bytes/],
    [`k=${keyOf(1)},k=${keyOf(2)}`, /twice/],
    [`k=${keyOf(1)},`, /item 2/],
  ])("refuses %j and says what is wrong", (text, message) => {
    expect(() => parseKeyRing(text)).toThrow(message);
  });

  it("never repeats a key in its message", () => {
    const secret = btoa("a secret that is too short");
    let message = "";
    try {
      parseKeyRing(`k=${secret}`);
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain("'k' must be 32 bytes");
    expect(message).not.toContain(secret);
  });
});

describe("deriveKey", () => {
  it("gives another key for each purpose and each key of the ring, and the same one each time", async () => {
    const ring = parseKeyRing(`b=${keyOf(2)},a=${keyOf(1)}`);
    const keys = await Promise.all([deriveKey(ring, "a", "x"), deriveKey(ring, "a", "y"), deriveKey(ring, "b", "x")]);
    expect(new Set(keys.map(hex)).size).toBe(3);
    expect(hex(await deriveKey(ring, "a", "x"))).toBe(hex(keys[0] ?? new Uint8Array()));
  });

  it("throws for a key that is not in the ring", async () => {
    await expect(deriveKey(parseKeyRing(`a=${keyOf(1)}`), "z", "x")).rejects.toThrow(UnknownKeyError);
  });
});
