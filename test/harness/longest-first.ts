/**
 * The order of test files: those that take longest begin first, so that none of them is left alone at the end of a run.
 * vitest itself goes by file size where it remembers no times, as in a fresh clone.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take more than a quarter of a minute, by what stands in their path, the longest first. */
const LONG = [
  "flows/contract/moving",
  "flows/letters",
  "flows/tax",
  "flows/faults/lost-answers",
  "flows/data-set",
  "flows/reported",
  "flows/notices",
  "flows/faults/error-words",
  "flows/app-alone",
  "flows/contract/intuit-webhooks",
  "flows/faults/connection",
  "browser/every-page",
  "browser/sending",
  "browser/first-run",
  "simulation/rules",
  "simulation/two-versions/",
  "simulation/",
  "pushes/intuit-events",
  "pushes/second-kind",
  "pushes/unanswered",
  "pushes/sending",
  "pushes/changes-in-quickbooks",
  "inbox/concurrency",
];

export class LongestFirst extends BaseSequencer {
  /** The files of a project stand together: only for the next one of its own does a worker that is shared stay. */
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const projects = this.ctx.projects.map(({ name }) => name);
    const place = ({ project }: TestSpecification) => projects.indexOf(project.name);
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => place(a) - place(b) || rank(a) - rank(b));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const place = LONG.findIndex((part) => moduleId.includes(part));
  return place < 0 ? LONG.length : place;
}
