/**
 * Which right a route needs. Every route of the app names one with `needs`, or says with `openToAll` that it needs none;
 * a test walks all routes and fails for one that does neither. Must never decide by address: the route decides.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { AppEnv } from "../app-context.ts";
import { ProblemError } from "../platform/problem.ts";
import { hasRight, leastRoleWith, type Right } from "./roles.ts";

/** What a route's handler was marked with: the right that it needs, or that it is open, and why. */
export type Access = { right: Right } | { openBecause: string };

const marks = new WeakMap<object, Access>();

/**
 * Lets through who has that right. Throws a ProblemError otherwise: 401 where nobody is signed in (app.ts sends a page's
 * visitor to /login), 403 where the role lacks the right.
 */
export function needs(right: Right): MiddlewareHandler<AppEnv> {
  const handler: MiddlewareHandler<AppEnv> = async (c, next) => {
    const holder = c.get("apiKey") ?? c.get("person");
    if (!holder) throw notSignedIn();
    if (!hasRight(holder.role, right)) {
      const detail = `This needs the role ${leastRoleWith(right)}; yours is ${holder.role}. An admin can change it under Settings, People.`;
      throw new ProblemError({ status: 403, title: "Not allowed", detail });
    }
    await next();
  };
  marks.set(handler, { right });
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

/** Whether the person who looks at a page has a right: decides what is shown, never what is allowed; routes do. */
export function may(c: Context<AppEnv>, right: Right): boolean {
  const person = c.get("person");
  return person !== null && hasRight(person.role, right);
}

/** The problem where nobody is signed in. */
export function notSignedIn(): ProblemError {
  return new ProblemError({
    status: 401,
    title: "Not signed in",
    detail: "Send a valid API key as 'Authorization: Bearer <key>'.",
    headers: { "www-authenticate": 'Bearer realm="Bookbridge"' },
  });
}
