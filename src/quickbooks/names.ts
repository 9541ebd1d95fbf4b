/**
 * Names of customers, items and accounts: when two are the same, and how they are looked for. A query holds ISO-8859-1 only
 * (anything else is a lexical error, 4000), and finds a name only as it is spelled there; so a name that it can't hold is
 * looked for by a pattern, and what comes back is compared here (docs/contract.md, section 8, *Letters*). Pure.
 */
import { decodeEntities } from "../platform/html-entities.ts";
import { isForeign } from "./letters.ts";
import { inList, like } from "./query.ts";
import { cleanText } from "./text.ts";

const WILDCARD = "%";
/** What may be spelled in other ways without being another name: blanks, quotation marks, dashes, entities. */
const LOOSE = /[\s'"`&<>-]+/g;
/** With more patterns than these, one that finds all names costs fewer reads. */
const MAX_PATTERNS = 5;
/** Blanks of a name of which each is tried doubled. */
const MAX_DOUBLED = 8;
/** As shops write them. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  '"': "&quot;",
  "'": "&#39;",
  "<": "&lt;",
  ">": "&gt;",
};

/** `exact` finds only the names; `pattern` also names that are like one of them; `all` finds every record. */
export interface NameClause {
  kind: "exact" | "pattern" | "all";
  text: string;
}

/** Whether two names are the same: without case, blanks collapsed, signs and entities as what they stand for. */
export function isSameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

/** What two spellings of one name have in common: see `isSameName`. Empty for a name of emoji. */
export function foldName(name: string): string {
  return cleanText(decodeEntities(name), Number.POSITIVE_INFINITY, "letters", { isLine: true })
    .text.replace(/\s+/g, " ")
    .toLowerCase();
}

/** Whether two full names, such as 'Parent:Child', are the same part by part. */
export function isSameFullName(a: string, b: string): boolean {
  return isSameName(partsOf(a).join(":"), partsOf(b).join(":"));
}

/** The full name that a text gives, such as 'Parent:Child' or 'Category:Item'; null if it is a plain name. */
export function fullNameIn(text: string): string | null {
  const parts = partsOf(text).filter((part) => part !== "");
  return parts.length > 1 ? parts.join(":") : null;
}

/** The name of the record itself, at the end of its full name. */
export function lastPart(fullName: string): string {
  return partsOf(fullName).at(-1) ?? fullName;
}

function partsOf(fullName: string): string[] {
  return fullName.split(":").map((part) => part.trim());
}

/**
 * How else a name may be spelled in QuickBooks, as far as a list of exact names can say it: a blank doubled, signs as
 * entities. For look-ups of many names, where a pattern for each would cost a read for each.
 */
export function spellingsOf(name: string): string[] {
  const doubled = [...name.matchAll(/ /g)].map(({ index }) => `${name.slice(0, index)} ${name.slice(index)}`);
  const escaped = name.replace(/[&"'<>]/g, (sign) => ENTITIES[sign] ?? sign);
  return [...new Set([...doubled.slice(0, MAX_DOUBLED), escaped])].filter((spelling) => spelling !== name);
}

/** A name as a company stores it that turns each character outside ISO-8859-1 into a question mark. */
export function withQuestionMarks(name: string): string {
  return [...name].map((char) => (isForeign(char) ? "?" : char)).join("");
}

/**
 * Clauses for one query each, which together find every record with one of the names, and perhaps others. `isLoose`: also
 * where blanks, quotation marks and dashes are spelled otherwise. `endings`: also names that end in one of these.
 */
export function nameClauses(
  property: string,
  names: readonly string[],
  { isLoose = false, endings = [] }: { isLoose?: boolean; endings?: readonly string[] } = {},
): NameClause[] {
  const all = [
    ...names.map((name) => ({ name, pattern: patternOf(name, isLoose) })),
    ...endings.map((name) => ({
      name,
      pattern: `${WILDCARD}${patternOf(name, isLoose) ?? name}`.replace(/%+/g, WILDCARD),
    })),
  ];
  const patterns = broadest([...new Set(all.flatMap(({ pattern }) => pattern ?? []))]);
  const asked = patterns.length > MAX_PATTERNS || patterns.includes(WILDCARD) ? [WILDCARD] : patterns;
  const exact = all.flatMap(({ name, pattern }) => (pattern === null && !asked.some(isFoundBy(name)) ? name : []));
  return [
    ...(exact.length > 0 ? [{ kind: "exact" as const, text: inList(property, exact) }] : []),
    ...asked.map((pattern) => ({
      kind: pattern === WILDCARD ? ("all" as const) : ("pattern" as const),
      text: like(property, pattern),
    })),
  ];
}

/** The pattern that finds a name, or null if it is found as it is. */
function patternOf(name: string, isLoose: boolean): string | null {
  const held = [...name].map((char) => (isForeign(char) ? WILDCARD : char)).join("");
  const loose = (isLoose ? held.replace(LOOSE, WILDCARD) : held).replace(/%+/g, WILDCARD);
  const isHeld = held === name;
  return loose === name || (isHeld && !/[\p{L}\p{N}]/u.test(loose)) ? null : loose;
}

/** Without those that find only what another one finds, too. */
function broadest(patterns: readonly string[]): string[] {
  return patterns.filter((pattern) => !patterns.some((other) => other !== pattern && isFoundBy(pattern)(other)));
}

function isFoundBy(name: string): (pattern: string) => boolean {
  return (pattern) => {
    const parts = pattern.split(WILDCARD).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "is").test(name);
  };
}
