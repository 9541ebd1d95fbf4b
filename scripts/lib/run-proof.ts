/**
 * `npm run proof`: what takes long. Kills, throttles and waits in real time, with processes of their own, then the property
 * tests and the large simulations with fresh seeds, which it prints. Prints a table of figures at the end. Names narrow it
 * to those: `npm run proof -- kill`, `-- properties`, `-- simulation`.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { ROOT } from "./root.ts";
import { freshSeeds, seedText } from "./seeds.ts";
import { runVitest, type TestCount } from "./vitest-run.ts";

const figureLine = z.object({ proof: z.string(), what: z.string(), value: z.string(), limit: z.string() });
type Figure = z.infer<typeof figureLine>;

const TWO_VERSIONS = "test/simulation/two-versions";

/** How much each plays here; `npm test` plays little. */
const SIMULATIONS = [
  { project: "unit", file: "test/simulation/simulation.unit.test.ts", how: { SIMULATION_RUNS: "10000" } },
  { project: "isolated", file: `${TWO_VERSIONS}/two-versions.isolated.test.ts`, how: { SIMULATION_RUNS: "1000" } },
  { project: "unit", file: `${TWO_VERSIONS}/many-invoices.unit.test.ts`, how: { FORMER_INVOICES: "50000" } },
  { project: "worker", file: "test/simulation/simulation.test.ts", how: { SIMULATION_RUNS: "500" } },
];

/** The proofs wait in real time, one after the other. */
const LIMIT_MINUTES = 180;

const figuresFile = join(tmpdir(), `bookbridge-proof-${process.pid}.ndjson`);
const startedAt = Date.now();
const names = process.argv.slice(2);
const count: TestCount = { passed: 0, failed: 0 };
const others = names.filter((name) => name !== "simulation" && name !== "properties");
const isAsked = (name: string) => names.length === 0 || names.includes(name);
const seeds = freshSeeds();

if (names.length === 0 || others.length > 0)
  add(await runVitest(["proof"], { files: others, env: { PROOF_FIGURES: figuresFile }, limitMinutes: LIMIT_MINUTES }));
if (isAsked("properties")) {
  const env = { PROPERTY_SEED: seeds.PROPERTY_SEED };
  console.log(`\nProperty tests with ${seedText(env)}`);
  add(await runVitest(["unit", "worker"], { files: propertyTests(), env, limitMinutes: LIMIT_MINUTES }));
}
if (isAsked("simulation")) {
  const env = { SIMULATION_SEED: seeds.SIMULATION_SEED };
  console.log(`\nSimulations with ${seedText(env)}`);
  for (const { project, file, how } of SIMULATIONS)
    add(
      await runVitest([project], {
        files: [file],
        env: { ...env, ...how },
        limitMinutes: LIMIT_MINUTES,
      }),
    );
}
printTable(readFigures());
rmSync(figuresFile, { force: true });
console.log(`\nTook ${Math.round((Date.now() - startedAt) / 1_000)} s.`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

function add({ passed, failed }: TestCount): void {
  count.passed += passed;
  count.failed += failed;
}

/** All test files with properties, except the simulations. */
function propertyTests(): string[] {
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" });
  return files
    .filter((path) => /\.test\.tsx?$/.test(path) && !path.startsWith("simulation"))
    .filter((path) => readFileSync(join(ROOT, "test", path), "utf8").includes('from "fast-check"'))
    .map((path) => join("test", path));
}

function readFigures(): Figure[] {
  if (!existsSync(figuresFile)) return [];
  const lines = readFileSync(figuresFile, "utf8").trimEnd().split("\n");
  return lines.map((line) => figureLine.parse(JSON.parse(line)));
}

function printTable(figures: Figure[]): void {
  const rows = [
    ["proof", "figure", "measured", "wanted"],
    ...figures.map(({ proof, what, value, limit }) => [proof, what, value, limit]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  console.log("");
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}
