/**
 * The order of test files: those that take longest begin first, so that none of them is left alone at the end of a run.
 * vitest itself goes by file size where it remembers no times, as in a fresh clone.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take more than a quarter of a minute, by what stands in their path, the longest first. */
const LONG = [
  "flows/tax",
  "browser/every-page",
  "browser/sending",
  "browser/lists-hold-still",
  "flows/linking",
  "flows/letters",
  "flows/contract/moving",
  "flows/faults/lost-answers",
  "flows/data-set",
  "flows/reported",
  "flows/notices",
  "flows/faults/error-words",
  "flows/app-alone",
  "flows/contract/intuit-webhooks",
  "flows/faults/connection",
  "browser/connecting",
  "browser/first-run",
  "simulation/rules",
  "simulation/two-versions/",
  "simulation/",
  "pushes/intuit-events",
  "pushes/second-kind",
  "pushes/unanswered",
  "pushes/changes-in-quickbooks",
  "inbox/concurrency",
];

export class LongestFirst extends BaseSequencer {
  /** Files that share a worker stand together, at the end: it stays only for the next one of its own project. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isShared = ({ project }: TestSpecification) => Number(!project.config.isolate);
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => isShared(a) - isShared(b) || rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((part) => moduleId.includes(part));
  return place < 0 ? LONG.length : place;
}
