/**
 * The only way to redirect from one page of ours to another. Targets may come from outside (a form's hidden field, an
 * address), so it leads to a path of this site and nowhere else. Redirects to Intuit and to APP_ORIGIN have code of
 * their own.
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app-context.ts";

/** Any origin will do: a path that stays on this one stays on ours. */
const BASE = "https://bookbridge.invalid";

/** Redirects there (303), or to the dashboard if it is not a path of ours. */
export function redirectTo(c: Context<AppEnv>, wanted: string): Response {
  return c.redirect(localPath(wanted) ?? "/", 303);
}

/**
 * Path, query and fragment as a browser resolves them; null for anything off this site. The resolved address is
 * checked, not the text: `/.//host` looks like a path but resolves to `//host`, which is another site.
 */
export function localPath(wanted: string | null | undefined): string | null {
  if (!wanted?.startsWith("/") || !URL.canParse(wanted, BASE)) return null;
  const { origin, pathname, search, hash } = new URL(wanted, BASE);
  const path = pathname + search + hash;
  const isLocal = origin === BASE && URL.canParse(path, BASE) && new URL(path, BASE).href === BASE + path;
  return isLocal ? path : null;
}
