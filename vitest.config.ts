/**
 * All test projects in one place; `npm test` runs each of them. A test's project follows from its path:
 * `*.unit.test.ts` and test/architecture run in Node (`*.isolated.test.ts` too, each file with modules of its own, since they
 * replace some), other tests that mirror src/ run in workerd,
 * test/flows and test/browser run in Node against the app and the emulator as two real processes.
 */
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/harness/longest-first.ts";

/**
 * Folders of test/ with a project of their own. All others (they mirror src/) run inside workerd, so that a new one is
 * never left out.
 */
const FOLDERS_OF_OTHER_PROJECTS = "test/{architecture,emulator,flows,proof,browser}/**";

/** Configuration of the app under test in workerd; invented values, of no use anywhere else. */
const TEST_VARIABLES = {
  APP_ORIGIN: "https://books.example.com",
  INTUIT_DISCOVERY_URL: "https://intuit.example.com/.well-known/openid_sandbox_configuration",
  INTUIT_CLIENT_ID: "test-client",
  INTUIT_CLIENT_SECRET: "test-client-secret",
  INTUIT_WEBHOOK_VERIFIER: "test-webhook-verifier",
  QBO_API_URL: "https://quickbooks.example.com",
  QBO_APP_URL: "https://app.quickbooks.example.com",
  ENCRYPTION_KEYS: "test-1=BwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSY=",
  SETUP_TOKEN: "test-setup-token",
};

/** What the environment tells test/simulation/story.ts and test/seed.ts; code inside workerd sees no other variables. */
const SEED_VARIABLES = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => name.startsWith("SIMULATION_") || name === "PROPERTY_SEED"),
);

/** No simulator that vitest starts may keep a store of traces, either (scripts/lib/local-stack.ts says why). */
process.env["X_LOCAL_OBSERVABILITY"] = "false";

/** Of two cores vitest would use one; much of a test is waiting, for pushes and pages above all. */
const FILES_AT_ONCE = 4;
const STACK_STARTUP_LIMIT_MS = 180_000;
const FLOW_LIMIT_MS = 300_000;
/** How long `expect.poll` asks again: one call may take longer than its own second where much goes on. */
const POLL_LIMIT_MS = 30_000;
/** What only computes takes the time that flows and pages leave, which may be little (scripts/lib/run-tests.ts). */
const COMPUTING_LIMIT_MS = 300_000;

/** What tests in Node share. */
const IN_NODE = {
  setupFiles: ["./test/seed.ts", "./test/simulation/quick-drizzle.ts"],
  environment: "node",
  maxWorkers: FILES_AT_ONCE,
  testTimeout: COMPUTING_LIMIT_MS,
  /** Node has no Durable Objects; a class of that name is enough to run the gate's. */
  alias: { "cloudflare:workers": `${import.meta.dirname}/test/simulation/workers-double.ts` },
};

export default defineConfig({
  test: {
    // What passed needs no log of its own; what failed comes with every line.
    silent: "passed-only",
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...IN_NODE,
          name: "isolated",
          include: ["test/**/*.isolated.test.ts"],
        },
      },
      {
        test: {
          ...IN_NODE,
          name: "unit",
          include: ["test/**/*.unit.test.{ts,tsx}", "test/architecture/**/*.test.ts"],
          exclude: ["test/emulator/**"],
          // Modules are loaded once for all files that a worker runs.
          isolate: false,
        },
      },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                ...TEST_VARIABLES,
                ...SEED_VARIABLES,
                TEST_MIGRATIONS: await readD1Migrations("./migrations"),
              },
              // Nobody takes from it: what a gate's alarm sends must not be worked on while another test goes on.
              queueProducers: { PUSH_QUEUE: "of-tests" },
            },
          })),
        ],
        test: {
          name: "worker",
          include: ["test/**/*.test.{ts,tsx}"],
          exclude: ["test/**/*.{unit,isolated}.test.{ts,tsx}", FOLDERS_OF_OTHER_PROJECTS],
          setupFiles: ["./test/seed.ts", "./test/quiet-log.ts", "./test/apply-migrations.ts"],
          disableConsoleIntercept: true,
          // A worker of its own for each file would load the whole app 60 times; apply-migrations.ts empties the storage.
          isolate: false,
          maxWorkers: FILES_AT_ONCE,
          testTimeout: COMPUTING_LIMIT_MS,
          hookTimeout: COMPUTING_LIMIT_MS,
        },
      },
      "./emulator/vitest.config.{ts,mts}",
      {
        test: {
          name: "flows",
          expect: { poll: { timeout: POLL_LIMIT_MS } },
          include: ["test/flows/**/*.test.ts"],
          environment: "node",
          globalSetup: ["./test/harness/shared-stack.ts"],
          maxWorkers: FILES_AT_ONCE,
          testTimeout: FLOW_LIMIT_MS,
          hookTimeout: STACK_STARTUP_LIMIT_MS,
        },
      },
      {
        test: {
          name: "proof",
          include: ["test/proof/**/*.test.ts"],
          environment: "node",
          // Each starts processes of its own and measures times: one at a time.
          fileParallelism: false,
          hookTimeout: STACK_STARTUP_LIMIT_MS,
        },
      },
      {
        test: {
          name: "browser",
          expect: { poll: { timeout: POLL_LIMIT_MS } },
          include: ["test/browser/**/*.test.ts"],
          environment: "node",
          globalSetup: ["./test/harness/shared-stack.ts"],
          maxWorkers: FILES_AT_ONCE,
          testTimeout: FLOW_LIMIT_MS,
          hookTimeout: STACK_STARTUP_LIMIT_MS,
        },
      },
    ],
  },
});
