/**
 * `npm run proof`: what takes long. Kills, throttles and waits in real time, with processes of their own, then the large
 * simulations. Prints a table of figures at the end. Names narrow it to those: `npm run proof -- kill`, `-- simulation`.
 */
import { randomInt } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runVitest, type TestCount } from "./vitest-run.ts";

const figureLine = z.object({ proof: z.string(), what: z.string(), value: z.string(), limit: z.string() });
type Figure = z.infer<typeof figureLine>;

/** How many stories each simulation plays here; `npm test` plays few. */
const SIMULATIONS = [
  { project: "unit", file: "test/simulation/simulation.unit.test.ts", runs: "10000" },
  { project: "worker", file: "test/simulation/simulation.test.ts", runs: "500" },
];

/** The proof plays fresh stories; `npm test` always the same. */
const MAX_SEED = 1_000_000_000;

/** The proofs wait in real time, one after the other. */
const LIMIT_MINUTES = 180;

const figuresFile = join(tmpdir(), `bookbridge-proof-${process.pid}.ndjson`);
const startedAt = Date.now();
const names = process.argv.slice(2);
const count: TestCount = { passed: 0, failed: 0 };
const isAboutSimulation = names.length === 0 || names.includes("simulation");
const others = names.filter((name) => name !== "simulation");

if (names.length === 0 || others.length > 0)
  add(await runVitest(["proof"], { files: others, env: { PROOF_FIGURES: figuresFile }, limitMinutes: LIMIT_MINUTES }));
if (isAboutSimulation) {
  for (const { project, file, runs } of SIMULATIONS)
    add(
      await runVitest([project], {
        files: [file],
        env: { SIMULATION_RUNS: runs, SIMULATION_SEED: String(randomInt(MAX_SEED)) },
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
