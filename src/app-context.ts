/**
 * What every request carries: types only, shared by pages, the API and app.ts. It must not grow into a bag of services:
 * a handler calls the domain functions that it needs.
 */
import type { Config, Env } from "./env.ts";
import type { Actor, KeyHolder, Person } from "./people/person.ts";
import type { Db } from "./platform/db.ts";

/** What most uses of a company need: the environment, the configuration, the database and the time. */
export interface Runtime {
  env: Env;
  config: Config;
  db: Db;
  now: Date;
}

/** What an action is given: the environment, the time, and who asked. */
export interface ActionContext extends Runtime {
  actor: Actor;
}

export interface AppEnv {
  Bindings: Env;
  Variables: {
    config: Config;
    db: Db;
    now: Date;
    person: Person | null;
    /**
     * SHA-256 of the session's token, or of its substitute if Cloudflare Access signed the person in; otherwise null.
     */
    sessionHash: string | null;
    /** When the person last proved who they are; null: never in this session. */
    confirmedAt: string | null;
    apiKey: KeyHolder | null;
    /** The nonce of this response's Content-Security-Policy. */
    nonce: string;
  };
}
