/**
 * `node scripts/run.mjs test/harness/keep-stack.ts`: keeps a test stack running while one works on a flow or a page, and
 * prints what to put in front of vitest to use it. Ctrl-C ends it.
 */
import { endWith } from "../../scripts/lib/shutdown.ts";
import { startTestStack } from "./stack.ts";

const { processes: _processes, stop, ...facts } = await startTestStack();
endWith(stop);
console.log(`App ${facts.appOrigin}, emulator ${facts.emulatorOrigin}, sign in as ${facts.credentials.email}`);
console.log(`export BOOKBRIDGE_STACK='${JSON.stringify(facts)}'`);
setInterval(() => undefined, 60_000);
