/**
 * Global set-up of the projects `flows` and `browser`: one stack for all their files, started once and ended with the run.
 * BOOKBRIDGE_STACK (the JSON that `node scripts/run.mjs test/harness/keep-stack.ts` prints) takes one that runs already.
 */
import type { TestProject } from "vitest/node";
import { z } from "zod";
import { findBrowser, type Browser } from "./find-browser.ts";
import { type SharedFacts, startTestStack, type TestStack } from "./stack.ts";

declare module "vitest" {
  export interface ProvidedContext {
    stack: SharedFacts;
    /** Null in projects that need none. */
    browser: Browser | null;
  }
}

const stackFacts = z.object({
  appOrigin: z.string(),
  emulatorOrigin: z.string(),
  apiKey: z.string(),
  credentials: z.object({ email: z.string(), password: z.string() }),
  setupToken: z.string(),
  webhookVerifier: z.string(),
  folder: z.string(),
  migrated: z.string(),
});

/** The projects' set-ups run in one process, one after the other or at once: the first starts, the last stops. */
const shared = globalThis as typeof globalThis & {
  bookbridgeStack?: { users: number; starting: Promise<TestStack> };
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  project.provide("browser", project.name === "browser" ? await findBrowser() : null);
  const running = process.env["BOOKBRIDGE_STACK"];
  if (running !== undefined) {
    project.provide("stack", stackFacts.parse(JSON.parse(running)));
    return async () => undefined;
  }
  shared.bookbridgeStack ??= { users: 0, starting: startTestStack() };
  const use = shared.bookbridgeStack;
  use.users += 1;
  const { processes: _processes, stop, ...facts } = await use.starting;
  project.provide("stack", facts);
  return async () => {
    use.users -= 1;
    if (use.users > 0) return;
    delete shared.bookbridgeStack;
    await stop();
  };
}
