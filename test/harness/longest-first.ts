/**
 * The order of test files: those that take longest begin first, so that none of them is left alone at the end of a run.
 * vitest itself goes by file size where it remembers no times, as in a fresh clone.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take more than a quarter of a minute, by what stands in their path, the longest first. */
const LONG = [
  "flows/notices",
  "flows/contract/moving",
  "flows/faults/lost-answers",
  "flows/letters",
  "flows/data-set",
  "browser/every-page",
  "browser/sending",
  "flows/faults/connection",
  "flows/faults/error-words",
  "browser/first-run",
  "simulation/rules",
  "simulation/two-versions/two",
  "simulation/",
  "pushes/intuit-events",
  "pushes/unanswered",
  "pushes/changes-in-quickbooks",
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
