/**
 * Finds invoices by any part of their number, their order's number or the customer's name. The index is kept by
 * triggers (migrations/0001_search.sql); nothing here may lead to a scan of the invoices. Pure: it only writes SQL.
 */
import { type SQL, sql } from "drizzle-orm";
import { invoices } from "./schema.ts";

/** The tokenizer cuts texts into pieces of three, so shorter needles find nothing there. */
const MIN_TRIGRAM_CHARACTERS = 3;
const MAX_NEEDLE_CHARACTERS = 100;
/** Sorts behind every text that begins with what stands before it. */
const LAST_CHARACTER = "\u{10FFFF}";

/**
 * A subselect of the row IDs that match, or null where nothing is searched for. Three characters
 * and more are found anywhere, whatever their case or accents; fewer are the beginning of a number.
 */
export function searchSource(needle: string | undefined): SQL | null {
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
