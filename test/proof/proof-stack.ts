/**
 * App and emulator as two real processes for one proof: no cron caller, killed with -9 and started again at will on the
 * same ports and data. After a restart nothing here visits the app; that it is up shows in its port alone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Api, createApiKey, enter } from "../../scripts/demo/front-door.ts";
import { makeSecrets } from "../../scripts/lib/local-secrets.ts";
import {
  type LocalStack,
  startApp,
  startEmulator,
  startStack,
  waitUntilItAnswers,
} from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";
import type { StackFacts } from "../harness/stack.ts";

const ADMIN = { email: "admin@example.com", password: "a long enough password" };
const PORT_LIMIT_MS = 60_000;
const PORT_EVERY_MS = 100;

export interface ProofStack {
  facts: StackFacts;
  api: Api;
  /** `kill -9` of both process groups. */
  kill: () => Promise<void>;
  /** Starts both again; resolves when the app's port takes connections. Answers when they were launched. */
  startAgain: () => Promise<{ launchedAt: number; listeningAt: number }>;
  stop: () => Promise<void>;
}

/** Starts a stack of its own, with an administrator and an API key. */
export async function startProofStack(): Promise<ProofStack> {
  const folder = mkdtempSync(join(tmpdir(), "bookbridge-proof-"));
  const [port = 0, emulatorPort = 0] = await findFreePorts(2);
  const secrets = makeSecrets();
  const options = { folder, port, emulatorPort, secrets };
  let running: Pick<LocalStack, "app" | "emulator"> = await startStack(options);
  const appOrigin = `http://localhost:${port}`;
  const emulatorOrigin = `http://localhost:${emulatorPort}`;
  const apiKey = await createApiKey(await enter(appOrigin, secrets.SETUP_TOKEN, ADMIN), "Proof", "admin");
  return {
    facts: {
      appOrigin,
      emulatorOrigin,
      apiKey,
      folder,
      credentials: ADMIN,
      setupToken: secrets.SETUP_TOKEN,
      webhookVerifier: secrets.INTUIT_WEBHOOK_VERIFIER,
    },
    api: new Api(appOrigin, apiKey),
    kill: async () => {
      await Promise.all([running.app.kill(), running.emulator.kill()]);
    },
    startAgain: async () => {
      const launchedAt = Date.now();
      const [appInspector = 0, emulatorInspector = 0] = await findFreePorts(2);
      const emulator = startEmulator(folder, emulatorPort, emulatorInspector);
      running = { emulator, app: startApp(options, appOrigin, emulatorOrigin, appInspector) };
      await Promise.all([
        waitUntilItAnswers(emulator, `${emulatorOrigin}/control/companies`),
        waitUntilItListens(port),
      ]);
      return { launchedAt, listeningAt: Date.now() };
    },
    stop: async () => {
      await Promise.all([running.app.stop(), running.emulator.stop()]);
      if (process.env["BOOKBRIDGE_KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
      else console.log(`Data and logs of the proof: ${folder}`);
    },
  };
}

async function waitUntilItListens(port: number): Promise<void> {
  const until = Date.now() + PORT_LIMIT_MS;
  while (Date.now() < until) {
    if (await takesConnections(port)) return;
    await new Promise((resolve) => setTimeout(resolve, PORT_EVERY_MS));
  }
  throw new Error(`Nothing listens on port ${port} after ${PORT_LIMIT_MS} ms.`);
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "localhost");
    const end = (does: boolean) => {
      socket.destroy();
      resolve(does);
    };
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
