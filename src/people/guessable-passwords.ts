/**
 * Recognizes passwords that are guessed first, as NIST SP 800-63B-4 asks (Password Verifiers): common ones, runs and
 * repetitions, and those made of words that everybody knows here. Rules instead of a long list: a rule covers every
 * decoration of a word ('password1234', 'P@ssw0rd!!'), and the bundle stays small. It never judges anything else, such
 * as which kinds of characters a password has.
 */
import { COMMON_PASSWORD_WORDS } from "./common-password-words.ts";

/** More characters than that which do not follow from those before them make a password of its own. */
const MAX_SURPRISES = 4;
const MIN_CONTEXT_WORD_CHARACTERS = 3;

/** Neighbours in one of these count as a step that a guesser tries: rows and columns of keyboards. */
const KEYBOARD_LINES =
  "1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./ azertyuiop qwertzuiop йцукенгшщзхъ фывапролджэ ячсмитьбю " +
  "1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm 8ik, 9ol. 0p;/ q2 w3 e4 r5 t6 y7 u8 i9 o0 147 258 369 159 357 753 951";
const KEYBOARD_STEPS = new Set(
  KEYBOARD_LINES.split(" ").flatMap((line) =>
    [...line].slice(1).flatMap((key, i) => [`${line[i]}${key}`, `${key}${line[i]}`]),
  ),
);

/** What people write for letters. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};

/**
 * True if the password is among those that are guessed first: one common word with digits or signs around it, or
 * nothing but runs on the keyboard, sequences and repetitions.
 */
export function isCommonPassword(password: string): boolean {
  const text = password.normalize("NFKC").toLowerCase();
  const word = withoutRepetition(undecorated(text));
  return COMMON_PASSWORD_WORDS.has(word) || COMMON_PASSWORD_WORDS.has(asLetters(word)) || isRun(text);
}

/**
 * True if the password has no letter that is not part of one of these words: the person's address, the product, the
 * host, the companies. `about` may hold whole names and addresses; each of their words counts.
 */
export function isMadeOfContext(password: string, about: readonly string[]): boolean {
  const words = about
    .flatMap((text) =>
      text
        .normalize("NFKC")
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u),
    )
    .filter((word) => word.length >= MIN_CONTEXT_WORD_CHARACTERS)
    .toSorted((a, b) => b.length - a.length);
  const text = password.normalize("NFKC").toLowerCase();
  const isContext = (spelled: string) => {
    const rest = words.reduce((left, word) => left.replaceAll(word, " "), spelled);
    return rest !== spelled && !/\p{L}/u.test(rest);
  };
  return isContext(text) || isContext(asLetters(undecorated(text)));
}

/** Without the digits and signs around it. */
function undecorated(text: string): string {
  return text.replaceAll(/^[^\p{L}@$]+|[^\p{L}]+$/gu, "");
}

function asLetters(text: string): string {
  return [...text].map((character) => LOOK_ALIKES[character] ?? character).join("");
}

/** `abcabc` → `abc`. */
function withoutRepetition(text: string): string {
  const at = (text + text).indexOf(text, 1);
  return at > 0 ? text.slice(0, at) : text;
}

/** Interleaved runs too: `1q2w3e4r`, `102030405060`. */
function isRun(text: string): boolean {
  const characters = [...text];
  const [even, odd] = [0, 1].map((rest) => characters.filter((_, i) => i % 2 === rest));
  return (
    surprisesIn(characters) <= MAX_SURPRISES || surprisesIn(even ?? []) + surprisesIn(odd ?? []) <= MAX_SURPRISES - 1
  );
}

/** How many characters are neither next to the one before (alphabet, keyboard) nor followed it before. */
function surprisesIn(characters: readonly string[]): number {
  const seen = new Set<string>();
  let surprises = 0;
  let before: string | undefined;
  for (const character of characters) {
    const step = `${before}${character}`;
    const distance = before === undefined ? Infinity : codeOf(character) - codeOf(before);
    if (Math.abs(distance) > 1 && !KEYBOARD_STEPS.has(step) && !seen.has(step)) surprises += 1;
    seen.add(step);
    before = character;
  }
  return surprises;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}
