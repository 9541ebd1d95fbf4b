/**
 * Setup file of the `worker` project: the tests of a file begin with empty storage and the newest schema of D1. Files share
 * a worker, so what the one before has left goes first: D1, KV, Durable Objects with their alarms.
 * It applies the very files that production applies, so a broken migration fails here first.
 */
import { applyD1Migrations, listDurableObjectIds, reset, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** `reset` passes over objects that sleep, and D1 and KV are objects here, too. */
async function wakeAll(): Promise<void> {
  const gates = await listDurableObjectIds(env.REALM_GATE);
  await Promise.all([
    env.DB.prepare("SELECT 1").run(),
    env.TOKENS.get("nothing"),
    ...gates.map((id) => runInDurableObject(env.REALM_GATE.get(id), () => undefined)),
  ]);
}

await wakeAll();
await reset();
const left = await env.DB.prepare("SELECT name FROM sqlite_master WHERE name = 'd1_migrations'").first();
if (left !== null) throw new Error("The database still holds what the test file before has left.");
await applyD1Migrations(env.DB, env.TEST_MIGRATIONS);
