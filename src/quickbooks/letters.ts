/**
 * Which characters a company keeps. It differs from company to company (docs/qbo-api.md, *Newer facts*): some refuse what is
 * not in ISO-8859-1 (2040), some turn it into '?' or something like it, others store every script. So it is learned from
 * each company's own answers, and this module judges them. Pure.
 */

/** From a company that keeps everything to one that keeps least. Emoji and control characters are sent to none. */
export const LETTERS = ["all", "letters", "latin1"] as const;

/**
 * `all`: letters and signs of every kind, as far as we know; `letters`: letters and digits of every script, but signs only
 * of ISO-8859-1; `latin1`: ISO-8859-1 only.
 */
export type Letters = (typeof LETTERS)[number];

const LAST_LATIN1 = 0xff;
/** Numbers that a company assigns itself, shipping fields where they are off, countries that become codes. */
const UNJUDGED = new Set(["DocNumber", "ShipMethodRef", "TrackingNum", "Country", "CountrySubDivisionCode"]);

/** Whether a character is outside ISO-8859-1. */
export function isForeign(char: string): boolean {
  return (char.codePointAt(0) ?? 0) > LAST_LATIN1;
}

/** Whether a character is a letter or digit of any script, or a mark on one; any other is a sign. */
export function isLetter(char: string): boolean {
  return /[\p{L}\p{M}\p{N}]/u.test(char);
}

/** Whether a company that keeps `letters` can hold this character. */
export function isKept(char: string, letters: Letters): boolean {
  return !isForeign(char) || letters === "all" || (letters === "letters" && isLetter(char));
}

/** The characters outside ISO-8859-1 in a text, or in any text of a JSON value, each once. */
export function foreignCharacters(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return [...new Set([...text.normalize("NFC")].filter(isForeign))].join("");
}

/**
 * What a company keeps, after it refused a body with 2040: first the signs that are no letters are made plain, then the
 * letters. Null: there is nothing to be taken away, so the refusal has another reason.
 */
export function lettersAfterRefusal(body: string): Letters | null {
  const foreign = [...foreignCharacters(body)];
  if (foreign.some((char) => !isLetter(char))) return "letters";
  return foreign.length > 0 ? "latin1" : null;
}

/**
 * What a company keeps, after it accepted a body and holds these `foreignCharacters` now; null: nothing that was sent is missing.
 * What QuickBooks may leave out or write in its own way says nothing.
 */
export function lettersAfterAnswer(body: string, held: string): Letters | null {
  const sent = JSON.stringify(JSON.parse(body), (key, value: unknown) => (UNJUDGED.has(key) ? undefined : value));
  const lost = [...foreignCharacters(sent)].filter((char) => !held.includes(char));
  if (lost.some(isLetter)) return "latin1";
  return lost.length > 0 ? "letters" : null;
}

/** Whether a company that keeps `a` keeps less than one that keeps `b`. */
export function isLess(a: Letters, b: Letters): boolean {
  return LETTERS.indexOf(a) > LETTERS.indexOf(b);
}
