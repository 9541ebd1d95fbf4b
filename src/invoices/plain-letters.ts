/**
 * Texts as the search knows them: letters for which Unicode has no plain form, written plainly, and no apostrophes. The
 * tokenizer does the rest (case, accents). migrations/0018_lists.sql writes the index in the same way. Pure.
 */

/** What is written in place of each. */
const PLAIN: Readonly<Record<string, string>> = {
  Ł: "L",
  ł: "l",
  Ø: "O",
  ø: "o",
  Đ: "D",
  đ: "d",
  Ð: "D",
  ð: "d",
  Þ: "Th",
  þ: "th",
  ß: "ss",
  ẞ: "SS",
  Æ: "AE",
  æ: "ae",
  Œ: "OE",
  œ: "oe",
  ı: "i",
  "'": "",
  "’": "",
  "‘": "",
  "`": "",
  "´": "",
};

/** The text as the index has it. */
export function inPlainLetters(text: string): string {
  return Array.from(text, (letter) => PLAIN[letter] ?? letter).join("");
}
