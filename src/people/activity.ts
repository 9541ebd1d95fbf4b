/**
 * The audit log: who changed what, when, and from which value to which. Rows are only ever added. A secret must never
 * get in: actions list the fields that they log one by one.
 */
import { and, desc, eq, lt, or } from "drizzle-orm";
import { z } from "zod";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
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

export interface ActivityEntry {
  id: string;
  at: string;
  actor: { kind: Actor["kind"]; id: string; name: string };
  action: string;
  subject: { kind: string; id: string; name: string };
  changes: Change[];
}

/** Adds a row. `action` is a stable word such as `connection.settings_saved`. */
export async function recordActivity(
  db: Db,
  now: Date,
  actor: Actor,
  entry: { action: string; subject: Subject; changes?: Change[] },
): Promise<void> {
  await db.insert(activity).values({
    id: newId(now),
    at: now.toISOString(),
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    action: entry.action,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    subjectName: entry.subject.name,
    changes: JSON.stringify(entry.changes ?? []),
  });
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

/** Newest first; `after` is the `next` of the page before. An unreadable cursor starts at the newest. */
export async function listActivity(
  db: Db,
  page: { limit: number; after?: string | undefined; subject?: { kind: Subject["kind"]; id: string } | undefined },
): Promise<{ rows: ActivityEntry[]; next: string | null }> {
  const cursor = readCursor(page.after);
  const older = cursor && or(lt(activity.at, cursor[0]), and(eq(activity.at, cursor[0]), lt(activity.id, cursor[1])));
  const about =
    page.subject && and(eq(activity.subjectKind, page.subject.kind), eq(activity.subjectId, page.subject.id));
  const rows = await db
    .select()
    .from(activity)
    .where(and(older, about))
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
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
    action: row.action,
    subject: { kind: row.subjectKind, id: row.subjectId, name: row.subjectName },
    changes: z.array(changeShape).parse(JSON.parse(row.changes)),
  };
}
