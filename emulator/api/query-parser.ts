/**
 * The query language (docs/qbo-api.md, section 4), parsed strictly: anything that QuickBooks' grammar lacks is a parse
 * error. It knows nothing about entities or properties; query-run.ts decides which may be queried.
 */
import { QuickBooksFault } from "../wire/faults.ts";

const DEFAULT_PAGE_ROWS = 100;
export const MAX_PAGE_ROWS = 1000;

export type Operator = "=" | "<" | ">" | "<=" | ">=" | "IN" | "LIKE";

export interface Literal {
  text: string;
  isQuoted: boolean;
}

export interface Condition {
  property: string;
  operator: Operator;
  values: Literal[];
}

export interface Query {
  isCount: boolean;
  entity: string;
  conditions: Condition[];
  order: { property: string; isDescending: boolean }[];
  start: number;
  rows: number;
}

type Token =
  | { kind: "word"; text: string; at: number }
  | { kind: "value"; text: string; at: number }
  | { kind: "symbol"; text: string; at: number }
  | { kind: "end"; text: string; at: number };

/** Parses one SELECT. Throws 4000 if it is not a query and 4001 if its page is out of range. */
export function parseQuery(source: string): Query {
  const reader = new Reader(tokenize(source));
  reader.expectWord("SELECT");
  const isCount = readColumns(reader);
  reader.expectWord("FROM");
  const entity = reader.takeWord().text;
  const conditions = reader.acceptWord("WHERE") ? readConditions(reader) : [];
  const order = readOrder(reader);
  const start = reader.acceptWord("STARTPOSITION")
    ? readNumber(reader, "STARTPOSITION", 1, Number.MAX_SAFE_INTEGER)
    : 1;
  const rows = reader.acceptWord("MAXRESULTS") ? readNumber(reader, "MAXRESULTS", 1, MAX_PAGE_ROWS) : DEFAULT_PAGE_ROWS;
  reader.expectEnd();
  return { isCount, entity, conditions, order, start, rows };
}

function readColumns(reader: Reader): boolean {
  if (reader.acceptWord("COUNT")) {
    reader.expectSymbol("(");
    reader.expectSymbol("*");
    reader.expectSymbol(")");
    return true;
  }
  do {
    if (!reader.acceptSymbol("*")) reader.takeWord();
  } while (reader.acceptSymbol(","));
  return false;
}

function readConditions(reader: Reader): Condition[] {
  const conditions: Condition[] = [];
  do {
    const property = reader.takeWord().text;
    if (reader.acceptWord("LIKE")) conditions.push({ property, operator: "LIKE", values: [reader.takeQuoted()] });
    else if (reader.acceptWord("IN")) conditions.push({ property, operator: "IN", values: readList(reader) });
    else conditions.push({ property, operator: reader.takeComparison(), values: [reader.takeLiteral()] });
  } while (reader.acceptWord("AND"));
  return conditions;
}

function readList(reader: Reader): Literal[] {
  reader.expectSymbol("(");
  const values = [reader.takeLiteral()];
  while (reader.acceptSymbol(",")) values.push(reader.takeLiteral());
  reader.expectSymbol(")");
  return values;
}

function readOrder(reader: Reader): Query["order"] {
  const order: Query["order"] = [];
  if (reader.acceptWord("ORDER")) reader.expectWord("BY");
  else if (!reader.acceptWord("ORDERBY")) return order;
  do {
    const property = reader.takeWord().text;
    const isDescending = reader.acceptWord("DESC");
    if (!isDescending) reader.acceptWord("ASC");
    order.push({ property, isDescending });
  } while (reader.acceptSymbol(","));
  return order;
}

function readNumber(reader: Reader, name: string, least: number, most: number): number {
  const token = reader.takeWord();
  if (!/^\d{1,15}$/.test(token.text)) throw parseError(token);
  const value = Number(token.text);
  if (value < least || value > most) {
    throw new QuickBooksFault("4001", `QueryValidationError: value ${token.text} of ${name} is out of range`);
  }
  return value;
}

class Reader {
  private position = 0;
  constructor(private readonly tokens: Token[]) {}

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: "end", text: "<EOF>", at: 0 };
  }

  private take(): Token {
    const token = this.peek();
    this.position += 1;
    return token;
  }

  acceptWord(word: string): boolean {
    const token = this.peek();
    if (token.kind !== "word" || token.text.toUpperCase() !== word) return false;
    this.position += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.acceptWord(word)) throw parseError(this.peek());
  }

  acceptSymbol(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.position += 1;
    return true;
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw parseError(this.peek());
  }

  takeWord(): Token {
    const token = this.take();
    if (token.kind !== "word") throw parseError(token);
    return token;
  }

  takeComparison(): Operator {
    const token = this.take();
    if (token.kind === "symbol") {
      for (const operator of ["=", "<", ">", "<=", ">="] as const) if (token.text === operator) return operator;
    }
    throw parseError(token);
  }

  takeQuoted(): Literal {
    const token = this.take();
    if (token.kind !== "value") throw parseError(token);
    return { text: token.text, isQuoted: true };
  }

  /** A quoted text, or an unquoted number or boolean. */
  takeLiteral(): Literal {
    const token = this.take();
    if (token.kind === "value") return { text: token.text, isQuoted: true };
    if (token.kind === "word" && /^(true|false|-?\d+(\.\d+)?)$/i.test(token.text))
      return { text: token.text, isQuoted: false };
    throw parseError(token);
  }

  expectEnd(): void {
    const token = this.peek();
    if (token.kind !== "end") throw parseError(token);
  }
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const char = source.charAt(at);
    if (/\s/.test(char)) {
      at += 1;
      continue;
    }
    refuseForeign(source, at);
    if (char === "'") {
      const { text, end } = readQuoted(source, at);
      tokens.push({ kind: "value", text, at });
      at = end;
      continue;
    }
    const word = /^-?[A-Za-z0-9_][A-Za-z0-9_.]*(\.\*)?/.exec(source.slice(at));
    if (word !== null) {
      tokens.push({ kind: "word", text: word[0], at });
      at += word[0].length;
      continue;
    }
    const symbol = /^(<=|>=|[=<>(),*])/.exec(source.slice(at));
    if (symbol === null) throw lexicalError(source, at);
    tokens.push({ kind: "symbol", text: symbol[0], at });
    at += symbol[0].length;
  }
  tokens.push({ kind: "end", text: "<EOF>", at });
  return tokens;
}

/**
 * Inside quotes `\'` is an apostrophe and `\\` a backslash; a doubled quote ends the text and is then a parse error.
 */
function readQuoted(source: string, start: number): { text: string; end: number } {
  let text = "";
  for (let at = start + 1; at < source.length; at += 1) {
    const char = source.charAt(at);
    refuseForeign(source, at);
    if (char === "'") return { text, end: at + 1 };
    if (char === "\\") {
      const next = source.charAt(at + 1);
      if (next !== "'" && next !== "\\") throw lexicalError(source, at);
      text += next;
      at += 1;
    } else {
      text += char;
    }
  }
  throw lexicalError(source, source.length);
}

function refuseForeign(source: string, at: number): void {
  const code = source.charCodeAt(at);
  if (code > 0xff || code < 0x20) throw lexicalError(source, at);
}

function lexicalError(source: string, at: number): QuickBooksFault {
  const found = at < source.length ? `"\\u${source.charCodeAt(at).toString(16).padStart(4, "0")}"` : "<EOF>";
  return new QuickBooksFault(
    "4000",
    `QueryParserError: Lexical error at line 1, column ${at + 1}. Encountered: ${found}`,
  );
}

function parseError(token: Token): QuickBooksFault {
  const shown = token.kind === "word" ? `<IDENTIFIER> "${token.text}"` : `"${token.text}"`;
  return new QuickBooksFault("4000", `QueryParserError: Encountered " ${shown} "" at line 1, column ${token.at + 1}.`);
}
