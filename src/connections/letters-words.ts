/** What a person reads about the letters that a company keeps: on its page and in Check configuration. */
import type { Letters } from "../quickbooks/letters.ts";

export const LETTERS_WORDS: Readonly<Record<Letters, string>> = {
  all: "Sent as they are. QuickBooks has not refused or changed any so far.",
  letters: "Letters of every script. Other signs, such as “ ” and –, are sent as plain ones.",
  latin1:
    "Western European letters only (ISO-8859-1). Others are sent as the letters that they resemble, with a warning.",
};
