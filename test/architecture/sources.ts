/** Reads the project's own source files for the tests of its architecture. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "..", "..");

export interface SourceFile {
  /** From the repository's folder, with forward slashes. */
  path: string;
  text: string;
  /** What it imports: paths from the repository's folder for own files, names for packages. */
  imports: string[];
}

const SOURCE = /\.(?:ts|tsx|mjs)$/;
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^"';]*?\sfrom\s*)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** All source files below `folder`. */
export function sourcesOf(folder: string): SourceFile[] {
  return filesOf(folder)
    .filter((path) => SOURCE.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, imports: importsOf(path, text) };
    });
}

/** Paths of all files below `folder`, from the repository's folder. */
export function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !/(?:^|\/)(?:node_modules|\.wrangler)\//.test(path));
}

/** The imports of a source text at `path`, comments left out. */
export function importsOf(path: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return Array.from(code.matchAll(IMPORT), (match) => match[1] ?? match[2] ?? "").map((name) =>
    name.startsWith(".") ? join(dirname(path), name).replaceAll("\\", "/") : name,
  );
}
