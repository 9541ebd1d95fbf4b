/**
 * A person with a browser, without a browser: a session of a given role, pages as text, forms as a browser posts them.
 * Builds on the API tests' fixture, so that pages and API are tested against the same ground.
 */
import { app } from "../../src/app.ts";
import type { Env } from "../../src/env.ts";
import type { Role } from "../../src/people/roles.ts";
import {
  invitations,
  passkeys,
  passwordResets,
  sessions,
  signInFailures,
  spentChallenges,
  spentSetupTokens,
  users,
} from "../../src/people/schema.ts";
import { startSession } from "../../src/people/sessions.ts";
import { newId } from "../../src/platform/ids.ts";
import { db, emptyTables, ORIGIN, testEnv } from "../api/fixture.ts";

export { db, ORIGIN };

export interface Shown {
  status: number;
  html: string;
  /** Where it leads, for a redirect. */
  location: string | null;
  headers: Headers;
}

export interface Visitor {
  get: (path: string, headers?: Record<string, string>) => Promise<Shown>;
  /** Posts a form; a list posts the field several times. */
  post: (path: string, fields?: Record<string, string | string[]>, headers?: Record<string, string>) => Promise<Shown>;
  /** Posts a form and follows its redirect, notice included. */
  submit: (path: string, fields?: Record<string, string | string[]>) => Promise<Shown>;
}

/** What htmx sends when it wants a part of the page. */
export const AS_FRAGMENT = { "hx-request": "true", "hx-request-type": "partial" };

export async function emptyAll(): Promise<void> {
  await emptyTables();
  for (const table of [
    invitations,
    sessions,
    users,
    passkeys,
    passwordResets,
    spentChallenges,
    spentSetupTokens,
    signInFailures,
  ])
    await db.delete(table);
}

/** Somebody signed in with that role; null: nobody. `changes`: to the configuration. */
export async function visitorOf(role: Role | null, changes: Partial<Env> = {}): Promise<Visitor> {
  const now = new Date();
  const cookies = new Map<string, string>();
  if (role !== null) {
    const id = newId(now);
    await db
      .insert(users)
      .values({ id, email: `${role}-${id}@example.com`, passwordHash: null, role, createdAt: now.toISOString() });
    cookies.set("__Host-session", (await startSession(db, id, now)).token);
  }
  const send = async (
    method: string,
    path: string,
    body: URLSearchParams | null,
    headers: Record<string, string>,
  ): Promise<Shown> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await app.request(
      new URL(path, ORIGIN).href,
      {
        method,
        headers: {
          accept: "text/html",
          origin: ORIGIN,
          ...(cookie ? { cookie } : {}),
          ...(body ? { "content-type": "application/x-www-form-urlencoded" } : {}),
          ...headers,
        },
        ...(body ? { body: body.toString() } : {}),
      },
      { ...testEnv, ...changes },
    );
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return {
      status: answer.status,
      html: await answer.text(),
      location: answer.headers.get("location"),
      headers: answer.headers,
    };
  };
  const get: Visitor["get"] = (path, headers = {}) => send("GET", path, null, headers);
  const post: Visitor["post"] = (path, fields = {}, headers = {}) => send("POST", path, asForm(fields), headers);
  return {
    get,
    post,
    submit: async (path, fields = {}) => {
      const answer = await post(path, fields);
      return answer.location === null
        ? answer
        : get(new URL(answer.location, ORIGIN).pathname + new URL(answer.location, ORIGIN).search);
    },
  };
}

function asForm(fields: Record<string, string | string[]>): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) for (const text of [value].flat()) form.append(name, text);
  return form;
}

/** The text of a page without its tags, for looking for sentences. */
export function words(html: string): string {
  return html
    .replaceAll(/<(script|style|datalist)[\s\S]*?<\/\1>/g, " ")
    .replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&")
    .replaceAll(/\s+/g, " ");
}

/** The first value of an attribute on a page. */
export function attributeOf(html: string, name: string): string {
  return new RegExp(` ${name}="([^"]*)"`).exec(html)?.[1] ?? "";
}
