import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../src/people/passwords.ts";

describe("passwords", () => {
  it("are hashed with scrypt at the strength of OWASP's table, with a new salt each time", async () => {
    const [first, second] = await Promise.all([
      hashPassword("correct horse battery"),
      hashPassword("correct horse battery"),
    ]);
    expect(first).toMatch(/^scrypt\$16384\$8\$5\$[A-Za-z0-9+/]+=*\$[A-Za-z0-9+/]+=*$/);
    expect(first).not.toBe(second);
  });

  it("verify when right, in any Unicode spelling, and only then", async () => {
    const hash = await hashPassword("café au lait, bien chaud");
    expect(await verifyPassword(hash, "cafe\u0301 au lait, bien chaud")).toBe(true);
    expect(await verifyPassword(hash, "cafe au lait, bien chaud")).toBe(false);
    expect(await verifyPassword(hash, "")).toBe(false);
    expect(await verifyPassword(hash, "x".repeat(100_000))).toBe(false);
  });

  it("never verify for nobody or an unreadable hash", async () => {
    for (const hash of [null, "", "plain", "scrypt$1$1$1$$"]) expect(await verifyPassword(hash, "")).toBe(false);
  });

  it("do the same work for an unknown person as for a known one", async () => {
    const hash = await hashPassword("correct horse battery");
    const timeOf = async (work: () => Promise<unknown>) => {
      const startedAt = performance.now();
      await work();
      return performance.now() - startedAt;
    };
    const somebody = await timeOf(() => verifyPassword(hash, "wrong horse battery"));
    const nobody = await timeOf(() => verifyPassword(null, "wrong horse battery"));
    expect(nobody).toBeGreaterThanOrEqual(somebody / 4);
  });
});
