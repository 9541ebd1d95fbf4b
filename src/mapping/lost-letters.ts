/**
 * Some companies turn each character outside ISO-8859-1 into a question mark. If the answer to a create was lost in such a
 * company, the record stands there under a name that nobody gave: it is looked for as well, so that it is corrected and not
 * created again. Pure.
 */
import { type Letters, foreignCharacters, isLetter } from "../quickbooks/letters.ts";
import { withQuestionMarks } from "../quickbooks/names.ts";
import type { Desired, Found } from "./find-or-create.ts";

/** Only a record as new as that can be one whose answer was lost; an older one of such a name is somebody else's. */
const MAX_AGE_MS = 24 * 3_600_000;

/** All names under which a record may stand that is to be called `name`. */
export function spellings(desired: Desired, name: string): string[] {
  return [name, ...lostNames(desired, name)];
}

/** What may have become of the name in such a company, without the name itself. */
export function lostNames({ original }: Desired, name: string): string[] {
  const lost = [original, name].filter((one) => foreignCharacters(one) !== "").map(withQuestionMarks);
  return [...new Set(lost)].filter((one) => one !== name);
}

/**
 * What the company keeps if this record is one that was to be called `name` and whose letters got lost; null if it is not.
 */
export function lettersLostBy(
  found: Pick<Found, "createdAt"> & { name: string },
  desired: Desired,
  name: string,
  now: Date,
): Letters | null {
  const isNew = found.createdAt ? now.getTime() - Date.parse(found.createdAt) < MAX_AGE_MS : false;
  if (!isNew || !lostNames(desired, name).includes(found.name)) return null;
  return [...foreignCharacters(desired.original)].some(isLetter) ? "latin1" : "letters";
}
