/**
 * The network between Bookbridge and Intuit, in place of `fetch`: requests reach the books a moment later, answers come
 * back another moment later, and on command either gets lost, delayed or garbled. What the books have done stays done,
 * whatever happens to the caller. It also plays Intuit's token endpoint.
 */
import { type Books, type BooksAnswer, faultOf } from "./books.ts";
import { currentProcess } from "./process.ts";
import type { VirtualTime } from "./virtual-time.ts";

export const API_ORIGIN = "https://quickbooks.example.com";
export const INTUIT_ORIGIN = "https://intuit.example.com";

export const TROUBLES = [
  "request_lost",
  "answer_lost",
  "error_before",
  "error_after",
  "throttled",
  "token_refused",
  "forbidden",
  "refused",
  "slow",
  "web_page",
  "cut_off",
] as const;
export type TroubleKind = (typeof TROUBLES)[number];
/** After these nobody can know from the response whether QuickBooks did it. */
const WITHOUT_ANSWER: readonly TroubleKind[] = [
  "request_lost",
  "answer_lost",
  "error_before",
  "error_after",
  "web_page",
  "cut_off",
];
export type TroubleTarget = "invoice" | "write" | "read" | "any" | "token";

/** A failure for the next matching request, once. */
export interface Trouble {
  kind: TroubleKind;
  on: TroubleTarget;
  /** When QuickBooks does it, where it does: it goes on when nobody listens any more, but never longer than 120 s. */
  doneMs: number;
  /** `slow`: when the answer is there. */
  answerMs: number;
  /** When a refusal is there; left out: soon. */
  lateMs?: number;
}

/** A call of the token endpoint that is slow, or whose answer gets lost after Intuit did it or before. */
export interface TokenTrouble {
  kind: "slow" | "error" | "request_lost" | "answer_lost";
  ms: number;
}

interface Grant {
  realmId: string;
  isAlive: boolean;
}

/** QuickBooks itself stops working on a request after this long. */
export const GIVES_UP_MS = 120_000;
const DONE_MS = 100;
const ANSWER_MS = 200;
const BREAK_MS = 5_000;
const CREDIT_AFTER_MS = 700;
const COMMANDED_REFUSAL = "6000";
/** After so many refused tokens in a row Bookbridge may ask for a Reconnect (docs/decisions/0003). */
const REFUSED_TOO_OFTEN = 5;
const ACCESS_LIFE_SECONDS = 3600;

/** Plain values only: inside workerd a Request belongs to whoever made it, and QuickBooks works on when that one is gone. */
interface Parcel {
  method: string;
  token: string;
  url: URL;
  body: string | null;
  limitMs: number;
}

export class Network {
  troubles: Trouble[] = [];
  /** While set every call of the company API fails this way. */
  outage: TroubleKind | null = null;
  /** While set the token endpoint answers 503. */
  isTokenEndpointDown = false;
  /** Every request for the company API, for tests that count. */
  readonly asked: { method: string; path: string; body: string | null; requestId: string | null }[] = [];
  /** Failures for the next calls of the token endpoint, one each. */
  tokenTroubles: TokenTrouble[] = [];
  /** Until then (epoch ms) the gateway refuses every token, whatever it is. */
  refusesTokensUntil = 0;
  /** Called with a company whose new tokens were never received. */
  onLostGrant: (realmId: string) => void = () => undefined;
  /**
   * By refresh token: every refresh gives another one, and the former is dead at once (docs/qbo-api.md, section 1.5).
   */
  readonly #grants = new Map<string, Grant>();
  readonly #access = new Map<string, { grant: Grant; endsMs: number }>();
  /** Codes of every refusal so far: an invoice that failed must have met one of them. */
  readonly refusals = new Set<string>();
  /** Calls without a usable answer. */
  unanswered = 0;
  readonly #refusedInARow = new Map<string, number>();
  readonly #rotatedAt = new Map<string, number>();
  #serial = 0;

  constructor(
    readonly time: VirtualTime,
    readonly books: readonly Books[],
    readonly sleep: (ms: number) => Promise<void> = (ms) => time.sleep(ms),
  ) {}

  /** What stands in for `fetch`. `waitedMs`: how long it waited for a connection, while its time limit ran. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit, waitedMs = 0): Promise<Response> => {
    const body =
      typeof init?.body === "string" ? init.body : init?.body instanceof URLSearchParams ? init.body.toString() : null;
    const parcel = {
      method: init?.method ?? "GET",
      token: new Headers(init?.headers).get("authorization")?.replace("Bearer ", "") ?? "",
      url: new URL(input instanceof Request ? input.url : input),
      body,
      limitMs: (this.time.limitOf(init?.signal) ?? GIVES_UP_MS) - waitedMs,
    };
    if (parcel.limitMs <= 0) throw new DOMException("The operation timed out.", "TimeoutError");
    return parcel.url.origin === API_ORIGIN ? this.#call(parcel) : this.#askIntuit(parcel);
  };

  /** A new grant for a company, as after Approve: its tokens. */
  grant(realmId: string): { accessToken: string; refreshToken: string; accessExpiresAt: string } {
    return this.#issue({ realmId, isAlive: true });
  }

  /** Ends every grant of the company: somebody removed the app in QuickBooks. */
  endGrants(realmId: string): void {
    for (const grant of this.#grants.values()) if (grant.realmId === realmId) grant.isAlive = false;
  }

  /** Ends the access tokens of the company before their time; their refresh tokens live on. */
  endAccess(realmId: string): void {
    for (const [token, { grant }] of this.#access) if (grant.realmId === realmId) this.#access.delete(token);
  }

  /** When the refresh token of the company changed last (epoch ms), or 0. */
  rotatedAt(realmId: string): number {
    return this.#rotatedAt.get(realmId) ?? 0;
  }

  #issue(grant: Grant): { accessToken: string; refreshToken: string; accessExpiresAt: string } {
    this.#serial += 1;
    const accessToken = `access-${this.#serial}`;
    const refreshToken = `refresh-${this.#serial}`;
    const endsMs = this.time.now + ACCESS_LIFE_SECONDS * 1000;
    this.#grants.set(refreshToken, grant);
    this.#access.set(accessToken, { grant, endsMs });
    return { accessToken, refreshToken, accessExpiresAt: new Date(endsMs).toISOString() };
  }

  async #call(parcel: Parcel): Promise<Response> {
    const [, realmId = "", path = ""] = /^\/v3\/company\/([^/]+)(\/.*)$/.exec(parcel.url.pathname) ?? [];
    const { method } = parcel;
    const requestId = parcel.url.searchParams.get("requestid");
    this.asked.push({ method, path, body: parcel.body, requestId });
    const trouble = this.#troubleFor(method, path);
    const isDone =
      trouble === null || ["answer_lost", "error_after", "slow", "web_page", "cut_off"].includes(trouble.kind);
    let answer: BooksAnswer | null = null;
    if (isDone) {
      this.time.at(this.time.now + (trouble === null ? DONE_MS : trouble.doneMs), () => {
        answer = this.#admit(parcel, realmId) ?? this.#handle(parcel, realmId, path);
      });
    }
    const waitMs = waitOf(trouble);
    await this.sleep(Math.min(waitMs, parcel.limitMs));
    const isLate = waitMs >= parcel.limitMs;
    if (isLate || (trouble && WITHOUT_ANSWER.includes(trouble.kind))) this.unanswered += 1;
    if (isLate) throw new DOMException("The operation timed out.", "TimeoutError");
    const response = this.#reply(trouble, answer);
    this.#note(realmId, response.status, answer);
    return response;
  }

  /** Remembers what was refused; a company whose tokens are refused all the time may rightly be given up. */
  #note(realmId: string, status: number, answer: BooksAnswer | null): void {
    const inARow = status === 401 ? (this.#refusedInARow.get(realmId) ?? 0) + 1 : 0;
    this.#refusedInARow.set(realmId, inARow);
    if (inARow >= REFUSED_TOO_OFTEN) this.onLostGrant(realmId);
    if (status === 403) this.refusals.add("403");
    if (status === 400) this.refusals.add(answer === null ? COMMANDED_REFUSAL : codeOf(answer));
  }

  #handle({ method, url, body }: Parcel, realmId: string, path: string): BooksAnswer {
    const books = this.#bookOf(realmId);
    const count = books.invoices.size;
    const answer = books.handle({ method, path, query: url.searchParams, body }, this.time.now);
    const made =
      books.options.appliesCredits && books.invoices.size > count ? [...books.invoices.values()].at(-1) : null;
    if (made) this.time.at(this.time.now + CREDIT_AFTER_MS, () => books.applyCredit(made, this.time.now));
    return answer;
  }

  #reply(trouble: Trouble | null, answer: BooksAnswer | null): Response {
    const headers = { intuit_tid: `tid-${this.asked.length}` };
    const text = answer === null ? "" : JSON.stringify(answer.body);
    switch (trouble?.kind) {
      case "request_lost":
      case "answer_lost":
        throw new TypeError("The connection was reset.");
      case "error_before":
      case "error_after":
        return new Response("", { status: 503, headers });
      case "throttled":
        return new Response("", { status: 429, headers });
      case "token_refused":
        return Response.json(
          { fault: { error: [{ code: "003200", message: "Token expired" }], type: "AUTHENTICATION" } },
          { status: 401, headers },
        );
      case "forbidden":
        return new Response("", { status: 403, headers });
      case "refused":
        return Response.json(faultOf(COMMANDED_REFUSAL, "A business validation error has occurred."), {
          status: 400,
          headers,
        });
      case "web_page":
        return new Response("<!doctype html><title>Bad gateway</title>", { status: 200, headers });
      case "cut_off":
        return new Response(text.slice(0, text.length / 2), { status: 200, headers });
      default:
        return new Response(text, { status: answer?.status ?? 500, headers });
    }
  }

  #troubleFor(method: string, path: string): Trouble | null {
    if (this.outage !== null) return { kind: this.outage, on: "any", doneMs: DONE_MS, answerMs: ANSWER_MS };
    const isRead = method === "GET" || path === "/query";
    const fits = (on: TroubleTarget): boolean =>
      on === "any" ||
      (on === "read" && isRead) ||
      (on === "write" && !isRead) ||
      (on === "invoice" && !isRead && path === "/invoice");
    const index = this.troubles.findIndex((trouble) => fits(trouble.on));
    return index < 0 ? null : (this.troubles.splice(index, 1)[0] ?? null);
  }

  /** The gateway before the books: who has no living token, or no subscription, does not get in. */
  #admit(parcel: Parcel, realmId: string): BooksAnswer | null {
    const access = this.#access.get(parcel.token);
    const isAlive = access !== undefined && access.endsMs > this.time.now && access.grant.isAlive;
    if (!isAlive || access.grant.realmId !== realmId || this.time.now < this.refusesTokensUntil) {
      return {
        status: 401,
        body: {
          fault: { error: [{ code: "003200", message: "message=AuthenticationFailed" }], type: "AUTHENTICATION" },
        },
      };
    }
    const isWrite = parcel.method === "POST" && !parcel.url.pathname.endsWith("/query");
    if (isWrite && this.#bookOf(realmId).subscriptionStatus !== "PAID")
      return { status: 400, body: faultOf("6190", "Subscription period has ended.") };
    return null;
  }

  async #askIntuit(parcel: Parcel): Promise<Response> {
    await this.sleep(ANSWER_MS);
    if (parcel.url.pathname.startsWith("/.well-known/")) {
      const [authorization_endpoint, token_endpoint, revocation_endpoint] = ["authorize", "token", "revoke"].map(
        (path) => `${INTUIT_ORIGIN}/${path}`,
      );
      return Response.json({ issuer: INTUIT_ORIGIN, authorization_endpoint, token_endpoint, revocation_endpoint });
    }
    if (this.isTokenEndpointDown) return new Response("", { status: 503 });
    if (parcel.url.pathname === "/revoke") {
      for (const [refreshToken, grant] of this.#grants)
        if (parcel.body?.includes(`"${refreshToken}"`)) grant.isAlive = false;
      return new Response("");
    }
    return this.#askForTokens(parcel);
  }

  async #askForTokens(parcel: Parcel): Promise<Response> {
    const trouble = this.tokenTroubles.shift();
    if (trouble?.kind === "request_lost") throw new TypeError("The connection was reset.");
    if (trouble?.kind === "error") return new Response("", { status: 503 });
    const given = new URLSearchParams(parcel.body ?? "").get("refresh_token") ?? "";
    const grant = this.#grants.get(given);
    if (grant?.isAlive !== true) return Response.json({ error: "invalid_grant" }, { status: 400 });
    this.#grants.delete(given);
    this.#rotatedAt.set(grant.realmId, this.time.now);
    const { accessToken, refreshToken } = this.#issue(grant);
    if (trouble?.kind === "slow") await this.sleep(Math.min(trouble.ms, parcel.limitMs));
    const isLate = trouble?.kind === "slow" && trouble.ms >= parcel.limitMs;
    if (trouble?.kind === "answer_lost" || isLate || currentProcess()?.isDead) this.onLostGrant(grant.realmId);
    if (isLate) throw new DOMException("The operation timed out.", "TimeoutError");
    if (trouble?.kind === "answer_lost") throw new TypeError("The connection was reset.");
    return Response.json({
      access_token: accessToken,
      refresh_token: refreshToken,
      expires_in: ACCESS_LIFE_SECONDS,
      x_refresh_token_expires_in: 8_726_400,
    });
  }

  #bookOf(realmId: string): Books {
    const books = this.books.find((one) => one.realmId === realmId);
    if (!books) throw new Error(`No company ${realmId}`);
    return books;
  }
}

function waitOf(trouble: Trouble | null): number {
  if (trouble === null) return ANSWER_MS;
  if (trouble.kind === "slow") return trouble.answerMs;
  if (trouble.kind.endsWith("lost")) return BREAK_MS;
  return trouble.lateMs ?? ANSWER_MS;
}

function codeOf({ body }: BooksAnswer): string {
  const fault = body["Fault"] as { Error?: { code?: string }[] } | undefined;
  return fault?.Error?.[0]?.code ?? "";
}
