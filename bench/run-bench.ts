/**
 * `npm run bench`: what looking at 50,000 invoices costs, in the time of a plain first page (so that figures of different
 * machines compare) and in rows that D1 reads; and what the pure steps cost. Prints tables, writes bench/results.json.
 * A change of a file in src/ while it runs makes wrangler load the Worker anew, which spoils the run.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Visitor } from "../scripts/demo/visitor.ts";
import { ROOT } from "../scripts/lib/root.ts";
import { seeded } from "./company-history.ts";
import { loadHistory } from "./load-history.ts";
import { median } from "./median.ts";
import { METER_HEADER, QUERIES_HEADER, ROWS_HEADER } from "./meter-headers.ts";
import { type MeteredApp, startMeteredApp } from "./metered-app.ts";
import { measurePureSteps } from "./pure-costs.ts";
import { PLAIN, type Question, questions } from "./requests.ts";

const ROUNDS = 15;
/** Everything is told in proportion to the plain page, so that one is asked more often. */
const PLAIN_PER_ROUND = 5;
const PAGE_ROWS = 50;
const DEEP_PAGE = 500;
const RESULTS_FILE = join(ROOT, "bench", "results.json");

interface Answer {
  name: string;
  /** Median time in proportion to the plain first page of the same run. */
  ratio: number;
  medianMs: number;
  rowsRead: number;
  queries: number;
}

const app = await startMeteredApp();
try {
  await bench();
} finally {
  await app.stop();
}
process.exit();

async function bench(): Promise<void> {
  console.log("Loading 50,000 invoices …");
  const startedAt = Date.now();
  const { places, rowsWrittenPerInvoice } = await loadHistory(app.origin);
  const loadedSeconds = Math.round((Date.now() - startedAt) / 1_000);
  console.log(
    `${places.length} invoices in ${loadedSeconds} s; ${rowsWrittenPerInvoice.toFixed(1)} rows written for each, indexes and counts included.\n`,
  );
  const before = places[PAGE_ROWS * (DEEP_PAGE - 1) - 1];
  if (!before) throw new Error(`There is no page ${DEEP_PAGE}`);
  const answers = await measure(questions(`${before.date}_${before.id}`));
  const pure = measurePureSteps();
  print(
    ["", "time", "rows read", "queries"],
    answers.map(({ name, ratio, rowsRead, queries }) => [
      name,
      `${ratio.toFixed(2)} ×`,
      String(rowsRead),
      String(queries),
    ]),
  );
  print(
    ["per invoice", "time", "µs"],
    pure.map(({ name, ratio, microseconds }) => [name, `${ratio.toFixed(2)} ×`, microseconds.toFixed(1)]),
  );
  writeFileSync(
    RESULTS_FILE,
    `${JSON.stringify({ invoices: places.length, rowsWrittenPerInvoice, answers, pure }, null, 2)}\n`,
  );
}

async function measure(asked: Question[]): Promise<Answer[]> {
  const counts = new Map<string, { rowsRead: number; queries: number }>();
  for (const question of asked) counts.set(question.name, await countOf(app, question));
  const times = new Map<string, number[]>(asked.map(({ name }) => [name, []]));
  const random = seeded(7);
  // Each round asks everything, in another order; the first only warms up.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const more = asked
      .filter(({ name }) => name === PLAIN)
      .flatMap((plain) => Array.from({ length: PLAIN_PER_ROUND - 1 }, () => plain));
    const order = [...asked, ...more]
      .map((question) => ({ question, place: random() }))
      .toSorted((a, b) => a.place - b.place);
    for (const { question } of order) {
      const tookMs = await timeOf(app, question);
      if (round > 0) times.get(question.name)?.push(tookMs);
    }
  }
  const plain = median(times.get(PLAIN) ?? []);
  return asked.map(({ name }) => {
    const medianMs = median(times.get(name) ?? []);
    const { rowsRead, queries } = counts.get(name) ?? { rowsRead: Number.NaN, queries: Number.NaN };
    return { name, ratio: medianMs / plain, medianMs, rowsRead, queries };
  });
}

async function countOf(
  { origin, apiKey, visitor }: MeteredApp,
  { path, by }: Question,
): Promise<{ rowsRead: number; queries: number }> {
  const headers = {
    [METER_HEADER]: "on",
    accept: by === "api" ? "application/json" : "text/html",
    ...(by === "api" ? { authorization: `Bearer ${apiKey}` } : { cookie: visitor.cookie() }),
  };
  const response = await fetch(origin + path, { headers, redirect: "manual" });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  return { rowsRead: Number(response.headers.get(ROWS_HEADER)), queries: Number(response.headers.get(QUERIES_HEADER)) };
}

async function timeOf({ origin, apiKey, visitor }: MeteredApp, question: Question): Promise<number> {
  const startedAt = performance.now();
  const status =
    question.by === "api" ? await askApi(origin, apiKey, question.path) : await askPage(visitor, question.path);
  const tookMs = performance.now() - startedAt;
  if (status !== 200) throw new Error(`${question.path} answered ${status}`);
  return tookMs;
}

async function askApi(origin: string, apiKey: string, path: string): Promise<number> {
  const response = await fetch(origin + path, { headers: { authorization: `Bearer ${apiKey}` } });
  await response.arrayBuffer();
  return response.status;
}

async function askPage(visitor: Visitor, path: string): Promise<number> {
  return (await visitor.get(path)).status;
}

function print(head: string[], rows: string[][]): void {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart((widths[column] ?? 0) + 2),
      )
      .join("");
  console.log([line(head), ...rows.map(line)].join("\n"), "\n");
}
