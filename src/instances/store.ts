/**
 * Reads and writes instances. Never decides what a changed switch or association means for waiting invoices
 * (pushes/hold-or-resume.ts and pushes/move-invoices.ts do), and never removes a row: orders and invoices go on naming it.
 */
import { and, asc, eq, isNull } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import type { KeyRing } from "../platform/keys.ts";
import type { Instance, InstanceSettings } from "./instance.ts";
import { instances, signingSecrets } from "./schema.ts";
import { newSecret } from "./signing-secrets.ts";

/** Makes an instance and its first signing secret. The secret is returned for showing it once. */
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
  const [row] = await db.select().from(instances).where(eq(instances.id, id)).limit(1);
  return row ?? null;
}

/** The instances, oldest first; those that were removed only on request (their invoices still name them). */
export async function listInstances(db: Db, options: { includeRemoved?: boolean } = {}): Promise<Instance[]> {
  const condition = options.includeRemoved ? undefined : isNull(instances.removedAt);
  return db.select().from(instances).where(condition).orderBy(asc(instances.id));
}

/** Saves what is given and answers with the instance as it is then; null where there is none, or it was removed. */
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

/** Takes the instance out of use: its webhook answers 410 from now on. Answers whether it was in use. */
export async function removeInstance(db: Db, id: string, now: Date): Promise<boolean> {
  const at = now.toISOString();
  const removed = await db
    .update(instances)
    .set({ removedAt: at, updatedAt: at })
    .where(and(eq(instances.id, id), isNull(instances.removedAt)))
    .returning({ id: instances.id });
  return removed.length > 0;
}
