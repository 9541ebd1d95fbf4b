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
  /** True for the rows that match. */
  condition: SQL;
  /** Few match: the condition starts at them. Otherwise it is asked of each row while a list is walked. */
  isStart: boolean;
}

/** A search in both shapes. A unary plus keeps SQLite from starting at it (https://www.sqlite.org/optoverview.html). */
interface Needle {
  /** A subselect of the row IDs that match. */
  source: SQL;
  /** Whether a given row matches. */
  test: SQL;
}

/** How to search for the needle, or null where nothing is searched for. Asks whether many match, which costs little. */
export async function planSearch(db: Db, needle: string | undefined): Promise<Search | null> {
  const found = readNeedle(needle);
  if (!found) return null;
  const { source, test } = found;
  const [row] = await db.all<{ n: number }>(
    sql`select count(*) as n from (select 1 from ${source} limit ${MAX_RARE_MATCHES + 1})`,
  );
  const isStart = (row?.n ?? 0) <= MAX_RARE_MATCHES;
  return { isStart, condition: isStart ? sql`${invoices}.rowid in ${source}` : test };
}

/**
 * Null where nothing is searched for. Three characters and more are found anywhere, whatever their case or accents;
 * fewer are the beginning of a number.
 */
function readNeedle(needle: string | undefined): Needle | null {
  const characters = Array.from((needle ?? "").replaceAll("\0", "").trim()).slice(0, MAX_NEEDLE_CHARACTERS);
  if (characters.length === 0) return null;
  const text = characters.join("").toWellFormed();
  if (characters.length >= MIN_TRIGRAM_CHARACTERS) {
    // A quoted phrase: every character stands for itself, none is an operator of the query language.
    const phrase = `"${text.replaceAll('"', '""')}"`;
    const source = sql`(select rowid from invoice_search where invoice_search match ${phrase})`;
    return { source, test: sql`+${invoices}.rowid in ${source}` };
  }
  const [upper, lower] = [text.toUpperCase(), text.toLowerCase()];
  const number = sql`${invoices.number}`;
  const rows = (text: string): SQL => sql`select rowid from ${invoices} where ${beginsWith(number, text)}`;
  return {
    // No row is in both, and ALL lets a reader stop early.
    source: upper === lower ? sql`(${rows(upper)})` : sql`(${rows(upper)} union all ${rows(lower)})`,
    test: sql`(${beginsWith(sql`+${number}`, upper)} or ${beginsWith(sql`+${number}`, lower)})`,
  };
}

function beginsWith(number: SQL, text: string): SQL {
  return sql`(${number} >= ${text} and ${number} < ${text + LAST_CHARACTER})`;
}
