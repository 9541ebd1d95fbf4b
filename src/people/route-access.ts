/**
 * Which right a route needs, and whether the sign-in has to be recent. Every route of the app names one with `needs`, or
 * declares with `openToAll` that it needs none; a test checks all routes and fails for one that does neither. Must never
 * decide by address: the route decides.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { ProblemError } from "../platform/problem.ts";
import { confirmIdentity } from "./confirm-identity.ts";
import { hasRight, leastRoleWith, type Right } from "./roles.ts";

/** How a route's handler was marked: the right that it needs, or why it needs none. */
export type Access = { right: Right; isRecent: boolean } | { openBecause: string };

const marks = new WeakMap<object, Access>();

/**
 * Admits only people and keys with that right. Otherwise throws a ProblemError: 401 if nobody is signed in (app.ts
 * redirects a page's visitor to /login), 403 if the role lacks the right. `recent`: for a form that does what matters, only
 * if the person signed in within the last minutes, or proves now who they are (confirm-identity.ts).
 */
export function needs(right: Right, when: "recent" | "any" = "any"): MiddlewareHandler<AppEnv> {
  const isRecent = when === "recent";
  const handler: MiddlewareHandler<AppEnv> = async (c, next) => {
    const holder = c.get("apiKey") ?? c.get("person");
    if (!holder) throw notSignedIn();
    if (!hasRight(holder.role, right)) {
      const detail = `This needs the role ${leastRoleWith(right)}; yours is ${holder.role}. An admin can change it under Settings, People.`;
      throw new ProblemError({ status: 403, title: "Not allowed", detail });
    }
    if (isRecent) await confirmIdentity(c);
    await next();
  };
  marks.set(handler, { right, isRecent });
  return handler;
}

/** Marks a route that anyone may call; `because` says what guards it instead. */
export function openToAll(because: string): MiddlewareHandler<AppEnv> {
  const handler: MiddlewareHandler<AppEnv> = (_c, next) => next();
  marks.set(handler, { openBecause: because });
  return handler;
}

/** @internal what `needs` or `openToAll` marked a handler with, for the tests; undefined for every other handler */
export function accessOf(handler: object): Access | undefined {
  return marks.get(handler);
}

/** Whether the visitor of a page has a right: this decides what is shown; routes decide what is allowed. */
export function may(c: Context<AppEnv>, right: Right): boolean {
  const person = c.get("person");
  return person !== null && hasRight(person.role, right);
}

/** The problem if nobody is signed in. */
export function notSignedIn(): ProblemError {
  return new ProblemError({
    status: 401,
    title: "Not signed in",
    detail: "Send a valid API key as 'Authorization: Bearer <key>'.",
    headers: { "www-authenticate": 'Bearer realm="Bookbridge"' },
  });
}
