/** What wrangler.toml must say: the platform keeps our log lines and no address of a request, since addresses carry tokens. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { unstable_readConfig as readConfig } from "wrangler";
import { ROOT } from "./sources.ts";

test("logs are kept, addresses are not", () => {
  const { observability, logpush, tail_consumers: tails } = readConfig({ config: join(ROOT, "wrangler.toml") });
  expect(observability).toMatchObject({
    enabled: true,
    redact_query_string: true,
    logs: { enabled: true, invocation_logs: false },
    traces: { enabled: false },
  });
  // Both get the addresses of requests, whatever observability says.
  expect([logpush ?? false, tails ?? []]).toEqual([false, []]);
});
