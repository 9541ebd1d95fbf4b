/**
 * `npm run emulator`: the QuickBooks emulator alone, for use with any app. EMULATOR_PORT moves it; its companies are kept
 * in .bookbridge/emulator-alone/, apart from those of `npm start`.
 */
import { join } from "node:path";
import type { KeptProcess } from "./kept-process.ts";
import { startEmulator, waitUntilItAnswers } from "./local-stack.ts";
import { findFreePorts, isPortFree } from "./ports.ts";
import { endWith } from "./shutdown.ts";
import { ROOT } from "./root.ts";

const DEFAULT_PORT = 8788;
const PORT_WAIT_MS = 6_000;

const folder = join(ROOT, ".bookbridge", "emulator-alone");
const port = Number(process.env["EMULATOR_PORT"] ?? DEFAULT_PORT);
const origin = `http://localhost:${port}`;
let emulator: KeptProcess | null = null;
const end = endWith(async () => emulator?.stop());

try {
  if (!(await isPortFree(port, PORT_WAIT_MS))) {
    throw new Error(
      `Port ${port} is in use by another program. Stop it, or choose another: EMULATOR_PORT=${port + 100} npm run emulator`,
    );
  }
  const [inspectorPort = 0] = await findFreePorts(1);
  emulator = startEmulator(folder, port, inspectorPort);
  await waitUntilItAnswers(emulator, `${origin}/control/companies`);
  console.log(`QuickBooks emulator   ${origin}
Discovery document    ${origin}/.well-known/openid_sandbox_configuration
Client                emulator-client / emulator-secret
What it can do        docs/emulator.md

Ctrl-C stops it; its companies stay in .bookbridge/emulator-alone/.`);
  await emulator.crashed;
  console.error(`The emulator ended. The end of its log:\n${emulator.tail()}`);
  await end(1);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  await end(1);
}
