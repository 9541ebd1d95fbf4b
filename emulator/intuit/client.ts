/**
 * Checks the Intuit app's own credentials: HTTP Basic with the one client that the emulator knows.
 * Nothing else in the emulator reads the client secret.
 */
import type { Env } from "../env.ts";

/** The client ID if the Authorization header names the client with its secret, otherwise null. */
export function clientOfBasic(header: string | undefined, env: Env): string | null {
  const match = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(header ?? "");
  if (match === null) return null;
  let pair: string;
  try {
    pair = atob(match[1] ?? "");
  } catch {
    return null;
  }
  return pair === `${env.CLIENT_ID}:${env.CLIENT_SECRET}` ? env.CLIENT_ID : null;
}
