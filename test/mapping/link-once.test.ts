/** A link is made once per worker, and never by one that has lost the invoice in the meantime. */
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { findLinks } from "../../src/mapping/links.ts";
import { openDb } from "../../src/platform/db.ts";
import type { PushContext } from "../../src/pushes/push-context.ts";
import { linkOnce } from "../../src/mapping/link-once.ts";
import type { ResolveTask } from "../../src/mapping/resolve-task.ts";

const NOW = new Date("2026-11-20T10:00:00.000Z");
const db = openDb(env.DB);

/** The parts that linkOnce uses; it never touches the others. */
function work(connectionId: string, shared: Map<string, Promise<never>>, keepLease: () => Promise<void>): ResolveTask {
  const context = { db, connection: { id: connectionId }, now: () => NOW, resolving: shared } as unknown as PushContext;
  return { context, keepLease } as unknown as ResolveTask;
}

test("a push that lost its lease makes nothing, and takes no other push along that needs the same thing", async () => {
  const shared = new Map<string, Promise<never>>();
  let made = 0;
  const make = async () => {
    made += 1;
    return { qboId: "7", name: "Green tea", isTaxable: null, origin: null, buyer: null, warnings: [] };
  };
  const lost = work("c-lease", shared, () => Promise.reject(new Error("lost")));
  const held = work("c-lease", shared, () => Promise.resolve());
  const [first, second, third] = await Promise.allSettled(
    [lost, held, held].map((one) => linkOnce(one, { kind: "item", key: "sku:tea" }, make)),
  );
  expect(first?.status).toBe("rejected");
  expect([second, third].map((one) => (one?.status === "fulfilled" ? one.value.qboId : "rejected"))).toEqual([
    "7",
    "7",
  ]);
  expect(made).toBe(1);
  expect((await findLinks(db, "c-lease", "item", ["sku:tea"])).get("sku:tea")?.qboId).toBe("7");
});
