/**
 * Runs the app and the QuickBooks emulator on this machine as two `wrangler dev` processes with their own data. `npm start`
 * and the tests share it, so that tests run what people run. It knows nothing of demo data.
 */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { startKept, type KeptProcess } from "./kept-process.ts";
import { findFreePorts } from "./ports.ts";
import { ROOT } from "./root.ts";

const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
const START_LIMIT_MS = 90_000;
const HEALTH_EVERY_MS = 200;
const HEALTH_ANSWER_LIMIT_MS = 5_000;
const CRON_EVERY_MS = 60_000;

export interface StackOptions {
  /** Where data, logs and the env file lie. */
  folder: string;
  port: number;
  emulatorPort: number;
  /** Variables of the app that have no default: keys and tokens. */
  secrets: { ENCRYPTION_KEYS: string; SETUP_TOKEN: string; INTUIT_WEBHOOK_VERIFIER: string };
}

export interface LocalStack {
  appOrigin: string;
  emulatorOrigin: string;
  app: KeptProcess;
  emulator: KeptProcess;
  stop: () => Promise<void>;
}

/**
 * wrangler asks nothing, phones nobody, keeps its own files out of the home folder, and no store of traces: that one keeps
 * whole addresses, with the tokens of invitations and shared pages in them.
 */
export function wranglerEnvironment(folder: string): Record<string, string | undefined> {
  return {
    ...process.env,
    CI: "1",
    FORCE_COLOR: "0",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_LOG_PATH: join(folder, "logs", "wrangler"),
    WRANGLER_REGISTRY_PATH: join(folder, "registry"),
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    X_LOCAL_OBSERVABILITY: "false",
  };
}

/** The arguments that run wrangler with this very Node. */
export function wrangler(...args: string[]): { command: string; args: string[] } {
  return { command: process.execPath, args: [WRANGLER, ...args] };
}

function wranglerDev(port: number, inspectorPort: number, dataFolder: string, more: string[]) {
  const ports = ["--port", String(port), "--inspector-port", String(inspectorPort)];
  return wrangler("dev", ...ports, "--persist-to", dataFolder, "--show-interactive-dev-session", "false", ...more);
}

/** Brings the local database below `folder` to the newest schema. Safe to repeat. */
export async function applyMigrations(folder: string): Promise<void> {
  const run = wrangler("d1", "migrations", "apply", "DB", "--local", "--persist-to", join(folder, "app"));
  try {
    await promisify(execFile)(run.command, run.args, { cwd: ROOT, env: wranglerEnvironment(folder) });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`The database could not be brought up to date:\n${stdout ?? ""}${stderr ?? String(error)}`, {
      cause: error,
    });
  }
}

/** Starts both Workers and resolves when both answer. Ends what it started when one of them does not come up. */
export async function startStack(options: StackOptions): Promise<LocalStack> {
  mkdirSync(options.folder, { recursive: true });
  const emulatorOrigin = `http://localhost:${options.emulatorPort}`;
  const appOrigin = `http://localhost:${options.port}`;
  const [appInspector, emulatorInspector] = await findFreePorts(2);
  await applyMigrations(options.folder);
  const emulator = startEmulator(options.folder, options.emulatorPort, emulatorInspector ?? 0);
  const app = startApp(options, appOrigin, emulatorOrigin, appInspector ?? 0);
  const stop = async () => {
    await Promise.all([app.stop(), emulator.stop()]);
  };
  try {
    await Promise.all([
      waitUntilItAnswers(emulator, `${emulatorOrigin}/control/companies`),
      waitUntilItAnswers(app, `${appOrigin}/healthz`),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { appOrigin, emulatorOrigin, app, emulator, stop };
}

/** Starts the emulator alone; it keeps its companies below `folder`. */
export function startEmulator(folder: string, port: number, inspectorPort: number): KeptProcess {
  const run = wranglerDev(port, inspectorPort, join(folder, "emulator"), ["--config", "emulator/wrangler.toml"]);
  return startKept("The QuickBooks emulator", run.command, run.args, processOptions(folder, "emulator.log"));
}

/** Starts the app alone, against the emulator's address. */
export function startApp(
  options: StackOptions,
  appOrigin: string,
  emulatorOrigin: string,
  inspectorPort: number,
): KeptProcess {
  const envFile = join(options.folder, "app.env");
  const variables = { ...emulatorVariables(appOrigin, emulatorOrigin), ...options.secrets };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  const run = wranglerDev(options.port, inspectorPort, join(options.folder, "app"), ["--env-file", envFile]);
  return startKept("Bookbridge", run.command, run.args, processOptions(options.folder, "app.log"));
}

/** The variables with which the app uses the emulator in Intuit's place. */
export function emulatorVariables(appOrigin: string, emulatorOrigin: string): Record<string, string> {
  return {
    APP_ORIGIN: appOrigin,
    INTUIT_DISCOVERY_URL: `${emulatorOrigin}/.well-known/openid_sandbox_configuration`,
    INTUIT_CLIENT_ID: "emulator-client",
    INTUIT_CLIENT_SECRET: "emulator-secret",
    QBO_API_URL: emulatorOrigin,
    QBO_APP_URL: emulatorOrigin,
  };
}

/** Resolves at the first good answer; throws with the end of the log when the process ends or the time is over. */
export async function waitUntilItAnswers(started: KeptProcess, url: string): Promise<void> {
  const until = Date.now() + START_LIMIT_MS;
  while (Date.now() < until) {
    if (started.hasEnded())
      throw new Error(`${started.name} did not start. The end of ${started.logFile}:\n${started.tail()}`);
    if (await answers(url)) return;
    await new Promise((resolve) => setTimeout(resolve, HEALTH_EVERY_MS));
  }
  throw new Error(`${started.name} did not answer at ${url}. The end of ${started.logFile}:\n${started.tail()}`);
}

/** `wrangler dev` fires no cron, so this calls the cron address once a minute. Returns what ends it. */
export function startCron(appOrigin: string): () => void {
  const timer = setInterval(() => {
    // A minute without an answer is one that the next call makes up for.
    fetch(`${appOrigin}/cdn-cgi/handler/scheduled`).then(
      (response) => response.body?.cancel(),
      () => undefined,
    );
  }, CRON_EVERY_MS);
  return () => clearInterval(timer);
}

function processOptions(folder: string, log: string) {
  return { cwd: ROOT, env: wranglerEnvironment(folder), logFile: join(folder, "logs", log) };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(HEALTH_ANSWER_LIMIT_MS) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
