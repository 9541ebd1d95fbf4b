import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import {
  createInstance,
  findInstance,
  listInstances,
  removeInstance,
  saveInstance,
} from "../../src/instances/store.ts";
import { currentSecret, validSecrets, rotateSigningSecret } from "../../src/instances/signing-secrets.ts";
import { openDb } from "../../src/platform/db.ts";
import { parseKeyRing } from "../../src/platform/keys.ts";

const db = openDb(env.DB);
const ring = parseKeyRing(`a=${btoa("k".repeat(32))}`);
const NOW = new Date("2026-11-20T10:00:00Z");
const later = (hours: number) => new Date(NOW.getTime() + hours * 3_600_000);
const settings = { name: "Northwind", connectionId: null, enabled: true, autoInvoice: false };

test("a secret is whsec_ and 32 bytes, and lies in D1 sealed only", async () => {
  const { instance, secret } = await createInstance(db, ring, settings, NOW);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(await currentSecret(db, ring, instance.id)).toBe(secret);
  const rows = await env.DB.prepare("select * from signing_secrets").all();
  expect(JSON.stringify(rows.results)).not.toContain(secret.slice("whsec_".length));
});

test("after a rotation the old secret verifies for 24 hours; after several all that are still valid do", async () => {
  const { instance, secret: first } = await createInstance(db, ring, settings, NOW);
  const second = await rotateSigningSecret(db, ring, instance.id, later(1));
  const third = await rotateSigningSecret(db, ring, instance.id, later(20));
  expect(await currentSecret(db, ring, instance.id)).toBe(third);
  expect(await validSecrets(db, ring, instance.id, later(24))).toEqual([third, second, first]);
  expect(await validSecrets(db, ring, instance.id, later(25.1))).toEqual([third, second]);
  expect(await validSecrets(db, ring, instance.id, later(44.1))).toEqual([third]);
});

test("a secret of one instance never opens as that of another", async () => {
  const one = await createInstance(db, ring, settings, NOW);
  const other = await createInstance(db, ring, settings, NOW);
  await env.DB.prepare("update signing_secrets set instance_id = ? where instance_id = ?")
    .bind(other.instance.id, one.instance.id)
    .run();
  expect(await validSecrets(db, ring, other.instance.id, NOW)).toEqual([other.secret]);
  await expect(validSecrets(db, ring, one.instance.id, NOW)).rejects.toThrow(/can be opened/);
});

test("an instance is saved, listed and removed; a removed one stays findable but can't be saved", async () => {
  const { instance } = await createInstance(db, ring, settings, NOW);
  const saved = await saveInstance(db, instance.id, { name: "Renamed", autoInvoice: true }, later(1));
  expect(saved).toMatchObject({ name: "Renamed", autoInvoice: true, enabled: true, updatedAt: later(1).toISOString() });
  expect(await removeInstance(db, instance.id, later(2))).toBe(true);
  expect(await removeInstance(db, instance.id, later(3))).toBe(false);
  expect((await findInstance(db, instance.id))?.removedAt).toBe(later(2).toISOString());
  expect(await saveInstance(db, instance.id, { name: "No" }, later(4))).toBeNull();
  expect((await listInstances(db)).map(({ id }) => id)).not.toContain(instance.id);
  expect((await listInstances(db, { includeRemoved: true })).map(({ id }) => id)).toContain(instance.id);
});
