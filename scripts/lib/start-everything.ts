/**
 * `npm start`: Bookbridge and the QuickBooks emulator on this machine with the demo loaded; `npm start -- --empty` without.
 * Keeps its data below .bookbridge/ (delete the folder to start over) and leaves no process behind.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Api } from "../demo/front-door.ts";
import { isSetupOpen } from "../demo/front-door.ts";
import { DEMO_ORDER_COUNT, loadDemo } from "../demo/load-demo.ts";
import { waitUntilSettled } from "../demo/next-orders.ts";
import { FAILING_ORDER_COUNT, SPECIAL_ORDER_COUNT } from "../demo/special-orders.ts";
import { type LocalSecrets, loadLocalSecrets } from "./local-secrets.ts";
import { type LocalStack, startCron, startStack } from "./local-stack.ts";
import { isPortFree } from "./ports.ts";
import { noteRunning, refuseSecondStart } from "./running.ts";
import { endWith } from "./shutdown.ts";
import { ROOT } from "./root.ts";

const DEFAULT_PORT = 8787;
const DEFAULT_EMULATOR_PORT = 8788;
/** What a start before this one left may take that long to give its port back. */
const PORT_WAIT_MS = 6_000;
const DEMO_EMAIL = "admin@example.com";
const DEMO_PUSH_LIMIT_MS = 180_000;

const { values: options } = parseArgs({ options: { empty: { type: "boolean", default: false } } });
// Without the demo is a world of its own, so that it is empty whatever the demo did before.
const folder = join(ROOT, ".bookbridge", ...(options.empty ? ["empty"] : []));

let stack: LocalStack | null = null;
const end = endWith(async () => stack?.stop());

try {
  await start();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : String(error)}`);
  await end(1);
}

async function start(): Promise<void> {
  const port = await freePort("PORT", DEFAULT_PORT);
  const emulatorPort = await freePort("EMULATOR_PORT", DEFAULT_EMULATOR_PORT);
  if (port === emulatorPort) throw new Error(`PORT and EMULATOR_PORT are both ${port}; give them different numbers.`);
  await refuseSecondStart(folder);
  const secrets = loadLocalSecrets(folder);
  console.log("Starting Bookbridge and the QuickBooks emulator …");
  stack = await startStack({ folder, port, emulatorPort, secrets });
  noteRunning(folder, stack.appOrigin);
  for (const child of [stack.app, stack.emulator]) void child.crashed.then(() => reportEndOf(child.name, child.tail()));
  startCron(stack.appOrigin);
  await sendQuickBooksWebhooks(stack, secrets.INTUIT_WEBHOOK_VERIFIER);
  await (options.empty ? showSetup(stack, secrets) : showDemo(stack, secrets));
  console.log("\nCtrl-C stops everything; the data stays in .bookbridge/.");
}

async function freePort(variable: string, otherwise: number): Promise<number> {
  const text = process.env[variable] ?? "";
  const port = text === "" ? otherwise : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${variable} is ${JSON.stringify(text)}; it has to be a port number from 1 to 65535.`);
  }
  if (!(await isPortFree(port, PORT_WAIT_MS))) {
    throw new Error(
      `Port ${port} is in use by another program. Stop that program, or choose another port: ${variable}=${port + 100} npm start`,
    );
  }
  return port;
}

async function reportEndOf(name: string, log: string): Promise<void> {
  console.error(`\n${name} ended unexpectedly. The end of its log:\n${log}`);
  await end(1);
}

/** Has the emulator tell the app what people change in QuickBooks, as Intuit's webhooks do. */
async function sendQuickBooksWebhooks({ appOrigin, emulatorOrigin }: LocalStack, verifier: string): Promise<void> {
  const response = await fetch(`${emulatorOrigin}/control/webhooks`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ url: `${appOrigin}/webhooks/intuit`, verifier, format: "cloudevents" }),
  });
  if (!response.ok)
    throw new Error(`The emulator refused the webhook address: ${response.status} ${await response.text()}`);
}

async function showSetup({ appOrigin, emulatorOrigin }: LocalStack, secrets: LocalSecrets): Promise<void> {
  console.log(`\nBookbridge   ${appOrigin}\nQuickBooks   ${emulatorOrigin} (the emulator)\n`);
  if (await isSetupOpen(appOrigin, secrets.SETUP_TOKEN)) {
    console.log("Set-up link, to create the first administrator:");
    console.log(`${appOrigin}/setup?token=${secrets.SETUP_TOKEN}`);
  } else {
    console.log(`An administrator exists already: sign in at ${appOrigin}/login`);
  }
}

async function showDemo({ appOrigin, emulatorOrigin }: LocalStack, secrets: LocalSecrets): Promise<void> {
  const credentials = { email: DEMO_EMAIL, password: secrets.demoPassword };
  const startedAt = Date.now();
  const { api, isNew } = await loadDemo({
    folder,
    appOrigin,
    emulatorOrigin,
    setupToken: secrets.SETUP_TOKEN,
    credentials,
  });
  console.log(`\nBookbridge   ${appOrigin}\nQuickBooks   ${emulatorOrigin} (the emulator)\n`);
  console.log(`Email: ${credentials.email}\nPassword: ${credentials.password}\n`);
  console.log(`Where to click first: ${appOrigin}/invoices, open an invoice, then 'View in QuickBooks'.`);
  if (isNew) await watchDemoPushes(api, appOrigin, startedAt);
}

async function watchDemoPushes(api: Api, appOrigin: string, startedAt: number): Promise<void> {
  const orderCount = DEMO_ORDER_COUNT + SPECIAL_ORDER_COUNT;
  console.log(`\n${orderCount} orders arrived by signed webhook; pushing their invoices to QuickBooks …`);
  const counts = await waitUntilSettled(api, DEMO_PUSH_LIMIT_MS, () => undefined);
  const tookSeconds = Math.round((Date.now() - startedAt) / 1_000);
  console.log(`${counts.sent} of ${counts.total} invoices are in QuickBooks, ${tookSeconds} s after the demo began.`);
  console.log(
    `${FAILING_ORDER_COUNT} are there to fail, so that you can fix them: ${appOrigin}/invoices?status=failed`,
  );
  console.log("More orders: npm run demo:orders -- --count 100");
}
