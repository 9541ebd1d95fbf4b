/**
 * Which role a route needs. Every route of the app names one with `needs`, or says with `openToAll` that it needs none;
 * a test walks all routes and fails for one that does neither. Must never decide by address: the route decides.
 */
import type { Context, MiddlewareHandler } from "hono";
import type { Act, Actor, AppEnv, Role } from "../app-context.ts";
import { ProblemError } from "../platform/problem.ts";
import { ROLES } from "./schema.ts";

/** What a route's handler was marked with: the role that it needs, or that it is open, and why. */
export type Access = { role: Role } | { openBecause: string };

const marks = new WeakMap<object, Access>();

/**
 * Lets through who has that role or a higher one. Throws a ProblemError otherwise: 401 where nobody is signed in
 * (app.ts sends a page's visitor to /login), 403 where the role is too low.
 */
export function needs(role: Role): MiddlewareHandler<AppEnv> {
  const handler: MiddlewareHandler<AppEnv> = async (c, next) => {
    const holder = c.get("apiKey") ?? c.get("person");
    if (!holder) throw new ProblemError(NOT_SIGNED_IN);
    if (!includesRole(holder.role, role)) {
      const detail = `This needs the role ${role}; yours is ${holder.role}. An admin can change it under Settings, People.`;
      throw new ProblemError({ status: 403, title: "Not allowed", detail });
    }
    await next();
  };
  marks.set(handler, { role });
  return handler;
}

/** Marks a route that anyone may call; `because` says what guards it instead. */
export function openToAll(because: string): MiddlewareHandler<AppEnv> {
  const handler: MiddlewareHandler<AppEnv> = (_c, next) => next();
  marks.set(handler, { openBecause: because });
  return handler;
}

/**
 * What `needs` or `openToAll` marked a handler with; undefined for every other handler.
 * @internal for the tests that every route says who may call it
 */
export function accessOf(handler: object): Access | undefined {
  return marks.get(handler);
}

/** True where `role` has all rights of `needed`. */
export function includesRole(role: Role, needed: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Who makes this request, as actions and the activity log name them. Throws where nobody is signed in. */
export function actorOf(c: Context<AppEnv>): Actor {
  const apiKey = c.get("apiKey");
  if (apiKey) return { kind: "api_key", ...apiKey };
  const person = c.get("person");
  if (!person) throw new ProblemError(NOT_SIGNED_IN);
  return { kind: "user", id: person.id, name: person.email, role: person.role };
}

/** What an action is given, from a request. */
export function actOf(c: Context<AppEnv>): Act {
  return { env: c.env, config: c.get("config"), db: c.get("db"), now: c.get("now"), actor: actorOf(c) };
}

const NOT_SIGNED_IN = {
  status: 401,
  title: "Not signed in",
  detail: "Send a valid API key as 'Authorization: Bearer <key>'.",
  headers: { "www-authenticate": 'Bearer realm="Bookbridge"' },
};
