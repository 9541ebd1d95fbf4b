/**
 * Cleans texts for QuickBooks, which stores roughly ISO-8859-1 and refuses other characters (2040; in queries 4000;
 * docs/qbo-api.md, section 10). Pure, and honest: every change except whitespace is reported, so that the invoice
 * can carry a warning. It must never make a push fail because of a character, nor split one.
 */

/** What was done to a text. `whitespace` is not worth a warning (docs/contract.md, section 8). */
export type TextChange = "control" | "emoji" | "punctuation" | "colon" | "cut" | "whitespace" | "unsupported";

export interface CleanText {
  text: string;
  /** Each at most once, in the order of first occurrence. */
  changes: TextChange[];
}

const LAST_LATIN1 = 0xff;
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
const LETTERS = new Map<string, string>(
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

export interface TextKind {
  /** A name: colons become hyphens, backslashes slashes; tabs and line breaks spaces; spaces are trimmed, never repeated. */
  isName?: boolean;
  /** Single-line text, such as a SKU or a number: tabs and line breaks become spaces, trimmed at both ends. */
  isLine?: boolean;
}

/**
 * The text as QuickBooks accepts it, at most `maxLength` UTF-16 units. A name reduced to question marks is returned
 * empty. Cleaning a clean text changes nothing.
 */
export function cleanText(
  text: string,
  maxLength: number,
  { isName = false, isLine = false }: TextKind = {},
): CleanText {
  const changes = new Set<TextChange>();
  let clean = "";
  for (const char of text.toWellFormed().normalize("NFC")) clean += cleanCharacter(char, changes);
  if (isName) clean = tidyName(clean, changes);
  else if (isLine) clean = tidyLine(clean, changes);
  if (clean.length > maxLength) {
    // No character with two UTF-16 units is left, so none is split.
    clean = clean.slice(0, maxLength);
    if (isName || isLine) clean = clean.trimEnd();
    changes.add("cut");
  }
  return { text: clean, changes: [...changes] };
}

function cleanCharacter(char: string, changes: Set<TextChange>): string {
  const point = char.codePointAt(0) ?? 0;
  if (point >= 0x20 && point < 0x7f) return char;
  if (char === "\t" || char === "\n" || char === "\r") return char;
  if (SPACES.test(char)) return changed(changes, "whitespace", " ");
  if (LINE_BREAKS.test(char)) return changed(changes, "whitespace", "\n");
  if (point < 0x20 || (point >= 0x7f && point < 0xa0) || point === 0xad) return changed(changes, "control", "");
  if (point <= LAST_LATIN1) return char;
  const plain = PUNCTUATION.get(char);
  if (plain !== undefined) return changed(changes, "punctuation", plain);
  if (EMOJI_PARTS.test(char)) return changed(changes, "emoji", "");
  if (INVISIBLE.test(char)) return changed(changes, "control", "");
  const letters = LETTERS.get(char);
  if (letters !== undefined) return changed(changes, "unsupported", letters);
  return cleanForeign(char, changes);
}

/** A character outside ISO-8859-1 becomes its compatibility decomposition without marks, nothing, or a question mark. */
function cleanForeign(char: string, changes: Set<TextChange>): string {
  const base = char.normalize("NFKD").replace(/\p{M}/gu, "");
  if (base !== "" && base !== char) {
    const likeness = [...base].map((part) => (part === char ? PLACEHOLDER : cleanCharacter(part, new Set()))).join("");
    if (/[^?]/.test(likeness)) return changed(changes, "unsupported", likeness);
  }
  if (PICTURE.test(char)) return changed(changes, "emoji", "");
  // A combining mark belongs to a letter that was written already.
  return changed(changes, "unsupported", base === "" ? "" : PLACEHOLDER);
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
