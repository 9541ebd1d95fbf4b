/** Pages that cite tests, as `file` — `name`: which of these tests are not there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf, ROOT } from "./sources.ts";

const TEST_FILE = /^test\/.*\.test\.tsx?$/;
export const CITATION = /`(test\/[^`]+)` — `([^`]+)`/g;

/** Citations whose test is not there, as `file — name`. */
export function missingIn(text: string): string[] {
  const files = new Set(filesOf("test").filter((path) => TEST_FILE.test(path)));
  return [...text.matchAll(CITATION)].flatMap(([, file = "", name = ""]) => {
    const isThere = files.has(file) && unescaped(readFileSync(join(ROOT, file), "utf8")).includes(name);
    return isThere ? [] : [`${file} — ${name}`];
  });
}

/** A name is compared as it reads, not as a string writes it. */
function unescaped(source: string): string {
  return source.replaceAll(/\\(["'`])/g, "$1");
}
