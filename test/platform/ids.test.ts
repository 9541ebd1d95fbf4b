import { expect, test } from "vitest";
import { newId, randomToken, sha256Hex } from "../../src/platform/ids.ts";

test("IDs are UUIDv7 and sort by their time", () => {
  const earlier = newId(new Date("2026-01-01T00:00:00.000Z"));
  const later = newId(new Date("2026-01-01T00:00:00.001Z"));
  expect(earlier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(earlier < later).toBe(true);
});

test("a token carries 32 random bytes and is never the same twice", () => {
  expect(randomToken()).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(randomToken()).not.toBe(randomToken());
});

test("SHA-256 in hex (FIPS 180-4, example 'abc')", async () => {
  expect(await sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
