/**
 * The audit log: who changed what, when, from where, and from which value to which; and what concerns security, such as
 * who signed in and who tried. Rows are only ever added. A secret must never get in: actions list the fields that they
 * log one by one. What strangers cause is bounded, since they could fill the table: once an hour each.
 */
import { and, desc, eq, lt, notInArray, or } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "../platform/db.ts";
import { newId, sha256Hex } from "../platform/ids.ts";
import type { Actor } from "./person.ts";
import { activity } from "./schema.ts";

const changeShape = z.object({ field: z.string(), from: z.string().nullable(), to: z.string().nullable() });
const cursorShape = z.tuple([z.iso.datetime(), z.string().min(1).max(64)]);

/** One changed field; values as people read them, null for empty. */
export type Change = z.infer<typeof changeShape>;

export interface Subject {
  kind:
    | "connection"
    | "instance"
    | "invoice"
    | "user"
    | "invitation"
    | "api_key"
    | "status_share"
    | "order_event"
    | "alerts";
  id: string;
  name: string;
}

/** What people without the right `administer` don't read: people and keys (docs/contract.md, section 3). */
const SUBJECTS_OF_ADMINS: Subject["kind"][] = ["user", "invitation", "api_key"];
const HOUR_PREFIX_CHARACTERS = "2026-11-20T10".length;
/** How long it is kept what strangers tried. */
const STRANGERS_KEPT_DAYS = 90;
const DAY_MS = 86_400_000;

export interface ActivityEntry {
  id: string;
  at: string;
  /** The network address that it was done from, where it is known. */
  address: string | null;
  actor: { kind: Actor["kind"]; id: string; name: string };
  action: string;
  subject: { kind: string; id: string; name: string };
  changes: Change[];
}

export interface NewEntry {
  /** A stable word such as `connection.settings_saved`. */
  action: string;
  subject: Subject;
  changes?: Change[];
}

/** Adds a row. */
export async function recordActivity(db: Db, now: Date, actor: Actor, entry: NewEntry): Promise<void> {
  await db.insert(activity).values(rowOf(newId(now), now, actor, entry));
}

/**
 * Adds a row, unless there is one of this hour with the same action, subject, actor and network address: for what
 * anybody can cause as often as they like.
 */
export async function recordOnceAnHour(db: Db, now: Date, actor: Actor, entry: NewEntry): Promise<void> {
  const hour = now.toISOString().slice(0, HOUR_PREFIX_CHARACTERS);
  const { action, subject } = entry;
  const parts = [hour, action, subject.kind, subject.id, actor.kind, actor.id, actor.address ?? null];
  const id = await sha256Hex(JSON.stringify(parts));
  await db
    .insert(activity)
    .values(rowOf(id, now, actor, entry))
    .onConflictDoNothing();
}

/** Statement that deletes what strangers tried long ago. */
export function forgetOldTries(db: Db, now: Date) {
  const before = new Date(now.getTime() - STRANGERS_KEPT_DAYS * DAY_MS).toISOString();
  return db.delete(activity).where(and(eq(activity.actorKind, "stranger"), lt(activity.at, before)));
}

function rowOf(id: string, now: Date, actor: Actor, entry: NewEntry): typeof activity.$inferInsert {
  return {
    id,
    at: now.toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    action: entry.action,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    subjectName: entry.subject.name,
    changes: JSON.stringify(entry.changes ?? []),
    address: actor.address ?? null,
  };
}

/** The named fields whose values differ. */
export function changesBetween<T extends object>(before: T, after: T, fields: readonly (keyof T & string)[]): Change[] {
  return fields.flatMap((field) => {
    const from = asText(before[field]);
    const to = asText(after[field]);
    return from === to ? [] : [{ field, from, to }];
  });
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : JSON.stringify(value);
}

export interface ActivityPage {
  limit: number;
  /** The `next` of the page before. An unreadable one starts at the newest. */
  after?: string | undefined;
  subject?: { kind: Subject["kind"]; id: string } | undefined;
  /** For somebody who may not read about people and keys. */
  isWithoutPeople?: boolean;
}

/** Newest first. */
export async function listActivity(
  db: Db,
  page: ActivityPage,
): Promise<{ rows: ActivityEntry[]; next: string | null }> {
  const cursor = readCursor(page.after);
  const older = cursor && or(lt(activity.at, cursor[0]), and(eq(activity.at, cursor[0]), lt(activity.id, cursor[1])));
  const about =
    page.subject && and(eq(activity.subjectKind, page.subject.kind), eq(activity.subjectId, page.subject.id));
  const readable = page.isWithoutPeople ? notInArray(activity.subjectKind, SUBJECTS_OF_ADMINS) : undefined;
  const rows = await db
    .select()
    .from(activity)
    .where(and(older, about, readable))
    .orderBy(desc(activity.at), desc(activity.id))
    .limit(page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(asEntry),
    next: rows.length > page.limit && last ? JSON.stringify([last.at, last.id]) : null,
  };
}

function readCursor(text: string | undefined): [string, string] | undefined {
  if (text === undefined) return undefined;
  try {
    return cursorShape.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asEntry(row: typeof activity.$inferSelect): ActivityEntry {
  return {
    id: row.id,
    at: row.at,
    address: row.address,
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    changes: z.array(changeShape).parse(JSON.parse(row.changes)),
  };
}
