/**
 * What a request gives to whatever it calls, and who makes it, as actions and the activity log need it.
 */
import type { Context } from "hono";
import type { ActionContext, AppEnv, Runtime } from "../app-context.ts";
import { type Actor, personAsActor } from "./person.ts";
import { notSignedIn } from "./route-access.ts";
import { placeOf } from "./sessions.ts";

/** Environment, configuration, database and time of a request. */
export function runtimeOf(c: Context<AppEnv>): Runtime {
  return { env: c.env, config: c.get("config"), db: c.get("db"), now: c.get("now") };
}

/** What an action is given, from a request. Throws where nobody is signed in. */
export function actionContextOf(c: Context<AppEnv>): ActionContext {
  return { ...runtimeOf(c), actor: actorOf(c) };
}

function actorOf(c: Context<AppEnv>): Actor {
  const { address } = placeOf(c);
  const apiKey = c.get("apiKey");
  if (apiKey) return { kind: "api_key", ...apiKey, address };
  const person = c.get("person");
  if (!person) throw notSignedIn();
  return personAsActor(person, address);
}
