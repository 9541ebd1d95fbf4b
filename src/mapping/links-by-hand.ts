/**
 * Links as people see and change them: the list with its search, forgetting one, choosing another record for one. A link
 * whose record is gone is not listed: its key is looked up again anyway.
 */
import { type SQL, and, eq, sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { fromBase64, toBase64Url } from "../platform/bytes.ts";
import { BUYER_PREFIX, type Link, recordLink, toLink } from "./links.ts";
import type { ListedKind } from "./link-key.ts";
import { links } from "./schema.ts";

/** A link with the time since which it is as it is. */
export interface ListedLink extends Link {
  since: string;
}

export interface LinkFilter {
  /** Absent: buyers and items. */
  kind?: ListedKind | undefined;
  /** Part of the buyer's ID or name, the SKU, or the name or ID in QuickBooks. */
  q?: string | undefined;
}

/** `after` and `before` are cursors of an earlier page; at most one of the two. */
export interface LinkPageRequest {
  limit: number;
  after?: string | undefined;
  before?: string | undefined;
}

const MAX_NEEDLE_CHARACTERS = 100;
/** In the order of the index `links_by_name`. */
const PLACE = ["kind", "name COLLATE NOCASE", "key"].map((column) => sql.raw(column));

/**
 * A page of links, sorted by kind and by the name in QuickBooks. A search reads the links of the company in that order
 * until a page is full: in the worst case all of them, which are as many as buyers and SKUs together.
 */
export async function listLinks(
  db: Db,
  connectionId: string,
  { kind, q }: LinkFilter,
  page: LinkPageRequest,
): Promise<{ rows: ListedLink[]; next: string | null; previous: string | null }> {
  const isBackward = page.after === undefined && page.before !== undefined;
  const direction = sql.raw(isBackward ? "DESC" : "ASC");
  const isOfKind = kind === undefined ? sql`kind >= 'customer' AND kind <= 'item'` : sql`kind = ${kind}`;
  const found = await db
    .select()
    .from(links)
    .where(and(eq(links.connectionId, connectionId), isOfKind, sql`is_gone = 0`, matching(q), beyond(page)))
    .orderBy(...PLACE.map((column) => sql`${column} ${direction}`))
    .limit(page.limit + 1);
  const hasMore = found.length > page.limit;
  const rows = found.slice(0, page.limit).map(toListed);
  if (isBackward) rows.reverse();
  const hasNext = isBackward ? rows.length > 0 : hasMore;
  const hasPrevious = isBackward ? hasMore : page.after !== undefined;
  return { rows, next: hasNext ? cursorOf(rows.at(-1)) : null, previous: hasPrevious ? cursorOf(rows[0]) : null };
}

/** The link, or null if there is none, or its record is gone. */
export async function findLink(
  db: Db,
  connectionId: string,
  { kind, key }: Pick<Link, "kind" | "key">,
): Promise<ListedLink | null> {
  const [row] = await db
    .select()
    .from(links)
    .where(and(isLink(connectionId, { kind, key }), sql`is_gone = 0`))
    .limit(1);
  return row ? toListed(row) : null;
}

/** The other buyer to which a customer in QuickBooks is linked, or null. */
export async function findOtherBuyer(db: Db, connectionId: string, qboId: string, key: string): Promise<Link | null> {
  const isBuyer = sql`kind = 'customer' AND substr(key, 1, ${BUYER_PREFIX.length}) = ${BUYER_PREFIX}`;
  const [row] = await db
    .select()
    .from(links)
    .where(
      and(eq(links.connectionId, connectionId), eq(links.qboId, qboId), isBuyer, sql`key <> ${key} AND is_gone = 0`),
    )
    .limit(1);
  return row ? toLink(row) : null;
}

/**
 * Points a link to another record, because a person says so. False: the customer was linked to another buyer in the
 * meantime, and nothing was written.
 */
export function chooseRecord(
  db: Db,
  connectionId: string,
  link: Link,
  { chosen, now }: { chosen: Pick<Link, "qboId" | "name" | "isTaxable">; now: Date },
): Promise<boolean> {
  // The warnings were about the record that it had.
  return recordLink(db, connectionId, { ...link, ...chosen, origin: "chosen", warnings: [] }, now);
}

/**
 * Forgets a link: the next push looks as if there had been none, only that a record created then is not the earlier one.
 * Returns whether there was one.
 */
export async function forgetLink(db: Db, connectionId: string, link: Pick<Link, "kind" | "key">): Promise<boolean> {
  const forgotten = await db
    .update(links)
    .set({ isGone: true, origin: "forgotten" })
    .where(and(isLink(connectionId, link), sql`is_gone = 0`))
    .returning({ key: links.key });
  return forgotten.length > 0;
}

function isLink(connectionId: string, { kind, key }: Pick<Link, "kind" | "key">): SQL | undefined {
  return and(eq(links.connectionId, connectionId), eq(links.kind, kind), eq(links.key, key));
}

function toListed(row: typeof links.$inferSelect): ListedLink {
  return { ...toLink(row), since: row.updatedAt };
}

/** What follows the first colon of a text. */
function behindColon(text: SQL): SQL {
  return sql`substr(${text}, instr(${text}, ':') + 1)`;
}

function matching(q: string | undefined): SQL | undefined {
  const text = (q ?? "").replaceAll("\0", "").trim().toWellFormed().slice(0, MAX_NEEDLE_CHARACTERS);
  if (text === "") return undefined;
  const key = sql.raw("key");
  // `buyer:<instance>:id:<ID>`, `sku:<SKU>`, `name:<name>`
  const ours = sql`CASE WHEN substr(key, 1, 6) = 'buyer:' THEN ${behindColon(behindColon(behindColon(key)))} ELSE ${behindColon(key)} END`;
  const columns = [sql.raw("name"), sql`coalesce(buyer_name, '')`, ours];
  const contains = columns.flatMap((column) =>
    spellings(text).map((spelled) => sql`instr(lower(${column}), ${spelled}) > 0`),
  );
  return sql`(${sql.join([...contains, sql`qbo_id = ${text}`], sql` OR `)})`;
}

/** SQLite's `lower` knows only a to z; other letters are looked for as they were typed, as small ones, and as names have them. */
function spellings(text: string): string[] {
  const small = text.toLowerCase();
  const asName = small.replace(/(^|\s)(\S)/gu, (_match, blank: string, first: string) => blank + first.toUpperCase());
  const lower = (spelled: string) => spelled.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return [...new Set([text, small, asName].map(lower))];
}

function cursorOf(row: ListedLink | undefined): string | null {
  if (!row) return null;
  return toBase64Url(new TextEncoder().encode(JSON.stringify([row.kind, row.name, row.key])));
}

/** Whether the text is a cursor of a page of links. */
export function isLinkCursor(text: string): boolean {
  return readCursor(text) !== null;
}

function readCursor(text: string): string[] | null {
  const bytes = fromBase64(text);
  if (!bytes) return null;
  try {
    const place: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isPlace =
      Array.isArray(place) && place.length === PLACE.length && place.every((one) => typeof one === "string");
    return isPlace ? place : null;
  } catch {
    return null;
  }
}

/** The rows behind or in front of a cursor; an unreadable one means the first page. */
function beyond({ after, before }: LinkPageRequest): SQL | undefined {
  const place = readCursor(after ?? before ?? "");
  if (!place) return undefined;
  const given = place.map((part) => sql`${part}`);
  const sign = sql.raw(after === undefined ? "<" : ">");
  return sql`(${sql.join(PLACE, sql`, `)}) ${sign} (${sql.join(given, sql`, `)})`;
}
