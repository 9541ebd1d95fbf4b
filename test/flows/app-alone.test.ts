/**
 * `wrangler dev --env-file FILE` runs the app alone against any Intuit-compatible address, and says which variable is
 * missing where one is (docs/contract.md, sections 1 and 2). Nothing here goes through `npm start`.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createApiKey, enter } from "../../scripts/demo/front-door.ts";
import { type KeptProcess, startKept } from "../../scripts/lib/kept-process.ts";
import { makeSecrets } from "../../scripts/lib/local-secrets.ts";
import {
  applyMigrations,
  emulatorVariables,
  waitUntilItAnswers,
  wrangler,
  wranglerEnvironment,
} from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";
import { ROOT } from "../../scripts/lib/root.ts";
import { setUpCompany, sharedStack } from "../harness/app.ts";
import { copyMigrated } from "../harness/stack.ts";
import { cents, push } from "../harness/push.ts";

const ADMIN = { email: "alone@example.com", password: "one more long password" };
const started: { process: KeptProcess; folder: string }[] = [];

afterAll(async () => {
  await Promise.all(started.map(({ process }) => process.stop()));
  for (const { folder } of started) rmSync(folder, { recursive: true, force: true });
});

/** Runs the app with exactly these variables, as docs/contract.md, section 1, says. */
async function runApp(
  variables: (origin: string) => Record<string, string>,
  migrate: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "bookbridge-alone-"));
  const [port = 0, inspectorPort = 0] = await findFreePorts(2);
  const origin = `http://localhost:${port}`;
  const envFile = join(folder, "my.env");
  const lines = Object.entries(variables(origin)).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  await migrate(folder);
  const ports = ["--port", String(port), "--inspector-port", String(inspectorPort)];
  const { command, args } = wrangler("dev", "--env-file", envFile, ...ports, "--persist-to", join(folder, "app"));
  const process = startKept("The app alone", command, args, {
    logFile: join(folder, "app.log"),
    cwd: ROOT,
    env: wranglerEnvironment(folder),
  });
  started.push({ process, folder });
  await waitUntilItAnswers(process, `${origin}/healthz`);
  return origin;
}

test("an order reaches the company at the address that the file names", async () => {
  const { demoPassword: _password, ...secrets } = makeSecrets();
  const shared = sharedStack();
  const appOrigin = await runApp(
    (origin) => ({ ...emulatorVariables(origin, shared.emulatorOrigin), ...secrets }),
    applyMigrations,
  );
  const visitor = await enter(appOrigin, secrets.SETUP_TOKEN, ADMIN);
  const apiKey = await createApiKey(visitor, "Alone", "admin");
  const company = await setUpCompany(
    {},
    { ...shared, appOrigin, apiKey, credentials: ADMIN, setupToken: secrets.SETUP_TOKEN },
  );
  const { qbo, invoice } = await push(company, { shipping: "3.21" });
  expect(cents(qbo.TotalAmt)).toBe(invoice.total);
  expect(invoice.qbo_url).toContain(shared.emulatorOrigin);
  // wrangler would keep a store of traces, with whole addresses and hence the tokens in them.
  for (const folder of [started.at(-1)!.folder, shared.folder]) {
    const kept = readdirSync(folder, { recursive: true, encoding: "utf8" });
    expect(kept.some((path) => path.endsWith(".sqlite"))).toBe(true);
    expect(kept.filter((path) => /observability|traces?\b/i.test(path))).toEqual([]);
  }
});

test("a missing and a malformed variable are named, with how to set them, on the page and on the API", async () => {
  const { demoPassword: _password, ...secrets } = makeSecrets();
  const origin = await runApp(
    (own) => {
      const { INTUIT_CLIENT_SECRET: _secret, ...variables } = emulatorVariables(own, "http://localhost:9");
      return { ...variables, ...secrets, ENCRYPTION_KEYS: "local-1=too-short" };
    },
    async (folder) => copyMigrated(sharedStack().migrated, folder),
  );
  const page = await fetch(`${origin}/login`, { headers: { accept: "text/html" } });
  const html = await page.text();
  expect(page.status).toBe(503);
  expect(html).toContain("INTUIT_CLIENT_SECRET");
  expect(html).toContain("ENCRYPTION_KEYS");
  expect(html).toContain("wrangler secret put INTUIT_CLIENT_SECRET");
  const problem = await fetch(`${origin}/api/v1/invoices`, { headers: { authorization: "Bearer bb_none" } });
  expect(problem.status).toBe(503);
  expect(problem.headers.get("content-type")).toContain("application/problem+json");
  expect(await problem.text()).toContain("INTUIT_CLIENT_SECRET");
  // Not the value of a secret, nor a part of it.
  expect(html).not.toContain("too-short");
});
