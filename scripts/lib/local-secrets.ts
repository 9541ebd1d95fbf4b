/**
 * Keys and passwords of this machine's own Bookbridge: made at the first start, kept in a file that git ignores and only
 * the owner may read. They protect nothing but local data and are never sent anywhere else.
 */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const KEY_BYTES = 32;
const TOKEN_BYTES = 24;
const PASSWORD_BYTES = 12;
const FILE_NAME = "secrets.json";

const localSecrets = z.object({
  ENCRYPTION_KEYS: z.string(),
  SETUP_TOKEN: z.string(),
  INTUIT_WEBHOOK_VERIFIER: z.string(),
  /** Of the demo's administrator. */
  demoPassword: z.string(),
});
export type LocalSecrets = z.infer<typeof localSecrets>;

/** Reads the secrets of `folder`, or makes them where there are none. */
export function loadLocalSecrets(folder: string): LocalSecrets {
  const file = join(folder, FILE_NAME);
  if (existsSync(file)) return localSecrets.parse(JSON.parse(readFileSync(file, "utf8")));
  mkdirSync(folder, { recursive: true });
  const made = makeSecrets();
  writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  return made;
}

/** New secrets, kept nowhere. */
export function makeSecrets(): LocalSecrets {
  return {
    ENCRYPTION_KEYS: `local-1=${randomBytes(KEY_BYTES).toString("base64")}`,
    SETUP_TOKEN: randomBytes(TOKEN_BYTES).toString("base64url"),
    INTUIT_WEBHOOK_VERIFIER: randomBytes(TOKEN_BYTES).toString("base64url"),
    demoPassword: randomBytes(PASSWORD_BYTES).toString("base64url"),
  };
}
