/**
 * The only function that sends a request to a QuickBooks company. It acquires a permit with a token and a start time,
 * sends, releases the permit and passes the response to `readAnswer`, which judges it. It never repeats a write; a read
 * refused at Intuit's gateway because of its token is repeated once. It keeps no state of its own.
 */
import { causeText } from "../platform/cause.ts";
import { log } from "../platform/log.ts";
import { readBytes } from "../platform/read-bytes.ts";
import { readAnswer, type ReadAnswer } from "./answer.ts";
import { ILLEGAL_CHARACTERS } from "./codes.ts";
import { QuickBooksError, type AnswerFailure, type NotLetInFailure, isRefusal } from "./faults.ts";
import { lettersAfterRefusal } from "./letters.ts";

/** QuickBooks cuts every request off after 120 s (docs/qbo-api.md, section 3). */
export const REQUEST_TIMEOUT_MS = 120_000;
/** A page of 1,000 full invoices is well below this. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** Older ones have been ignored since August 2025 (docs/qbo-api.md, section 2). */
const MINOR_VERSION = "75";

/** Permission for one call: which token, which company, and when it may start. */
export interface CallPermit {
  accessToken: string;
  realmId: string;
  id: string;
  /** epoch ms; the call sleeps until then. */
  startAt: number;
  /** epoch ms; when the call was really sent, for the gate's pace. */
  startedAt?: number;
  /** Whether the token is known to be refused; checked just before the call is sent. */
  isRefused?: () => boolean;
}

/** How QuickBooks counts a call: reads are metered, writes are not, batches have their own rate limit. */
export type CallKind = "read" | "write" | "batch";

/** How a call ended, for the gate. `unused`: nothing was sent after all. */
export type CallResult = "answered" | "unanswered" | "throttled" | "token_refused" | "unused";

/** The only access to a company; implemented in connections/company-access.ts. */
export interface QuickBooksAccess {
  /** Throws QuickBooksError `waiting` or `not_connected`. */
  acquire(kind: CallKind, maxWaitMs: number): Promise<CallPermit>;
  /** Must be called exactly once for each permit. */
  release(permit: CallPermit, result: CallResult): Promise<void>;
}

/** One HTTP call, for the attempt's record. */
export interface CallRecord {
  kind: CallKind;
  httpStatus: number | null;
  intuitTid: string | null;
  durationMs: number;
}

/** Everything a call needs from outside; created for each piece of work. */
export interface QuickBooks {
  /** Origin, without a trailing slash. */
  apiUrl: string;
  access: QuickBooksAccess;
  fetch: typeof fetch;
  /** epoch ms */
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  /** How long a call may wait for its turn before it fails as `waiting`. */
  maxWaitMs: number;
  /** epoch ms; a call without an answer by then counts as unanswered, because the Worker itself ends soon after. */
  callsEndAt?: number;
  /** Each call is appended here. */
  calls: CallRecord[];
}

export interface CallRequest {
  kind: CallKind;
  method: "GET" | "POST";
  /** Below `/v3/company/<realm ID>`, e.g. `/invoice`; a function if the path contains the realm ID. */
  path: string | ((realmId: string) => string);
  query?: Record<string, string>;
  /** The exact bytes to be sent: JSON, except for a query. */
  body?: string;
  contentType?: "application/json" | "application/text";
  /** QuickBooks' `requestid`: a repeat with the same ID gets the first answer again (docs/qbo-api.md, section 2). */
  requestId?: string;
}

export interface Answer {
  /** Numbers are `ExactNumber`; read it with a schema of wire.ts. */
  json: Record<string, unknown>;
  httpStatus: number;
  intuitTid: string | null;
}

/**
 * Sends one request. Throws QuickBooksError for every response but a good one, and for none at all. A write whose token
 * was refused is not repeated here: the repeat would be a second send under the first one's freeze and lease, so it ends
 * the attempt (docs/architecture.md, section 3, rule 2). Reads, and batches, which hold queries only, are repeated once.
 * `permit`: acquired before, for a write that must follow its freeze immediately; it is released here as well.
 */
export async function call(qb: QuickBooks, request: CallRequest, permit?: CallPermit): Promise<Answer> {
  const first = await callOnce(qb, request, permit);
  if ("json" in first) return first;
  if (request.kind === "write" || !isTokenRefused(first.failure)) throw new QuickBooksError(first.failure);
  const second = await repeatOnce(qb, request, first.failure);
  if ("json" in second) return second;
  throw new QuickBooksError(second.failure);
}

/** Access that is denied now is denied because of that refusal: the error carries its code and trace ID. */
async function repeatOnce(
  qb: QuickBooks,
  request: CallRequest,
  refused: NotLetInFailure,
): Promise<Answer | { failure: AnswerFailure }> {
  try {
    return await callOnce(qb, request);
  } catch (error) {
    if (!(error instanceof QuickBooksError) || error.failure.kind !== "not_connected") throw error;
    const { httpStatus, intuitTid } = refused;
    const refusal = { code: refused.faults[0]?.code || null, httpStatus, intuitTid };
    throw new QuickBooksError({ ...error.failure, refusal });
  }
}

async function callOnce(
  qb: QuickBooks,
  request: CallRequest,
  given?: CallPermit,
): Promise<Answer | { failure: AnswerFailure }> {
  const permit = given ?? (await qb.access.acquire(request.kind, qb.maxWaitMs));
  const waitMs = permit.startAt - qb.now();
  if (waitMs > 0) await qb.sleep(waitMs);
  if (permit.isRefused?.() === true) {
    // Nothing was sent: the caller tries again immediately and gets a newer token.
    await releasePermit(qb, permit, "unused");
    throw new QuickBooksError({ kind: "waiting", until: qb.now(), reason: "pace" });
  }
  const startedAt = qb.now();
  const sent = await send(qb, permit, request);
  qb.calls.push({
    kind: request.kind,
    httpStatus: sent.httpStatus,
    intuitTid: sent.intuitTid,
    durationMs: Math.max(0, qb.now() - startedAt),
  });
  await releasePermit(qb, { ...permit, startedAt }, callResult(sent.read));
  if ("failure" in sent.read) return { failure: withLetters(sent.read.failure, request) };
  return { json: sent.read.json, httpStatus: sent.httpStatus ?? 0, intuitTid: sent.intuitTid };
}

/** A refusal of characters, with what it says of those that the company keeps. */
function withLetters(failure: AnswerFailure, { body }: CallRequest): AnswerFailure {
  if (!isRefusal(failure, ILLEGAL_CHARACTERS)) return failure;
  const letters = lettersAfterRefusal(body ?? "");
  return letters === null ? failure : { ...failure, letters };
}

/** Never throws: the response matters more than the gate's bookkeeping, and a permit that is not released expires. */
export async function releasePermit(qb: QuickBooks, permit: CallPermit, result: CallResult): Promise<void> {
  try {
    await qb.access.release(permit, result);
  } catch (cause) {
    log("quickbooks.release_failed", { result, cause: causeText(cause) });
  }
}

interface Sent {
  read: ReadAnswer;
  httpStatus: number | null;
  intuitTid: string | null;
}

/** Never throws: a network failure is an outcome as well. */
async function send(qb: QuickBooks, permit: CallPermit, request: CallRequest): Promise<Sent> {
  let response: Response | null = null;
  const limitMs = Math.max(0, Math.min(REQUEST_TIMEOUT_MS, (qb.callsEndAt ?? Infinity) - qb.now()));
  try {
    // Called as a plain function: a Worker's fetch refuses to be called as a method of another object.
    const doFetch = qb.fetch;
    response = await doFetch(urlOf(qb.apiUrl, permit.realmId, request), {
      method: request.method,
      headers: {
        Authorization: `Bearer ${permit.accessToken}`,
        Accept: "application/json",
        ...(request.body === undefined ? {} : { "Content-Type": request.contentType ?? "application/json" }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: "manual",
      signal: AbortSignal.timeout(limitMs),
    });
    const text = await readText(response);
    return { read: readAnswer(response.status, response.headers, text), ...headOf(response) };
  } catch (error) {
    return { read: readBroken(response, error, limitMs), ...headOf(response) };
  }
}

function headOf(response: Response | null): { httpStatus: number | null; intuitTid: string | null } {
  return { httpStatus: response?.status ?? null, intuitTid: response?.headers.get("intuit_tid") ?? null };
}

/** A connection that broke, before or during the response. A status received before that rejected the request still counts. */
function readBroken(response: Response | null, error: unknown, limitMs: number): ReadAnswer {
  if (response !== null && [401, 403, 429].includes(response.status)) {
    return readAnswer(response.status, response.headers, "");
  }
  const isTimeout = error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError");
  return {
    failure: {
      kind: "unanswered",
      reason: isTimeout ? "timeout" : "network",
      ...headOf(response),
      detail: isTimeout ? `No answer within ${Math.round(limitMs / 1000)} s.` : "The connection broke.",
      faults: [],
    },
  };
}

function urlOf(apiUrl: string, realmId: string, request: CallRequest): string {
  const path = typeof request.path === "string" ? request.path : request.path(encodeURIComponent(realmId));
  const query = new URLSearchParams({ ...request.query, minorversion: MINOR_VERSION });
  if (request.requestId !== undefined) query.set("requestid", request.requestId);
  return `${apiUrl}/v3/company/${encodeURIComponent(realmId)}${path}?${query.toString()}`;
}

async function readText(response: Response): Promise<string> {
  const bytes = await readBytes(response.body, MAX_ANSWER_BYTES);
  if (bytes === null) throw new Error("The answer is too large.");
  return new TextDecoder().decode(bytes);
}

function isTokenRefused(failure: AnswerFailure): failure is NotLetInFailure {
  return failure.kind === "not_let_in" && failure.reason === "token";
}

function callResult(read: ReadAnswer): CallResult {
  if ("json" in read) return "answered";
  switch (read.failure.kind) {
    case "refused":
      return "answered";
    case "unanswered":
      return "unanswered";
    case "not_let_in":
      if (read.failure.reason === "token") return "token_refused";
      return read.failure.reason === "throttled" ? "throttled" : "answered";
  }
}
