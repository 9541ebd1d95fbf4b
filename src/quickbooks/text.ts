/**
 * Cleans texts for QuickBooks, as far as the company needs it: emoji and control characters are taken by none, and what is
 * not in ISO-8859-1 only by some (letters.ts). Pure, and honest: every change except whitespace is reported, so that the
 * invoice can carry a warning. It must never make a push fail because of a character, nor split one.
 */
import { type Letters, isForeign, isKept } from "./letters.ts";

/** What was done to a text. `whitespace` is not worth a warning (docs/contract.md, section 8). */
export type TextChange = "control" | "emoji" | "punctuation" | "colon" | "cut" | "whitespace" | "unsupported";

export interface CleanText {
  text: string;
  /** Each at most once, in the order of first occurrence. */
  changes: TextChange[];
}

/** Replaces a character without an equivalent in ISO-8859-1. */
const PLACEHOLDER = "?";

const SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u2035\u02bc\u02b9";
const DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f\u2033\u2036";
const DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d";

/** Typographic characters that have a plain form. */
const PUNCTUATION = new Map<string, string>([
  ...[...SINGLE_QUOTES].map((char): [string, string] => [char, "'"]),
  ...[...DOUBLE_QUOTES].map((char): [string, string] => [char, '"']),
  ...[...DASHES].map((char): [string, string] => [char, "-"]),
  ["\u2026", "..."],
  ["\u2022", "-"],
  ["\u2023", "-"],
  ["\u2039", "<"],
  ["\u203a", ">"],
  ["\u2044", "/"],
  ["\u2215", "/"],
  ["\u2190", "<-"],
  ["\u2192", "->"],
  ["\u20ac", "EUR"],
]);

/** Latin letters that Unicode does not decompose. */
const LIKENESSES = new Map<string, string>(
  Object.entries({
    ł: "l",
    Ł: "L",
    đ: "d",
    Đ: "D",
    ħ: "h",
    Ħ: "H",
    ı: "i",
    œ: "oe",
    Œ: "OE",
    ŧ: "t",
    Ŧ: "T",
    ŋ: "n",
    Ŋ: "N",
  }),
);

const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/;
const LINE_BREAKS = /[\u0085\u2028\u2029]/;
/** Invisible characters: joiners, direction marks, soft hyphens, byte-order marks, lone surrogates as U+FFFD. */
const INVISIBLE = /[\p{Cf}\p{Co}\p{Cn}\ufffd]/u;
/** Modifies the preceding character into an emoji, or joins two: removed with it. */
const EMOJI_PARTS =
  /\p{Emoji_Modifier}|\p{Regional_Indicator}|\p{Variation_Selector}|\u200d|\u20e3|[\u{e0020}-\u{e007f}]/u;
const PICTURE = /\p{Extended_Pictographic}/u;
const EMOJI = /\p{Emoji_Presentation}/u;

export interface TextKind {
  /** A name: colons become hyphens, backslashes slashes; tabs and line breaks spaces; spaces are trimmed, never repeated. */
  isName?: boolean;
  /** Single-line text, such as a SKU or a number: tabs and line breaks become spaces, trimmed at both ends. */
  isLine?: boolean;
}

/**
 * The text as a company accepts it that keeps these letters, at most `maxLength` UTF-16 units. A name reduced to question
 * marks is returned empty. Cleaning a clean text changes nothing.
 */
export function cleanText(
  text: string,
  maxLength: number,
  letters: Letters,
  { isName = false, isLine = false }: TextKind = {},
): CleanText {
  const changes = new Set<TextChange>();
  let clean = "";
  for (const char of text.toWellFormed().normalize("NFC")) clean += cleanCharacter(char, letters, changes);
  // What stood apart before may compose now that something between is gone.
  clean = clean.normalize("NFC");
  if (isName) clean = tidyName(clean, changes);
  else if (isLine) clean = tidyLine(clean, changes);
  if (clean.length > maxLength) {
    clean = clean.slice(0, endOfCharacter(clean, maxLength));
    if (isName || isLine) clean = clean.trimEnd();
    changes.add("cut");
  }
  return { text: clean, changes: [...changes] };
}

/** The end of the last whole character within `maxLength`: marks belong to the letter before them. */
function endOfCharacter(text: string, maxLength: number): number {
  const isInside = (at: number): boolean => /^(?:[\udc00-\udfff]|\p{M})/u.test(text.slice(at, at + 2));
  let end = maxLength;
  while (end > 0 && isInside(end)) end -= 1;
  return end;
}

function cleanCharacter(char: string, letters: Letters, changes: Set<TextChange>): string {
  const point = char.codePointAt(0) ?? 0;
  if (point >= 0x20 && point < 0x7f) return char;
  if (char === "\t" || char === "\n" || char === "\r") return char;
  if (SPACES.test(char)) return changed(changes, "whitespace", " ");
  if (LINE_BREAKS.test(char)) return changed(changes, "whitespace", "\n");
  if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point === 0xad) return changed(changes, "control", "");
  if (!isForeign(char)) return char;
  if (EMOJI_PARTS.test(char)) return changed(changes, "emoji", "");
  if (INVISIBLE.test(char)) return changed(changes, "control", "");
  const plain = PUNCTUATION.get(char);
  if (plain === undefined && isPicture(char)) return changed(changes, "emoji", "");
  if (isKept(char, letters)) return char;
  if (plain !== undefined) return changed(changes, "punctuation", plain);
  return changed(changes, "unsupported", LIKENESSES.get(char) ?? likenessOf(char, letters));
}

/** An emoji, unlike signs such as '™', which Unicode counts among the pictures, too. */
function isPicture(char: string): boolean {
  return EMOJI.test(char) || (PICTURE.test(char) && char.normalize("NFKD") === char);
}

/** What a character resembles: its compatibility decomposition without marks, nothing, or a question mark. */
function likenessOf(char: string, letters: Letters): string {
  const base = char.normalize("NFKD").replace(/\p{M}/gu, "");
  // A combining mark belongs to a letter that was written already.
  if (base === "") return "";
  const likeness = [...base].map((part) => (part === char ? PLACEHOLDER : cleanCharacter(part, letters, new Set())));
  return likeness.some((part) => part !== PLACEHOLDER) ? likeness.join("") : PLACEHOLDER;
}

function tidyName(name: string, changes: Set<TextChange>): string {
  let tidy = name;
  if (tidy.includes(":")) tidy = changed(changes, "colon", tidy.replaceAll(":", "-"));
  if (tidy.includes("\\")) tidy = changed(changes, "punctuation", tidy.replaceAll("\\", "/"));
  const spaced = tidy.replace(/\s+/g, " ").trim();
  if (spaced !== tidy) tidy = changed(changes, "whitespace", spaced);
  return changes.has("unsupported") && !/[\p{L}\p{N}]/u.test(tidy) ? "" : tidy;
}

function tidyLine(line: string, changes: Set<TextChange>): string {
  const tidy = line.replace(/[\t\r\n]+/g, " ").trim();
  return tidy === line ? line : changed(changes, "whitespace", tidy);
}

function changed(changes: Set<TextChange>, change: TextChange, result: string): string {
  changes.add(change);
  return result;
}
