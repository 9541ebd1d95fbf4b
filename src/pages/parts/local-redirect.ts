/**
 * The one way from a page to another page of ours. Targets may come from outside (a form's hidden field, an address), so
 * it leads to a path of this site and nowhere else; only to Intuit and to APP_ORIGIN another way leads.
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app-context.ts";

/** Any origin will do: a path that stays on this one stays on ours. */
const BASE = "https://bookbridge.invalid";

/** Redirects there (303); to the dashboard where it is no path of ours. */
export function redirectTo(c: Context<AppEnv>, wanted: string): Response {
  return c.redirect(localPath(wanted) ?? "/", 303);
}

/**
 * Path, query and fragment as a browser resolves them; null for everything that is not on this site. The result is what
 * is judged, not the text: `/.//host` looks like a path, and comes down to `//host`, which is another site.
 */
export function localPath(wanted: string | null | undefined): string | null {
  if (!wanted?.startsWith("/") || !URL.canParse(wanted, BASE)) return null;
  const { origin, pathname, search, hash } = new URL(wanted, BASE);
  const path = pathname + search + hash;
  const isLocal = origin === BASE && URL.canParse(path, BASE) && new URL(path, BASE).href === BASE + path;
  return isLocal ? path : null;
}
