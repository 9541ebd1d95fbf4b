/**
 * Who makes a request, as actions and the activity log need it.
 */
import type { Context } from "hono";
import type { Act, AppEnv } from "../app-context.ts";
import type { Actor } from "./person.ts";
import { notSignedIn } from "./route-access.ts";

/** What an action needs from a request. Throws if nobody is signed in. */
export function actOf(c: Context<AppEnv>): Act {
  return { env: c.env, config: c.get("config"), db: c.get("db"), now: c.get("now"), actor: actorOf(c) };
}

function actorOf(c: Context<AppEnv>): Actor {
  const apiKey = c.get("apiKey");
  if (apiKey) return { kind: "api_key", ...apiKey };
  const person = c.get("person");
  if (!person) throw notSignedIn();
  return { kind: "user", id: person.id, name: person.email, role: person.role };
}
