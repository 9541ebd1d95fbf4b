/**
 * Runs the metered Worker on this machine with a database of its own, and signs in by the same pages as people. It leaves
 * nothing behind: neither a process nor a file.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey, enter } from "../scripts/demo/front-door.ts";
import type { Visitor } from "../scripts/demo/visitor.ts";
import { startKept } from "../scripts/lib/kept-process.ts";
import { makeSecrets } from "../scripts/lib/local-secrets.ts";
import {
  applyMigrations,
  emulatorVariables,
  waitUntilItAnswers,
  wrangler,
  wranglerEnvironment,
} from "../scripts/lib/local-stack.ts";
import { findFreePorts } from "../scripts/lib/ports.ts";
import { endWith } from "../scripts/lib/shutdown.ts";
import { ROOT } from "../scripts/lib/root.ts";

export interface MeteredApp {
  origin: string;
  apiKey: string;
  visitor: Visitor;
  stop: () => Promise<void>;
}

/** `PORT` chooses the port; otherwise it is one that is free. */
export async function startMeteredApp(): Promise<MeteredApp> {
  const folder = mkdtempSync(join(tmpdir(), "bookbridge-bench-"));
  const [freePort = 0, inspectorPort = 0] = await findFreePorts(2);
  const port = Number(process.env["PORT"] ?? freePort);
  const origin = `http://localhost:${port}`;
  const discovery = await startDiscovery();
  const secrets = makeSecrets();
  await applyMigrations(folder);
  const envFile = join(folder, "app.env");
  const { demoPassword, ...variables } = { ...emulatorVariables(origin, discovery.origin), ...secrets };
  writeFileSync(
    envFile,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(""),
    { mode: 0o600 },
  );
  const run = wrangler(
    "dev",
    "bench/worker.ts",
    "--port",
    String(port),
    "--inspector-port",
    String(inspectorPort),
    "--persist-to",
    join(folder, "app"),
    "--show-interactive-dev-session",
    "false",
    "--env-file",
    envFile,
  );
  const app = startKept("The metered app", run.command, run.args, {
    cwd: ROOT,
    env: wranglerEnvironment(folder),
    logFile: join(folder, "app.log"),
  });
  const stop = async (): Promise<void> => {
    await app.stop();
    discovery.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  endWith(stop);
  try {
    await waitUntilItAnswers(app, `${origin}/healthz`);
    const visitor = await enter(origin, secrets.SETUP_TOKEN, { email: "bench@example.com", password: demoPassword });
    return { origin, visitor, apiKey: await createApiKey(visitor, "Benchmark", "admin"), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Pages ask for the discovery document; it is answered here, so that no page waits for a host that is not there. */
async function startDiscovery(): Promise<{ origin: string; stop: () => void }> {
  const [port = 0] = await findFreePorts(1);
  const origin = `http://localhost:${port}`;
  const names = ["authorization_endpoint", "token_endpoint", "revocation_endpoint", "userinfo_endpoint", "jwks_uri"];
  const document = JSON.stringify({
    issuer: origin,
    ...Object.fromEntries(names.map((name) => [name, `${origin}/${name}`])),
  });
  const server = createServer((_request, response) =>
    response.writeHead(200, { "content-type": "application/json" }).end(document),
  );
  await new Promise<void>((resolve) => server.listen(port, resolve));
  return { origin, stop: () => void server.close() };
}
