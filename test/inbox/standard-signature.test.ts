import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { signDelivery, verifyDelivery } from "../../src/platform/standard-signature.ts";

const SECRET = `whsec_${btoa("s".repeat(32))}`;
const OTHER = `whsec_${btoa("t".repeat(32))}`;
const NOW = new Date("2026-11-20T10:00:00Z");
const BODY = '{"type":"order.shipped","data":{"name":"Zoë 🎈"}}';
const bytes = (text: string): Uint8Array<ArrayBuffer> => new Uint8Array(new TextEncoder().encode(text));

function headers(changes: Record<string, string> = {}, secret = SECRET, time = NOW): Headers {
  return new Headers({
    "webhook-id": "msg_1",
    "webhook-timestamp": String(Math.floor(time.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign("msg_1", time, BODY),
    ...changes,
  });
}
const verify = (given: Headers, secrets = [SECRET], body = BODY) => verifyDelivery(given, bytes(body), secrets, NOW);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

describe("a delivery signed by another library", () => {
  test("is recognised by its ID", async () => {
    expect(await verify(headers())).toBe("msg_1");
  });

  test.each([-300, -299, 299, 300])("%i seconds off is within tolerance", async (seconds) => {
    expect(await verify(headers({}, SECRET, after(seconds)))).toBe("msg_1");
  });

  test.each([-301, 301, 86_400])("%i seconds off is not", async (seconds) => {
    expect(await verify(headers({}, SECRET, after(seconds)))).toBeNull();
  });

  test("any of several signatures and any of several secrets will do", async () => {
    const right = headers().get("webhook-signature")!;
    const wrong = headers({}, OTHER).get("webhook-signature")!;
    expect(await verify(headers({ "webhook-signature": `${wrong} v1a,abc ${right}` }))).toBe("msg_1");
    expect(await verify(headers(), [OTHER, SECRET])).toBe("msg_1");
    expect(await verify(headers(), [OTHER])).toBeNull();
    expect(await verify(headers(), [])).toBeNull();
  });

  test.each([
    ["another ID", { "webhook-id": "msg_2" }],
    ["another time", { "webhook-timestamp": String(Math.floor(NOW.getTime() / 1000) + 1) }],
    ["no ID", { "webhook-id": "" }],
    ["an ID with a space", { "webhook-id": "msg 1" }],
    ["a long ID", { "webhook-id": "m".repeat(257) }],
    ["no time", { "webhook-timestamp": "" }],
    ["a time that is no number", { "webhook-timestamp": "now" }],
    ["a fraction of a second", { "webhook-timestamp": "1795168800.5" }],
    ["a time of many digits", { "webhook-timestamp": "9".repeat(400) }],
    ["no signature", { "webhook-signature": "" }],
    ["another version", { "webhook-signature": headers().get("webhook-signature")!.replace("v1,", "v2,") }],
    ["a signature that is not base64", { "webhook-signature": "v1,***" }],
    ["a short signature", { "webhook-signature": `v1,${btoa("short")}` }],
    [
      "a signature beyond the bounds",
      { "webhook-signature": `${"v1,AAAA ".repeat(1000)}${headers().get("webhook-signature")}` },
    ],
  ])("%s is refused", async (_name, changes) => {
    expect(await verify(headers(changes))).toBeNull();
  });

  test("a changed body is refused, wherever it was changed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(BODY.length - 1), fc.string({ minLength: 1, maxLength: 1 }), async (index, character) => {
        const changed = BODY.slice(0, index) + character + BODY.slice(index + 1);
        expect(await verify(headers(), [SECRET], changed)).toBe(changed === BODY ? "msg_1" : null);
      }),
      { numRuns: 100 },
    );
  });
});

test("another library verifies what we sign", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 200 }), async (text) => {
      const body = JSON.stringify({ text });
      const signed = await signDelivery(SECRET, "test_1", body, new Date());
      expect(new Webhook(SECRET).verify(body, signed)).toEqual({ text });
      expect(() => new Webhook(OTHER).verify(body, signed)).toThrow("No matching signature found");
    }),
    { numRuns: 50 },
  );
});
