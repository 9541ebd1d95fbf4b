/**
 * The emulator's own tests: they run inside workerd against its real Worker and Durable Objects. `npm test` includes
 * this project through the root configuration; alone: `vitest run --config emulator/vitest.config.ts`.
 */
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

/** Both as in the other projects of the root configuration. */
const FILES_AT_ONCE = 4;
const TEST_LIMIT_MS = 300_000;

export default defineConfig({
  root: `${import.meta.dirname}/..`,
  plugins: [cloudflareTest({ wrangler: { configPath: `${import.meta.dirname}/wrangler.toml` } })],
  test: {
    name: "emulator",
    // A line logged outside a test's own request would keep the run from ending (test/quiet-log.ts).
    disableConsoleIntercept: true,
    include: ["test/emulator/**/*.test.ts"],
    // As in the worker project: the emulator is loaded once for all files.
    isolate: false,
    maxWorkers: FILES_AT_ONCE,
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
  },
});
