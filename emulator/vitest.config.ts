// The emulator's own tests: they run inside workerd against its real Worker and Durable Objects.
// `npm test` takes this project in through the root configuration; alone: `vitest run --config emulator/vitest.config.ts`.

import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const TEST_LIMIT_MS = 20_000;

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [cloudflareTest({ wrangler: { configPath: fileURLToPath(new URL("wrangler.toml", import.meta.url)) } })],
  test: {
    name: "emulator",
    include: ["test/emulator/**/*.test.ts"],
    testTimeout: TEST_LIMIT_MS,
    hookTimeout: TEST_LIMIT_MS,
  },
});
