/**
 * A QuickBooks for tests of reading: a door that always opens and a fetch that answers from a list. It keeps what was
 * asked. Flows against the emulator are elsewhere (test/flows).
 */
import type { Door, Pass, PassResult, QuickBooks } from "../../src/quickbooks/client.ts";

export interface Asked {
  url: URL;
  method: string;
  headers: Headers;
  body: string | null;
}

export interface FakeQuickBooks {
  qb: QuickBooks;
  asked: Asked[];
  left: { pass: Pass; result: PassResult }[];
  slept: number[];
}

type Reply = Response | Error | (() => Promise<Response>);

/** Each request takes the next reply; one too many fails the test. */
export function fakeQuickBooks(replies: Reply[], passes: Partial<Pass>[] = []): FakeQuickBooks {
  const asked: Asked[] = [];
  const left: FakeQuickBooks["left"] = [];
  const slept: number[] = [];
  let entered = 0;
  const door: Door = {
    async enter() {
      entered += 1;
      return {
        accessToken: `token-${entered}`,
        realmId: "9341450000000000001",
        permit: `permit-${entered}`,
        startAt: 0,
        ...passes[entered - 1],
      };
    },
    async leave(pass, result) {
      left.push({ pass, result });
    },
  };
  const doFetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const request = new Request(input instanceof URL ? input.href : input, init);
    asked.push({
      url: new URL(request.url),
      method: request.method,
      headers: request.headers,
      body: init?.body === undefined || init.body === null ? null : await request.text(),
    });
    const reply = replies.shift();
    if (reply === undefined) throw new Error("One request too many");
    if (reply instanceof Error) throw reply;
    return typeof reply === "function" ? reply() : reply;
  };
  const qb: QuickBooks = {
    apiUrl: "https://quickbooks.example.com",
    door,
    fetch: doFetch,
    now: () => 1_000_000,
    sleep: async (ms) => {
      slept.push(ms);
    },
    maxWaitMs: 5000,
    calls: [],
  };
  return { qb, asked, left, slept };
}

/** An answer of QuickBooks. */
export function reply(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { intuit_tid: "1-tid", ...headers },
  });
}

/** The body of a fault in QuickBooks' own dialect. */
export function faultBody(code: string, type = "ValidationFault") {
  return { Fault: { Error: [{ Message: "m", Detail: "d", code, element: "" }], type }, time: "x" };
}
