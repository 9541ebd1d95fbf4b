/**
 * `npm run proof`: what takes long — kills, throttles and waits in real time, with processes of their own. Prints a table of
 * figures at the end. Names of files as arguments narrow it to those: `npm run proof -- kill`.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runVitest } from "./vitest-run.ts";

const figureLine = z.object({ proof: z.string(), what: z.string(), value: z.string(), limit: z.string() });
type Figure = z.infer<typeof figureLine>;

const figuresFile = join(tmpdir(), `bookbridge-proof-${process.pid}.ndjson`);
const startedAt = Date.now();
const count = await runVitest(["proof"], process.argv.slice(2), { PROOF_FIGURES: figuresFile });
printTable(readFigures());
rmSync(figuresFile, { force: true });
console.log(`\nTook ${Math.round((Date.now() - startedAt) / 1_000)} s.`);
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exitCode = count.failed === 0 && count.passed > 0 ? 0 : 1;

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
