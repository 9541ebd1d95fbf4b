/** One call: what is sent, how often, how the permit is given back, and what a broken line means. */
import { describe, expect, it, vi } from "vitest";
import { call } from "../../src/quickbooks/client.ts";
import { QuickBooksError } from "../../src/quickbooks/faults.ts";
import { fakeQuickBooks, faultBody, reply } from "./fake-quickbooks.ts";

const create = { kind: "write", method: "POST", path: "/invoice", body: '{"a":1.50}', requestId: "inv-1:1" } as const;
const read = { kind: "read", method: "GET", path: (realmId: string) => `/companyinfo/${realmId}` } as const;
const expired = () =>
  reply({ fault: { error: [{ message: "m", detail: "Token expired", code: "003200" }], type: "AUTHENTICATION" } }, 401);

async function failureOf(promise: Promise<unknown>) {
  const error = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof QuickBooksError)) throw new Error("A QuickBooksError was expected", { cause: error });
  return error.failure;
}

describe("call", () => {
  it("sends the exact bytes with token, minor version and request ID", async () => {
    const { qb, asked, released } = fakeQuickBooks([reply({ Invoice: { Id: "1" } })]);
    const answer = await call(qb, create);
    expect(answer).toEqual({ json: { Invoice: { Id: "1" } }, httpStatus: 200, intuitTid: "1-tid" });
    const [request] = asked;
    expect(request?.url.pathname).toBe("/v3/company/9341450000000000001/invoice");
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({ minorversion: "75", requestid: "inv-1:1" });
    expect(request?.body).toBe('{"a":1.50}');
    expect(request?.headers.get("authorization")).toBe("Bearer token-1");
    expect(request?.headers.get("accept")).toBe("application/json");
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(released).toMatchObject([{ permit: { id: "permit-1" }, result: "answered" }]);
    expect(qb.calls).toEqual([{ kind: "write", httpStatus: 200, intuitTid: "1-tid", durationMs: 0 }]);
  });

  it("waits for its start time, and names the realm in the path where it has to", async () => {
    const { qb, asked, slept } = fakeQuickBooks([reply({ CompanyInfo: {} })], [{ startAt: 1_000_250 }]);
    await call(qb, read);
    expect(slept).toEqual([250]);
    expect(asked[0]?.url.pathname).toBe("/v3/company/9341450000000000001/companyinfo/9341450000000000001");
  });

  it("repeats a read once, with a new permit, where the token was refused", async () => {
    const { qb, asked, released } = fakeQuickBooks([expired(), reply({ CompanyInfo: { Id: "1" } })]);
    await call(qb, read);
    expect(asked.map((request) => request.headers.get("authorization"))).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(released.map(({ result }) => result)).toEqual(["token_refused", "answered"]);
    expect(qb.calls.map(({ httpStatus }) => httpStatus)).toEqual([401, 200]);
  });

  it("gives up after the second refusal of a token", async () => {
    const { qb, asked } = fakeQuickBooks([expired(), expired()]);
    expect(await failureOf(call(qb, read))).toMatchObject({ kind: "not_let_in", reason: "token" });
    expect(asked).toHaveLength(2);
  });

  it("never repeats a write whose token was refused: a second send wants a freeze of its own", async () => {
    const { qb, asked, released } = fakeQuickBooks([expired(), reply({ Invoice: { Id: "1" } })]);
    expect(await failureOf(call(qb, create))).toMatchObject({ kind: "not_let_in", reason: "token", httpStatus: 401 });
    expect(asked).toHaveLength(1);
    expect(released.map(({ result }) => result)).toEqual(["token_refused"]);
  });

  it.each([create, read])("sends nothing with a token that was refused since the permit was given", async (request) => {
    const { qb, asked, released } = fakeQuickBooks([], [{ isRefused: () => true }]);
    expect(await failureOf(call(qb, request))).toEqual({ kind: "waiting", until: 1_000_000, reason: "pace" });
    expect([asked, qb.calls]).toEqual([[], []]);
    expect(released.map(({ result }) => result)).toEqual(["unused"]);
  });

  it.each([
    ["a rule", () => reply(faultBody("6240"), 400), { kind: "refused" }, "answered"],
    ["403", () => reply("", 403), { kind: "not_let_in", reason: "permission" }, "answered"],
    ["429", () => reply("", 429), { kind: "not_let_in", reason: "throttled" }, "throttled"],
    ["503", () => reply("<html></html>", 503), { kind: "unanswered", reason: "server_error" }, "unanswered"],
    [
      "half an answer",
      () => reply('{"Invoice":{"I'),
      { kind: "unanswered", reason: "unreadable", httpStatus: 200 },
      "unanswered",
    ],
    [
      "a redirect",
      () => reply("", 302, { location: "https://elsewhere.example.com" }),
      { kind: "unanswered" },
      "unanswered",
    ],
  ] as const)("never repeats after %s", async (_what, answer, failure, result) => {
    const { qb, asked, released } = fakeQuickBooks([answer()]);
    expect(await failureOf(call(qb, create))).toMatchObject(failure);
    expect(asked).toHaveLength(1);
    expect(released.map((one) => one.result)).toEqual([result]);
  });

  it("takes a broken line and a timeout for unanswered", async () => {
    const broken = fakeQuickBooks([new TypeError("connection reset")]);
    expect(await failureOf(call(broken.qb, create))).toMatchObject({
      kind: "unanswered",
      reason: "network",
      httpStatus: null,
    });
    expect(broken.released.map(({ result }) => result)).toEqual(["unanswered"]);
    const slow = fakeQuickBooks([new DOMException("too slow", "TimeoutError")]);
    expect(await failureOf(call(slow.qb, create))).toMatchObject({ kind: "unanswered", reason: "timeout" });
  });

  it("waits no longer than its Worker lives, and says how long that was", async () => {
    const { qb, released } = fakeQuickBooks([]);
    const hanging: typeof fetch = (_input, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("too slow", "TimeoutError")));
      });
    const patience = { ...qb, fetch: hanging, callsEndAt: qb.now() + 40 };
    expect(await failureOf(call(patience, create))).toMatchObject({
      kind: "unanswered",
      reason: "timeout",
      detail: "No answer within 0 s.",
    });
    expect(released.map(({ result }) => result)).toEqual(["unanswered"]);
  });

  it("takes an answer whose body breaks off for unanswered, and keeps status and trace", async () => {
    const body = () =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"Invoice":'));
          controller.error(new Error("reset"));
        },
      });
    const { qb } = fakeQuickBooks([new Response(body(), { status: 200, headers: { intuit_tid: "1-tid" } })]);
    expect(await failureOf(call(qb, create))).toMatchObject({
      kind: "unanswered",
      reason: "network",
      httpStatus: 200,
      intuitTid: "1-tid",
    });
    const closed = fakeQuickBooks([new Response(body(), { status: 429 })]);
    expect(await failureOf(call(closed.qb, create))).toMatchObject({ kind: "not_let_in", reason: "throttled" });
  });

  it("reads characters that arrive in two pieces", async () => {
    const bytes = new TextEncoder().encode('{"Customer":{"DisplayName":"Suprêmes"}}');
    const cut = bytes.indexOf(0xc3) + 1;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes.slice(0, cut));
        controller.enqueue(bytes.slice(cut));
        controller.close();
      },
    });
    const { qb } = fakeQuickBooks([new Response(body)]);
    expect((await call(qb, read)).json).toEqual({ Customer: { DisplayName: "Suprêmes" } });
  });

  it("uses the permit that it is given, once, and reports when the call really went out", async () => {
    const { qb, asked, released } = fakeQuickBooks([reply({ Invoice: {} })]);
    const permit = await qb.access.acquire("write", 0);
    qb.access.acquire = () => Promise.reject(new Error("No second permit is needed"));
    await call(qb, create, permit);
    expect(asked).toHaveLength(1);
    expect(released).toEqual([{ permit: { ...permit, startedAt: qb.now() }, result: "answered" }]);
    expect(permit.startedAt).toBeUndefined();
  });

  it("sends nothing if access is denied", async () => {
    const { qb, asked, released } = fakeQuickBooks([]);
    const shut = new QuickBooksError({ kind: "waiting", until: 2_000_000, reason: "pace" });
    qb.access.acquire = () => Promise.reject(shut);
    expect(await failureOf(call(qb, create))).toEqual(shut.failure);
    expect([asked, released]).toEqual([[], []]);
  });

  it("keeps the answer where the permit can't be given back", async () => {
    const { qb } = fakeQuickBooks([reply({ Invoice: { Id: "7" } })]);
    const line = vi.spyOn(console, "log").mockImplementation(() => undefined);
    qb.access.release = () => Promise.reject(new Error("gate restarted"));
    expect((await call(qb, create)).json).toEqual({ Invoice: { Id: "7" } });
    // The realm ID is a customer's: no log line has it.
    expect(line.mock.calls.flat().join("")).toContain("quickbooks.release_failed");
    expect(line.mock.calls.flat().join("")).not.toContain("9341450000000000001");
  });
});

describe("QuickBooksError", () => {
  it("says codes, and nothing that a customer wrote", () => {
    const fault = { code: "6240", message: "m", detail: "Secret Customer", element: null, type: "ValidationFault" };
    const error = new QuickBooksError({ kind: "refused", faults: [fault], httpStatus: 400, intuitTid: null });
    expect(error.message).toBe("QuickBooks refused the request (code 6240)");
  });
});
