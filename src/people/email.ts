/**
 * E-mail addresses of people in a single spelling: trimmed and in lower case. Must never reveal whether an address
 * exists; only an invitation shows that.
 */
import { z } from "zod";

const MAX_EMAIL_CHARACTERS = 254;

/** Parses an address typed by a person; the result is lower case. */
export const emailField = z
  .string("Enter an e-mail address.")
  .trim()
  .toLowerCase()
  .max(MAX_EMAIL_CHARACTERS, `An e-mail address can have at most ${MAX_EMAIL_CHARACTERS} characters.`)
  .pipe(z.email("Enter an e-mail address such as name@example.com."));
