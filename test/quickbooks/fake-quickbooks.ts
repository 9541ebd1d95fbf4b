/**
 * A QuickBooks for tests of reading: an access that is always granted and a fetch that answers from a list. It keeps what was
 * asked. Flows against the emulator are elsewhere (test/flows).
 */
import type { QuickBooksAccess, CallPermit, CallResult, QuickBooks } from "../../src/quickbooks/client.ts";

export interface Asked {
  url: URL;
  method: string;
  headers: Headers;
  body: string | null;
}

export interface FakeQuickBooks {
  qb: QuickBooks;
  asked: Asked[];
  released: { permit: CallPermit; result: CallResult }[];
  slept: number[];
}

type Reply = Response | Error | (() => Promise<Response>);

/** Each request takes the next reply; one too many fails the test. */
export function fakeQuickBooks(replies: Reply[], passes: Partial<CallPermit>[] = []): FakeQuickBooks {
  const asked: Asked[] = [];
  const released: FakeQuickBooks["released"] = [];
  const slept: number[] = [];
  let acquired = 0;
  const access: QuickBooksAccess = {
    async acquire() {
      acquired += 1;
      return {
        accessToken: `token-${acquired}`,
        realmId: "9341450000000000001",
        id: `permit-${acquired}`,
        startAt: 0,
        ...passes[acquired - 1],
      };
    },
    async release(permit, result) {
      released.push({ permit, result });
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
    access,
    fetch: doFetch,
    now: () => 1_000_000,
    sleep: async (ms) => {
      slept.push(ms);
    },
    maxWaitMs: 5000,
    calls: [],
  };
  return { qb, asked, released, slept };
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
