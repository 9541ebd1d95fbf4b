/**
 * A stack of one's own: app and emulator as two real `wrangler dev` processes on free ports with fresh data. Tests that can
 * share use shared-stack.ts; only those that kill, restart or reconfigure the processes start their own.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey, type Credentials, enter } from "../../scripts/demo/front-door.ts";
import { makeSecrets } from "../../scripts/lib/local-secrets.ts";
import { applyMigrations, type LocalStack, startCron, startStack } from "../../scripts/lib/local-stack.ts";
import { findFreePorts } from "../../scripts/lib/ports.ts";

/** What a test needs to know of a running stack; plain data, so that vitest can hand it to its workers. */
export interface StackFacts {
  appOrigin: string;
  emulatorOrigin: string;
  /** Of an administrator. */
  apiKey: string;
  credentials: Credentials;
  setupToken: string;
  webhookVerifier: string;
  folder: string;
}

/** Of a stack that tests share. */
export interface SharedFacts extends StackFacts {
  /** Where a database lies that has all migrations and nothing else. */
  migrated: string;
}

export interface TestStack extends SharedFacts {
  processes: LocalStack;
  /** Ends both processes and removes their data. */
  stop: () => Promise<void>;
}

const ADMIN: Credentials = { email: "admin@example.com", password: "a long enough password" };

/** Puts a migrated, empty database below `folder`: to copy one takes far less time than to migrate one. */
export function copyMigrated(migrated: string, folder: string): void {
  cpSync(join(migrated, "app"), join(folder, "app"), { recursive: true });
}

/** Starts a stack with its first administrator and an API key of the role admin. `migrated`: as another stack has it. */
export async function startTestStack(migrated?: string): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), "bookbridge-test-"));
  const template = migrated ?? join(folder, "migrated");
  if (migrated === undefined) await applyMigrations(template);
  copyMigrated(template, folder);
  const [port = 0, emulatorPort = 0] = await findFreePorts(2);
  const secrets = makeSecrets();
  const processes = await startStack({ folder, port, emulatorPort, secrets });
  const endCron = startCron(processes.appOrigin);
  const stop = async () => {
    endCron();
    await processes.stop();
    if (process.env["BOOKBRIDGE_KEEP"] === undefined) rmSync(folder, { recursive: true, force: true });
    else console.log(`Data and logs of the test stack: ${folder}`);
  };
  try {
    const { appOrigin, emulatorOrigin } = processes;
    const visitor = await enter(appOrigin, secrets.SETUP_TOKEN, ADMIN);
    const apiKey = await createApiKey(visitor, "Tests", "admin");
    return {
      appOrigin,
      emulatorOrigin,
      apiKey,
      folder,
      migrated: template,
      processes,
      stop,
      credentials: ADMIN,
      setupToken: secrets.SETUP_TOKEN,
      webhookVerifier: secrets.INTUIT_WEBHOOK_VERIFIER,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
