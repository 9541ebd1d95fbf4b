/**
 * How faults are reported: a page for people, a problem (RFC 9457) for programs. A stack, a statement or a value from a
 * table must never leave the Worker or get into the log: the log has names and places, and a reference that both sides
 * see.
 */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { matchedRoutes } from "hono/route";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { AppEnv } from "../app-context.ts";
import { ConfigError } from "../env.ts";
import { localPath, redirectTo } from "../pages/parts/local-redirect.ts";
import { problemPage } from "../pages/parts/problem-page.tsx";
import { askWhoItIs } from "../pages/sign-in/confirm-page.tsx";
import { actionContextOf } from "../people/action-context.ts";
import { recordOnceAnHour } from "../people/activity.ts";
import { IdentityNotConfirmed } from "../people/confirm-identity.ts";
import { causeText } from "../platform/cause.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { problem, ProblemError, type ProblemInput } from "../platform/problem.ts";
import { isForPrograms } from "./areas.ts";

const MAX_LOGGED_FRAMES = 8;
const MAX_LOGGED_CAUSES = 5;

/** The response to anything that was thrown. */
export async function respondToFault(error: Error, c: Context<AppEnv>): Promise<Response> {
  if (error instanceof IdentityNotConfirmed) return askWhoItIs(c, error);
  if (error instanceof ProblemError) return respondWithProblem(error.input, c);
  if (error instanceof ConfigError) return respondNotConfigured(error, c);
  if (error instanceof HTTPException && error.status < 500) return respondWithProblem(fromHttpException(error), c);
  const reference = newId(new Date());
  log("request.failed", { reference, route: c.req.routePath, ...describeError(error) });
  const detail =
    "Something went wrong on our side. Try again; if it happens again, give this reference to whoever runs the app.";
  const input = { status: 500, title: "Internal error", detail };
  if (isForPrograms(c)) return problem({ ...input, detail: `${detail} Reference: ${reference}` });
  return problemPage(c, nonceOf(c), { ...input, status: 500, reference });
}

/** The response for an address that leads nowhere. */
export function respondNotFound(c: Context<AppEnv>): Promise<Response> {
  return respondWithProblem({ status: 404, title: "Not found", detail: "There is nothing at this address." }, c);
}

/** The response if the address is right but the method is not (RFC 9110, section 15.5.6). */
export function respondMethodNotAllowed(c: Context<AppEnv>, methods: string[]): Promise<Response> {
  const detail = `This address accepts ${methods.join(", ")}.`;
  return respondWithProblem(
    { status: 405, title: "Method not allowed", detail, headers: { allow: methods.join(", ") } },
    c,
  );
}

async function respondWithProblem(input: ProblemInput, c: Context<AppEnv>): Promise<Response> {
  if (input.status === 403) await recordRefusal(c);
  if (isForPrograms(c)) return problem(input);
  if (input.status === 401) return sendToSignIn(c);
  const points = input.errors?.map((error) => error.message);
  const { title, detail } = input;
  for (const [name, value] of Object.entries(input.headers ?? {})) c.header(name, value);
  return problemPage(c, nonceOf(c), { status: input.status as ContentfulStatusCode, title, detail, points });
}

/**
 * Records that somebody who is signed in, or a key, asked for what they may not do, or that a form of another site came
 * with their cookie: once an hour each. Never changes the response.
 */
async function recordRefusal(c: Context<AppEnv>): Promise<void> {
  const key = c.get("apiKey");
  const person = c.get("person");
  if (!key && !person) return;
  const route = matchedRoutes(c).findLast((matched) => matched.method !== "ALL")?.path ?? "(none)";
  const { actor, db, now } = actionContextOf(c);
  const kind = key ? "api_key" : "user";
  try {
    await recordOnceAnHour(db, now, actor, {
      action: "request.refused",
      subject: { kind, id: actor.id, name: actor.name },
      changes: [{ field: "asked_for", from: null, to: `${c.req.method} ${route}` }],
    });
  } catch (cause) {
    log("request.refusal_not_recorded", { cause: causeText(cause) });
  }
}

/** A page's visitor who is not signed in goes to /login, and from there to the page they requested. */
function sendToSignIn(c: Context<AppEnv>): Response {
  const isFragment = c.req.header("hx-request") === "true";
  const wanted = isFragment
    ? pathOf(c.req.header("hx-current-url"))
    : c.req.method === "GET"
      ? pathOf(c.req.url)
      : null;
  const login = wanted === null || wanted === "/" ? "/login" : `/login?next=${encodeURIComponent(wanted)}`;
  // A redirect would put the sign-in form into the fragment's place, so htmx is sent there by header instead.
  return isFragment ? c.body(null, 401, { "hx-redirect": login }) : redirectTo(c, login);
}

function pathOf(address: string | undefined): string | null {
  if (address === undefined || !URL.canParse(address)) return null;
  const url = new URL(address);
  return localPath(url.pathname + url.search);
}

async function respondNotConfigured(error: ConfigError, c: Context<AppEnv>): Promise<Response> {
  log("request.not_configured", { names: error.problems.map((item) => item.name) });
  const title = "Bookbridge is not configured yet";
  const detail = "These variables are missing or malformed. Set them and load the page again.";
  if (isForPrograms(c)) {
    const errors = error.problems.map(({ name, message }) => ({ path: name, message }));
    return problem({ status: 503, title, detail, errors, headers: { "retry-after": "60" } });
  }
  return problemPage(c, nonceOf(c), { status: 503, title, detail, points: error.problems.map((item) => item.message) });
}

function fromHttpException(error: HTTPException): ProblemInput {
  if (error.status === 403) {
    const detail = "The form did not come from a page of this app. Open the page again and repeat what you did.";
    return { status: 403, title: "Refused", detail };
  }
  return { status: error.status, title: error.message || "The request can't be handled" };
}

function nonceOf(c: Context<AppEnv>): string {
  return c.get("nonce") ?? "";
}

/** Names and places only: database errors repeat the statement's values in their messages. */
function describeError(error: Error): Record<string, unknown> {
  const causes: string[] = [];
  let current: unknown = error;
  for (let depth = 0; current instanceof Error && depth < MAX_LOGGED_CAUSES; depth++) {
    const isStatement = current.message.startsWith("Failed query");
    causes.push(isStatement ? current.name : `${current.name}: ${current.message}`);
    current = current.cause;
  }
  const frames = (error.stack ?? "").split("\n").filter((line) => line.trimStart().startsWith("at "));
  return { cause: causes.join("; caused by "), frames: frames.slice(0, MAX_LOGGED_FRAMES).map((line) => line.trim()) };
}
