/**
 * Which passwords may be chosen, after NIST SP 800-63B-4 (Password Verifiers): a length and what is not easily guessed; no
 * rule about kinds of characters, and none that makes people change it from time to time.
 */
import { z } from "zod";
import type { Config } from "../env.ts";
import { listConnections } from "../connections/store.ts";
import type { Db } from "../platform/db.ts";
import { isCommonPassword, isMadeOfContext } from "./guessable-passwords.ts";
import { MAX_PASSWORD_CHARACTERS } from "./passwords.ts";

const MIN_PASSWORD_CHARACTERS = 12;
const NAMES_KNOWN_TO_ALL = ["Bookbridge", "QuickBooks", "Intuit"];

/** For the form, beside the field. */
export const PASSWORD_HINT = `At least ${MIN_PASSWORD_CHARACTERS} characters. A few unrelated words are easy to remember and hard to guess.`;

/** The field for a new password of that person, judged also by the names of the companies that are connected. */
export async function newPasswordFieldFor(db: Db, config: Config, email: string) {
  const companies = (await listConnections(db)).map((connection) => connection.companyName);
  return newPasswordField([...NAMES_KNOWN_TO_ALL, new URL(config.appOrigin).hostname, email, ...companies]);
}

/**
 * A new password, typed by a person. Its length is that of what was typed, in code points. `about` is what everybody
 * knows here: the person's address, the names of product, host and companies.
 */
export function newPasswordField(about: readonly string[]) {
  return z
    .string("Enter a password.")
    .refine((text) => [...text].length >= MIN_PASSWORD_CHARACTERS, {
      error: `Use at least ${MIN_PASSWORD_CHARACTERS} characters.`,
      abort: true,
    })
    .refine((text) => [...text].length <= MAX_PASSWORD_CHARACTERS, {
      error: `Use at most ${MAX_PASSWORD_CHARACTERS} characters.`,
      abort: true,
    })
    .refine((text) => !isMadeOfContext(text, about), {
      error: "Don't make it of your address or of names that everybody knows here, such as the company's.",
      abort: true,
    })
    .refine((text) => !isCommonPassword(text), {
      error: "This is among the passwords that are guessed first. Choose another, such as a few unrelated words.",
    });
}
