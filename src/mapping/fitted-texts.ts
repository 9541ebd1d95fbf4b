/**
 * Makes texts fit for a company and collects a warning for each that had to be changed (other than white space). One
 * instance per invoice, so that the same change is reported once.
 */
import { cleanText } from "../quickbooks/text.ts";
import type { Letters } from "../quickbooks/letters.ts";
import type { Warning } from "../failures/warning.ts";

/** Longer texts are quoted in part. */
const MAX_QUOTED_CHARS = 60;

export class FittedTexts {
  readonly #warnings = new Map<string, Warning>();
  /** What the company keeps. */
  readonly letters: Letters;

  constructor(letters: Letters) {
    this.letters = letters;
  }

  get warnings(): Warning[] {
    return [...this.#warnings.values()];
  }

  /** The text cleaned and cut to `maxChars`; `what` names it in a warning, e.g. 'The memo'. */
  fit(text: string, maxChars: number, what: string, options: { isName?: boolean; isLine?: boolean } = {}): string {
    const cleaned = cleanText(text, maxChars, this.letters, options);
    const changes = cleaned.changes.filter((change) => change !== "whitespace");
    if (changes.length > 0) {
      const isCut = changes.includes("cut");
      this.warn(
        isCut ? "text_shortened" : "text_changed",
        `${what} '${quote(text)}' ${isCut ? `was shortened to ${maxChars} characters and` : "has characters that QuickBooks does not accept and"} ${cleaned.text === "" ? "can't be used there" : `appears in QuickBooks as '${quote(cleaned.text)}'`}.`,
      );
    }
    return cleaned.text;
  }

  warn(code: string, message: string): void {
    this.#warnings.set(message, { code, message });
  }
}

function quote(text: string): string {
  const characters = Array.from(text);
  return characters.length <= MAX_QUOTED_CHARS ? text : `${characters.slice(0, MAX_QUOTED_CHARS).join("")}…`;
}
