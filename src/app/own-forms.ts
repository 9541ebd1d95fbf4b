/**
 * Accepts forms from our own pages only, and only as forms. Programs send a key or a signature instead of a cookie, and
 * pass.
 */
import type { Context, MiddlewareHandler } from "hono";
import { csrf } from "hono/csrf";
import type { AppEnv } from "../app-context.ts";
import { ProblemError } from "../platform/problem.ts";
import { isForPrograms } from "./areas.ts";

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);
const FORM_TYPE = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;
const formsFrom = csrf({
  // The request's own origin is ours too: one-origin.ts has let it through.
  origin: (origin, c: Context<AppEnv>) => origin === c.get("config").appOrigin || origin === new URL(c.req.url).origin,
});

/**
 * Refuses forms from other sites. No browser of recent years sends a form without naming an origin, so such a request
 * can't abuse anybody's cookie.
 */
export const ownForms: MiddlewareHandler<AppEnv> = async (c, next) => {
  if (isForPrograms(c)) return next();
  const readAndGoOn = async () => {
    if (!SAFE_METHODS.has(c.req.method)) await readForm(c);
    await next();
  };
  const isFromBrowser = c.req.header("origin") !== undefined || c.req.header("sec-fetch-site") !== undefined;
  return isFromBrowser ? formsFrom(c, readAndGoOn) : readAndGoOn();
};

/**
 * Parses the form, for the handler as well (Hono keeps it), so a malformed one is refused in one place and is not our
 * fault.
 */
async function readForm(c: Context<AppEnv>): Promise<void> {
  const type = c.req.header("content-type");
  if (type === undefined) return;
  if (!FORM_TYPE.test(type))
    throw new ProblemError({ status: 415, title: "Not a form", detail: "Pages accept forms; programs use the API." });
  try {
    await c.req.formData();
  } catch {
    throw new ProblemError({
      status: 400,
      title: "Unreadable form",
      detail: "The form could not be read. Open the page again and repeat what you did.",
    });
  }
}
