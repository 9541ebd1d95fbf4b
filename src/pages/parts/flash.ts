/**
 * One notice carried across a redirect, from the posted form to the page that follows, in a short-lived cookie. It
 * holds words for the person who caused them and nothing else; it must never carry a secret or decide anything.
 */
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { z } from "zod";
import type { AppEnv } from "../../app-context.ts";
import { redirectTo } from "./local-redirect.ts";

const LIFETIME_SECONDS = 60;
/** A cookie may have 4 KiB, and percent-encoding can triple the length of a text. */
const MAX_TEXT_CHARS = 900;

const shape = z.object({ tone: z.enum(["good", "bad", "note"]), text: z.string().max(MAX_TEXT_CHARS) });
export type Flash = z.infer<typeof shape>;

/** Redirects to a page of ours, which shows the notice once. */
export function redirectWith(c: Context<AppEnv>, path: string, flash: Flash): Response {
  const value = JSON.stringify({ ...flash, text: flash.text.slice(0, MAX_TEXT_CHARS) });
  const secure = c.get("config").isSecure;
  setCookie(c, cookieName(c), value, { path: "/", httpOnly: true, sameSite: "Lax", secure, maxAge: LIFETIME_SECONDS });
  return redirectTo(c, path);
}

/** The notice waiting for this browser, if any; it is shown once. */
export function takeFlash(c: Context<AppEnv>): Flash | null {
  const text = getCookie(c, cookieName(c));
  if (!text) return null;
  deleteCookie(c, cookieName(c), { path: "/", secure: c.get("config").isSecure });
  try {
    const parsed = shape.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** `__Host-` where the app is served over https, so that no other host of the domain can put words into our pages. */
function cookieName(c: Context<AppEnv>): string {
  return c.get("config").isSecure ? "__Host-notice" : "notice";
}
