/**
 * Who may import whom. In src/ a folder imports only from folders to its left; emulator/ stands apart; nothing that runs
 * in production comes from scripts or tests. A wrong arrow names the file and the import.
 */
import { expect, test } from "vitest";
import { importsOf, type SourceFile, sourcesOf } from "./sources.ts";

/** From left to right; what stands together in brackets may not import each other. */
const ORDER: string[][] = [
  ["src/env.ts", "src/app-context.ts"],
  ["src/platform"],
  ["src/quickbooks"],
  ["src/failures"],
  ["src/connections"],
  ["src/instances"],
  ["src/documents"],
  ["src/orders"],
  ["src/invoices"],
  ["src/mapping"],
  ["src/notifications"],
  ["src/kinds"],
  ["src/pushes"],
  ["src/invoicing"],
  ["src/inbox"],
  ["src/people"],
  ["src/actions"],
  ["src/ui"],
  ["src/pages", "src/api"],
  ["src/app"],
  ["src/app.ts"],
  ["src/index.ts"],
];

/**
 * The leftmost files name types of what is bound to them: the gate's class in `env.ts`, configuration, database and the
 * person in `app-context.ts`; and the configuration is read with platform's key ring. Each exception is listed, none is taste.
 */
const ALLOWED_BACKWARDS = new Set([
  "src/env.ts → src/connections/realm-gate.ts",
  "src/env.ts → src/inbox/refused-requests.ts",
  "src/env.ts → src/platform/keys.ts",
  "src/app-context.ts → src/env.ts",
  "src/app-context.ts → src/people/person.ts",
  "src/app-context.ts → src/platform/db.ts",
]);

const FORBIDDEN_FOLDERS = /(?:^|\/)(?:utils?|helpers?|services?|common|shared|misc)(?:\/|\.tsx?$)/;

interface Place {
  rank: number;
  area: string;
}

function placeOf(path: string): Place | null {
  for (const [rank, areas] of ORDER.entries()) {
    const area = areas.find((name) => path === name || path.startsWith(`${name}/`));
    if (area !== undefined) return { rank, area };
  }
  return null;
}

/** The wrong arrows of a file in src/, as `from → to`. */
function wrongArrows({ path, imports }: SourceFile): string[] {
  const from = placeOf(path);
  return imports
    .filter((to) => to.startsWith("src/") || to.startsWith("emulator/") || /^(?:test|scripts|bench|data)\//.test(to))
    .filter((to) => {
      const target = placeOf(to);
      if (from === null || target === null) return true;
      const isForward = target.area === from.area || target.rank < from.rank;
      return !isForward && !ALLOWED_BACKWARDS.has(`${path} → ${to}`);
    })
    .map((to) => `${path} → ${to}`);
}

const sources = sourcesOf("src");
const emulator = sourcesOf("emulator");

test("every file of src/ has a place in the order", () => {
  expect(sources.filter(({ path }) => placeOf(path) === null).map(({ path }) => path)).toEqual([]);
  expect(sources.length).toBeGreaterThan(50);
});

test("a folder of src/ imports only from folders to its left", () => {
  expect(sources.flatMap(wrongArrows)).toEqual([]);
});

test("exceptions are only what is in use", () => {
  const arrows = new Set(sources.flatMap(({ path, imports }) => imports.map((to) => `${path} → ${to}`)));
  expect([...ALLOWED_BACKWARDS].filter((arrow) => !arrows.has(arrow))).toEqual([]);
});

test("the emulator imports nothing from src/, nor src/ from it", () => {
  const arrows = emulator.flatMap(({ path, imports }) =>
    imports.filter((to) => /^(?:src|test|scripts)\//.test(to)).map((to) => `${path} → ${to}`),
  );
  expect(arrows).toEqual([]);
});

test("there is no barrel file and no catch-all folder", () => {
  const files = [...sources, ...emulator];
  const barrels = files.filter(({ path, text }) => path !== "src/index.ts" && /^export\s+\*\s+from/m.test(text));
  expect(barrels.map(({ path }) => path)).toEqual([]);
  expect(files.filter(({ path }) => FORBIDDEN_FOLDERS.test(path)).map(({ path }) => path)).toEqual([]);
});

test("only quickbooks/ builds addresses of QuickBooks' API", () => {
  const builders = sources.filter(({ text }) => /["'`][^"'`\n]*\/v3\/company\/\$\{/.test(text)).map(({ path }) => path);
  expect(builders.filter((path) => !path.startsWith("src/quickbooks/"))).toEqual([]);
  expect(builders.length).toBeGreaterThan(0);
});

test("the reader of imports sees every form of them, and a wrong arrow is found", () => {
  const text = `import a from "./a.ts";\nimport type { B } from '../people/b.ts';\nimport {\n  c,\n} from "../pages/c.tsx";
    export { d } from "./d.ts";\nimport "./e.ts";\nconst f = await import("../f.ts"); // import "./no.ts"\n/* import "./no2.ts" */`;
  const imports = importsOf("src/platform/x.ts", text);
  expect(imports).toEqual([
    "src/platform/a.ts",
    "src/people/b.ts",
    "src/pages/c.tsx",
    "src/platform/d.ts",
    "src/platform/e.ts",
    "src/f.ts",
  ]);
  expect(wrongArrows({ path: "src/platform/x.ts", text, imports })).toEqual([
    "src/platform/x.ts → src/people/b.ts",
    "src/platform/x.ts → src/pages/c.tsx",
    "src/platform/x.ts → src/f.ts",
  ]);
});
