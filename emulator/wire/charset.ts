/**
 * What a company makes of characters in texts (docs/qbo-api.md, section 10 and *Newer facts*: it differs from company to
 * company). Control characters are refused by all; the rest is the company's setting.
 */

export const CHARSETS = ["latin-1", "letters", "everything", "question-marks", "look-alikes"] as const;

/**
 * `latin-1` refuses all beyond ISO-8859-1; `letters` keeps letters and digits of every script and refuses other signs;
 * `everything` keeps emoji too; `question-marks` turns each character beyond ISO-8859-1 into '?'; `look-alikes` turns it
 * into the plain letter or sign that it resembles, else into '?'.
 */
export type Charset = (typeof CHARSETS)[number];

const LAST_LATIN_1 = 0xff;
/** Letters and signs whose plain form Unicode does not name. */
const PLAIN: Readonly<Record<string, string>> = {
  "\u0141": "L",
  "\u0142": "l",
  "\u0110": "D",
  "\u0111": "d",
  "\u0131": "i",
  "\u2013": "-",
  "\u2014": "-",
  "\u2018": "'",
  "\u2019": "'",
  "\u201c": '"',
  "\u201d": '"',
  "\u2026": "...",
};

/** The text as the company stores it, or null if it refuses a character of it (2040). */
export function storedText(text: string, charset: Charset, isName: boolean): string | null {
  let stored = "";
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0;
    const isLineChar = point === 9 || point === 10 || point === 13;
    const isControl = (point < 0x20 && (isName || !isLineChar)) || (point >= 0x7f && point < 0xa0);
    const kept = isControl ? null : point <= LAST_LATIN_1 ? char : beyondLatin1(char, charset);
    if (kept === null) return null;
    stored += kept;
  }
  return stored;
}

function beyondLatin1(char: string, charset: Charset): string | null {
  switch (charset) {
    case "latin-1":
      return null;
    case "letters":
      return /[\p{L}\p{M}\p{N}]/u.test(char) ? char : null;
    case "everything":
      return char;
    case "question-marks":
      return "?";
    case "look-alikes":
      return lookAlike(char);
  }
}

function lookAlike(char: string): string {
  const plain = PLAIN[char] ?? char.normalize("NFD").replace(/\p{M}+/gu, "");
  return [...plain].every((part) => (part.codePointAt(0) ?? 0) <= LAST_LATIN_1) ? plain : "?";
}
