/**
 * A browser that signed in before is remembered by a cookie, for half a year: whoever guesses a password elsewhere can
 * then not use up the tries of its owner (OWASP, 'Slow down online guessing attacks with device cookies'). It opens
 * nothing by itself: the password is still needed.
 */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { AppEnv } from "../app-context.ts";
import { randomToken } from "../platform/ids.ts";
import { signToken, verifyToken } from "../platform/signed-token.ts";

const PURPOSE = "known device";
const DEVICE_BYTES = 16;
const DAYS = 180;
const DAY_MS = 86_400_000;

const payload = z.object({ user: z.string(), device: z.string() });

/** A browser, and the person who signed in with it. */
export type KnownDevice = z.infer<typeof payload>;

/** Remembers the browser as one of that person's. */
export async function rememberDevice(c: Context<AppEnv>, userId: string): Promise<void> {
  const { keys, isSecure } = c.get("config");
  const expires = new Date(c.get("now").getTime() + DAYS * DAY_MS);
  const token = await signToken(keys, PURPOSE, { user: userId, device: randomToken(DEVICE_BYTES) }, expires);
  setCookie(c, cookieName(isSecure), token, { path: "/", httpOnly: true, sameSite: "Lax", secure: isSecure, expires });
}

/** Whose browser it is, if it signed in before. */
export async function knownDeviceOf(c: Context<AppEnv>): Promise<KnownDevice | null> {
  const { keys, isSecure } = c.get("config");
  const token = getCookie(c, cookieName(isSecure));
  if (token === undefined) return null;
  return payload.safeParse(await verifyToken(keys, PURPOSE, token, c.get("now"))).data ?? null;
}

function cookieName(isSecure: boolean): string {
  return isSecure ? "__Host-device" : "device";
}
