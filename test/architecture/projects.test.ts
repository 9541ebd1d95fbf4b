/**
 * Every test file belongs to exactly one project of vitest.config.ts: one that belongs to none would never run and nobody
 * would notice, one that belongs to two would run twice.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { expect, test } from "vitest";
import emulatorProject from "../../emulator/vitest.config.ts";
import rootConfig from "../../vitest.config.ts";
import { filesOf, ROOT, sourcesOf } from "./sources.ts";

interface Project {
  name: string;
  include: string[];
  exclude: string[];
  setupFiles: string[];
  isIsolated: boolean;
}

interface ProjectConfig {
  test?: { name?: unknown; include?: string[]; exclude?: string[]; setupFiles?: string | string[]; isolate?: boolean };
}

/** The emulator's project stands in the root configuration as the name of its file. */
const projects = (rootConfig.test?.projects ?? []).map((entry): Project => {
  const config = typeof entry === "string" ? emulatorProject : entry;
  const { name, include = [], exclude = [], setupFiles = [], isolate = true } = (config as ProjectConfig).test ?? {};
  return { name: String(name), include, exclude, setupFiles: [setupFiles].flat(), isIsolated: isolate };
});

function projectsOf(file: string): string[] {
  const matches = (globs: string[]) => globs.some((glob) => matchesGlob(file, glob));
  return projects.filter(({ include, exclude }) => matches(include) && !matches(exclude)).map(({ name }) => name);
}

test("every test file is run by one project", () => {
  const files = filesOf("test").filter((path) => /\.(?:test|spec)\.[cm]?[jt]sx?$/.test(path));
  expect(files.length).toBeGreaterThan(80);
  expect(
    Object.fromEntries(files.map((file) => [file, projectsOf(file)]).filter(([, of]) => of?.length !== 1)),
  ).toEqual({});
});

test("every project runs some, by its path", () => {
  expect(projects.map(({ name }) => name)).toEqual([
    "isolated",
    "unit",
    "worker",
    "emulator",
    "flows",
    "proof",
    "browser",
  ]);
  expect(projectsOf("test/simulation/rules.isolated.test.ts")).toEqual(["isolated"]);
  expect(projectsOf("test/pushes/outcome.unit.test.ts")).toEqual(["unit"]);
  expect(projectsOf("test/architecture/projects.test.ts")).toEqual(["unit"]);
  expect(projectsOf("test/pages/visit.test.tsx")).toEqual(["worker"]);
  expect(projectsOf("test/a-new-folder/deeper/first.test.ts")).toEqual(["worker"]);
  expect(projectsOf("test/emulator/api.test.ts")).toEqual(["emulator"]);
  expect(projectsOf("test/flows/faults/books.test.ts")).toEqual(["flows"]);
  expect(projectsOf("test/proof/kill.test.ts")).toEqual(["proof"]);
  expect(projectsOf("test/browser/people.test.ts")).toEqual(["browser"]);
});

test("files that share a worker replace no module: others would get the double", () => {
  const shared = projects.filter(({ isIsolated }) => !isIsolated).map(({ name }) => name);
  expect(shared).toEqual(["unit", "worker", "emulator"]);
  const files = filesOf("test").filter((path) => projectsOf(path).some((name) => shared.includes(name)));
  expect(files.length).toBeGreaterThan(30);
  const self = "test/architecture/projects.test.ts";
  const replacing = files.filter((path) => readFileSync(join(ROOT, path), "utf8").includes("vi.mock("));
  expect(replacing.filter((path) => path !== self)).toEqual([]);
});

test("setup files are there", () => {
  const files = projects.flatMap(({ setupFiles }) => setupFiles);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test("files whose tests run side by side don't use expect.poll, which looks for the one test that runs", () => {
  const files = sourcesOf("test").filter(({ text }) =>
    /\b(?:describe|test|it)\.concurrent\b|concurrent: true/.test(text),
  );
  expect(files.length).toBeGreaterThan(5);
  expect(files.filter(({ text }) => /\bexpect\.poll\(/.test(text)).map(({ path }) => path)).toEqual([]);
});
