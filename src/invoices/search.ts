/**
 * Finds invoices by any part of their number, their order's number or the customer's name. The index is kept by
 * triggers (migrations/0001_search.sql); nothing here may lead to a scan of the invoices themselves.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { invoices } from "./schema.ts";

/** The tokenizer cuts texts into pieces of three, so shorter needles find nothing there. */
const MIN_TRIGRAM_CHARACTERS = 3;
const MAX_NEEDLE_CHARACTERS = 100;
/** Up to here every match is fetched and sorted; with more of them the list is walked instead. */
const MAX_RARE_MATCHES = 1_000;
/** Sorts behind every text that begins with what stands before it. */
const LAST_CHARACTER = "\u{10FFFF}";

export interface Search {
  /** A subselect of the row IDs that match. */
  source: SQL;
  /** More match than are worth fetching for the sake of one page. */
  isCommon: boolean;
}

/** How to search for the needle, or null where nothing is searched for. Asks whether many match, which costs little. */
export async function planSearch(db: Db, needle: string | undefined): Promise<Search | null> {
  const source = searchSource(needle);
  if (!source) return null;
  const [row] = await db.all<{ n: number }>(sql`select count(*) as n from (select 1 from ${source} limit ${MAX_RARE_MATCHES + 1})`);
  return { source, isCommon: (row?.n ?? 0) > MAX_RARE_MATCHES };
}

/**
 * A subselect of the row IDs that match, or null where nothing is searched for. Three characters
 * and more are found anywhere, whatever their case or accents; fewer are the beginning of a number.
 */
function searchSource(needle: string | undefined): SQL | null {
  const characters = Array.from((needle ?? "").replaceAll("\0", "").trim()).slice(0, MAX_NEEDLE_CHARACTERS);
  if (characters.length === 0) return null;
  const text = characters.join("").toWellFormed();
  if (characters.length >= MIN_TRIGRAM_CHARACTERS) {
    // A quoted phrase: every character stands for itself, none is an operator of the query language.
    const phrase = `"${text.replaceAll('"', '""')}"`;
    return sql`(select rowid from invoice_search where invoice_search match ${phrase})`;
  }
  return sql`(${prefix(text.toUpperCase())} union ${prefix(text.toLowerCase())})`;
}

function prefix(text: string): SQL {
  return sql`select rowid from ${invoices} where ${invoices.number} >= ${text} and ${invoices.number} < ${text + LAST_CHARACTER}`;
}
