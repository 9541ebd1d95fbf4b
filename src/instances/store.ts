/**
 * Reads and writes instances. Never decides what a changed switch or association means for waiting invoices (pushes/
 * does), and never deletes a row: orders and invoices keep referring to it.
 */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { type Db, prepared } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { KeyRing } from "../platform/keys.ts";
import type { Instance, InstanceSettings } from "./instance.ts";
import { instances, signingSecrets } from "./schema.ts";
import { newSecret } from "./signing-secrets.ts";

/** Creates an instance and its first signing secret, which is returned to be shown once. */
export async function createInstance(
  db: Db,
  ring: KeyRing,
  settings: InstanceSettings,
  now: Date,
): Promise<{ instance: Instance; secret: string }> {
  const at = now.toISOString();
  const instance: Instance = { ...settings, id: newId(now), createdAt: at, updatedAt: at, removedAt: null };
  const { secret, row } = await newSecret(ring, instance.id, now);
  await db.batch([db.insert(instances).values(instance), db.insert(signingSecrets).values(row)]);
  return { instance, secret };
}

/** The instance, or null; a removed one is found too. */
export async function findInstance(db: Db, id: string): Promise<Instance | null> {
  const [row] = await prepared(db, byId).all({ id });
  return row ?? null;
}

const byId = (db: Db) =>
  db
    .select()
    .from(instances)
    .where(eq(instances.id, sql.placeholder("id")))
    .limit(1)
    .prepare();

/** The instances, oldest first; removed ones only on request (their invoices still refer to them). */
export async function listInstances(db: Db, options: { includeRemoved?: boolean } = {}): Promise<Instance[]> {
  const condition = options.includeRemoved ? undefined : isNull(instances.removedAt);
  return db.select().from(instances).where(condition).orderBy(asc(instances.id));
}

/** Saves the given settings and returns the instance; null if there is none, or it was removed. */
export async function saveInstance(
  db: Db,
  id: string,
  patch: Partial<InstanceSettings>,
  now: Date,
): Promise<Instance | null> {
  const [row] = await db
    .update(instances)
    .set({ ...patch, updatedAt: now.toISOString() })
    .where(and(eq(instances.id, id), isNull(instances.removedAt)))
    .returning();
  return row ?? null;
}

/** Removes the instance from use: its webhook responds 410 from now on. Returns whether it was in use. */
export async function removeInstance(db: Db, id: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const removed = await db
    .update(instances)
    .set({ removedAt: at, updatedAt: at })
    .where(and(eq(instances.id, id), isNull(instances.removedAt)))
    .returning({ id: instances.id });
  return removed.length > 0;
}
