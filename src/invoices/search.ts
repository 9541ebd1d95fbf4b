/**
 * Finds invoices by any part of their number, their order's number or the customer's name, and by their total. Triggers
 * keep the index up to date (migrations/0018_lists.sql); nothing here may scan the invoices themselves.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Db } from "../platform/db.ts";
import { currenciesOf } from "../platform/money.ts";
import { amountsIn } from "./amount-search.ts";
import { inPlainLetters } from "./plain-letters.ts";
import { invoices } from "./schema.ts";

/** The tokenizer indexes sequences of three characters, so shorter search texts find nothing there. */
const MIN_TRIGRAM_CHARACTERS = 3;
const MAX_NEEDLE_CHARACTERS = 100;
const USUAL_DIGITS = 2;
/** Up to this number, all matches are fetched and sorted; beyond it, the list is scanned in order instead. */
const MAX_RARE_MATCHES = 1_000;
/** Sorts after every text that begins with the same prefix. */
const LAST_CHARACTER = "\u{10FFFF}";

export interface Search {
  /** True for matching rows. */
  condition: SQL;
  /** Few match: the query starts at them. Otherwise the condition is checked for each row as the list is read. */
  isStart: boolean;
}

/** A search in both forms. A unary plus keeps SQLite from starting at it (https://www.sqlite.org/optoverview.html). */
interface Needle {
  /** A subselect of the row IDs that match. */
  source: SQL;
  /** A condition on a given row. */
  test: SQL;
}

/** How to search for the text, or null if there is none. Asks the database whether many match, which is cheap. */
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
 * Null if there is nothing to search for. Three or more characters are found anywhere, ignoring case and accents; fewer
 * match the beginning of a number. What may be an amount also finds totals.
 */
function readNeedle(needle: string | undefined): Needle | null {
  const characters = Array.from((needle ?? "").replaceAll("\0", "").trim()).slice(0, MAX_NEEDLE_CHARACTERS);
  if (characters.length === 0) return null;
  const text = characters.join("").toWellFormed();
  const ways = [textNeedle(text), ...amountsIn(text).map(amountNeedle)];
  return {
    // ALL lets a reader stop early; a row that is found in two ways is counted twice only by the estimate.
    source: sql`(${sql.join(
      ways.map(({ source }) => source),
      sql` union all `,
    )})`,
    test: sql`(${sql.join(
      ways.map(({ test }) => test),
      sql` or `,
    )})`,
  };
}

function textNeedle(text: string): Needle {
  const plain = inPlainLetters(text);
  if (Array.from(plain).length >= MIN_TRIGRAM_CHARACTERS) {
    // A quoted phrase: every character is literal, none is an operator of the query language.
    const phrase = `"${plain.replaceAll('"', '""')}"`;
    const source = sql`select rowid from invoice_search where invoice_search match ${phrase}`;
    return { source, test: sql`+${invoices}.rowid in (${source})` };
  }
  const [upper, lower] = [text.toUpperCase(), text.toLowerCase()];
  const number = sql`${invoices.number}`;
  const rows = (text: string): SQL => sql`select rowid from ${invoices} where ${beginsWith(number, text)}`;
  return {
    // No row is in both.
    source: upper === lower ? rows(upper) : sql`${rows(upper)} union all ${rows(lower)}`,
    test: sql`(${beginsWith(sql`+${number}`, upper)} or ${beginsWith(sql`+${number}`, lower)})`,
  };
}

/** Totals of that amount, in currencies with so many decimals. */
function amountNeedle({ digits, minor }: { digits: number; minor: number }): Needle {
  const others = JSON.stringify(digits === USUAL_DIGITS ? [0, 3].flatMap(currenciesOf) : currenciesOf(digits));
  const isOne = digits === USUAL_DIGITS ? sql`not in` : sql`in`;
  const inCurrency = sql`${invoices.currency} ${isOne} (select value from json_each(${others}))`;
  return {
    source: sql`select rowid from ${invoices} where ${invoices.totalMinor} = ${minor} and ${inCurrency}`,
    test: sql`(+${invoices.totalMinor} = ${minor} and ${inCurrency})`,
  };
}

/** Whether a column's text begins with the text, so that an index of the column finds it. */
export function beginsWith(column: SQL, text: string): SQL {
  return sql`(${column} >= ${text} and ${column} < ${text + LAST_CHARACTER})`;
}
