import fc from "fast-check";
import { expect, it } from "vitest";
import { fromBase64, toBase64, toBase64Url, toHex } from "../../src/platform/bytes.ts";
import { readBytes } from "../../src/platform/read-bytes.ts";

it("base64 and base64url give any bytes back", () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
      expect(fromBase64(toBase64Url(bytes))).toEqual(new Uint8Array(bytes));
      expect(toBase64Url(bytes)).toMatch(/^[\w-]*$/);
      expect(toHex(bytes)).toMatch(new RegExp(`^[0-9a-f]{${2 * bytes.length}}$`));
    }),
  );
});

// RFC 4648, section 10, and the two signs in which base64url differs.
it.each([
  ["", "", "", ""],
  ["f", "66", "Zg==", "Zg"],
  ["fo", "666f", "Zm8=", "Zm8"],
  ["foo", "666f6f", "Zm9v", "Zm9v"],
  ["\u00ff\u00ef\u00be", "ffefbe", "/+++", "_---"],
])("%j is written as the RFC says", (text, hex, base64, base64Url) => {
  const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
  expect([toHex(bytes), toBase64(bytes), toBase64Url(bytes)]).toEqual([hex, base64, base64Url]);
});

it.each(["*", "a", "ab=c", "é"])("%j is not base64", (text) => expect(fromBase64(text)).toBeNull());

it("a body is read up to its limit and not a byte further", async () => {
  const body = (): ReadableStream<unknown> => new Response("x".repeat(100)).body ?? new ReadableStream();
  expect((await readBytes(body(), 100))?.length).toBe(100);
  expect(await readBytes(body(), 99)).toBeNull();
  expect((await readBytes(null, 0))?.length).toBe(0);
});

it("reading an endless body stops at the limit and cancels it", async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream<unknown>({
    pull: (controller) => {
      sent += 10;
      controller.enqueue(new Uint8Array(10));
    },
    cancel: () => {
      isCancelled = true;
    },
  });
  expect(await readBytes(endless, 25)).toBeNull();
  expect(isCancelled).toBe(true);
  expect(sent).toBeLessThanOrEqual(50);
});
