/**
 * Reads how sources and pages cite the four documents that say what holds (docs/contract.md, docs/architecture.md,
 * docs/qbo-api.md, docs/style.md), and says what is wrong with each citation. Pure but for `readDocument`.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./sources.ts";

export const DOCUMENTS = ["contract", "architecture", "qbo-api", "style"] as const;
const NAMES = DOCUMENTS.join("|");

const NUMBER = String.raw`\d+(?:\.\d+)*`;
const NUMBERS = String.raw`${NUMBER}(?:(?:, | and | to )${NUMBER})*`;
/** `docs/contract.md`, and where it goes on: `, section 5` or `, sections 5.2 and 5.8`, then `, rule 7`. */
const CITATION = new RegExp(
  String.raw`docs/(${NAMES})\.md(?:, (sections?) (${NUMBERS})(?:, (rules?) (${NUMBERS}))?)?`,
  "g",
);

/** What would send a reader to a place that the repository does not have, or that no test can follow. */
const OTHER_FORMS: RegExp[] = [
  new RegExp(String.raw`(?<![\w/-]|\]\()(?:${NAMES})\.md`, "g"),
  new RegExp(String.raw`(?<!docs/(?:${NAMES})\.md, |RFC \d+, )\bsections? \d`, "gi"),
  new RegExp(String.raw`(?:${NAMES})\.md,? \d`, "g"),
  /(?<![\w/.-])(?:contract|qbo-api)\b(?!\.md|\/)/gi,
  /\bQuickBooks facts\b/gi,
  /\bissue #?\d/gi,
  /\bmust show\b/gi,
  /\.\.\/shared\b/g,
  /(?:\/\/|\*) E\d+\b/g,
];
const BARE_RULE = new RegExp(String.raw`(?<!sections? ${NUMBERS}, )\brules? (${NUMBERS})`, "gi");
const PAGE = /(?<![\w/.*}-])[\w./-]*\w\.md\b/g;
const WEB_ADDRESS = /https?:\/\/[^\s)"'`]+/g;

export interface Document {
  /** Numbers of its headings, e.g. `5` and `5.8`, in their order. */
  sections: string[];
  /** The numbers of the list in a section. */
  rules: Map<string, string[]>;
}

export function readDocument(name: string): Document {
  return parseDocument(readFileSync(join(ROOT, "docs", `${name}.md`), "utf8"));
}

export function parseDocument(text: string): Document {
  const document: Document = { sections: [], rules: new Map() };
  let section = "";
  for (const line of text.split("\n")) {
    const [, heading] = /^#+ (\d+(?:\.\d+)*)\.? /.exec(line) ?? [];
    const [, rule] = /^(\d+)\. /.exec(line) ?? [];
    if (heading !== undefined) {
      section = heading;
      document.sections.push(heading);
    } else if (rule !== undefined) document.rules.set(section, [...(document.rules.get(section) ?? []), rule]);
  }
  return document;
}

/** Line ends, and the signs with which a comment goes on, become one space each: a citation may be broken anywhere. */
export function inOneLine(text: string): string {
  return text.replace(/\s*\n\s*(?:\*(?!\/)|\/\/|--|#)?\s*/g, " ");
}

export function countCitations(text: string): number {
  return [...inOneLine(text).matchAll(CITATION)].length;
}

/** What is wrong with the citations of a file, each with the words around it. */
export function wrongCitations(path: string, source: string, documents: Map<string, Document>): string[] {
  const text = inOneLine(source);
  const wrong: string[] = [];
  const report = (index: number) => wrong.push(`${path}: …${text.slice(Math.max(0, index - 30), index + 60)}…`);

  for (const match of text.matchAll(CITATION)) if (!leadsSomewhere(match, documents)) report(match.index);
  for (const form of OTHER_FORMS) for (const { index } of text.matchAll(form)) report(index);
  for (const { 1: numbers = "", index } of text.matchAll(BARE_RULE)) {
    if (!isRuleOfCitedSection(path, text, numbers, documents)) report(index);
  }
  const withoutAddresses = text.replace(WEB_ADDRESS, (address) => "x".repeat(address.length));
  for (const { 0: page, index } of withoutAddresses.matchAll(PAGE)) if (!isThere(page, path)) report(index);
  return wrong;
}

function leadsSomewhere(
  [, name = "", word, sections, ruleWord, rules]: RegExpExecArray,
  documents: Map<string, Document>,
): boolean {
  const document = documents.get(name);
  if (!document) return false;
  if (sections === undefined) return true;
  if (!fits(word, sections) || !areAmong(sections, document.sections)) return false;
  return rules === undefined || (fits(ruleWord, rules) && areAmong(rules, document.rules.get(sections) ?? []));
}

/** 'section 5', 'sections 5 and 6'. */
function fits(word = "", numbers: string): boolean {
  return word.endsWith("s") === /[^\d.]/.test(numbers);
}

/** Of `3 to 6` only the ends are looked for, and that they stand in this order. */
function areAmong(numbers: string, all: string[]): boolean {
  const places = numbers.split(/, | and | to /).map((number) => all.indexOf(number));
  return places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1));
}

/**
 * Where tests or pages go through the rules of exactly once, 'rule 6' is enough; the file has to say once whose rules
 * they are. Elsewhere the whole citation is asked for.
 */
function isRuleOfCitedSection(path: string, text: string, numbers: string, documents: Map<string, Document>): boolean {
  if (!/^(?:test|docs)\//.test(path) || !/docs\/architecture\.md, sections? 3\b/.test(text)) return false;
  return areAmong(numbers, documents.get("architecture")?.rules.get("3") ?? []);
}

/** A page is named from the repository's folder, from the file's own, or, if it lies in docs/, by its bare name. */
function isThere(page: string, path: string): boolean {
  return [page, join(dirname(path), page), join("docs", page)].some((place) => existsSync(join(ROOT, place)));
}
