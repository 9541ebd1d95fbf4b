/**
 * Every odd answer that QuickBooks and what stands before it are known to give (docs/qbo-api.md, sections 1.9, 2 and
 * 9).
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExactNumber } from "../../src/platform/exact-json.ts";
import { readAnswer } from "../../src/quickbooks/answer.ts";

const headers = new Headers({ intuit_tid: "1-abc" });
const read = (status: number, body: unknown) =>
  readAnswer(status, headers, typeof body === "string" ? body : JSON.stringify(body));
const failureOf = (status: number, body: unknown) => {
  const answer = read(status, body);
  return "failure" in answer ? answer.failure : null;
};

const fault = (code: string, type = "ValidationFault", detail = "why") => ({
  Fault: { Error: [{ Message: "what", Detail: detail, code, element: "" }], type },
  time: "2026-01-05T09:15:02.311-08:00",
});
const gatewayFault = (code: string, type: string) => ({
  warnings: null,
  fault: { error: [{ message: `errorCode=${code}`, detail: "Token expired", code, element: null }], type },
  time: 1767225600123,
});
const xmlFault = (code: string, type: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><IntuitResponse time="2026-01-05T09:15:02.311-08:00" xmlns="http://schema.intuit.com/finance/v3">` +
  `<Fault type="${type}"><Error code="${code}" element="Line"><Message>A &amp; B</Message><Detail>&lt;why&gt;</Detail></Error></Fault></IntuitResponse>`;

describe("a good answer", () => {
  it("comes back with its numbers as written", () => {
    const answer = read(200, '{"Invoice":{"Id":"145","TotalAmt":1861.080},"time":"x"}');
    expect(answer).toEqual({ json: { Invoice: { Id: "145", TotalAmt: new ExactNumber("1861.080") }, time: "x" } });
  });

  it("may carry an empty fault of the gateway's envelope", () => {
    expect(failureOf(200, { fault: null, Invoice: { Id: "1" } })).toBeNull();
  });
});

describe("refused: a fault that names a rule", () => {
  it("keeps code, texts, element and trace", () => {
    const body = {
      Fault: { Error: [{ Message: "m", Detail: "d", code: "2020", element: "Line" }], type: "ValidationFault" },
    };
    expect(failureOf(400, body)).toEqual({
      kind: "refused",
      httpStatus: 400,
      intuitTid: "1-abc",
      faults: [{ code: "2020", message: "m", detail: "d", element: "Line", type: "ValidationFault" }],
    });
  });

  it.each([
    ["inside a 200", 200, fault("6190")],
    ["as XML", 400, xmlFault("6140", "ValidationFault")],
    ["with a number for a code", 400, { Fault: { Error: [{ Message: "m", code: 6240 }], type: "ValidationFault" } }],
    ["a permission that QuickBooks itself denies", 400, fault("5020")],
    ["an unknown code", 400, fault("98765")],
  ] as const)("%s", (_what, status, body) => {
    expect(failureOf(status, body)).toMatchObject({ kind: "refused", httpStatus: status });
  });

  it("reads the texts of an XML fault", () => {
    expect(failureOf(400, xmlFault("2040", "ValidationFault"))).toMatchObject({
      faults: [{ code: "2040", message: "A & B", detail: "<why>", element: "Line", type: "ValidationFault" }],
    });
  });
});

describe("not let in: nothing happened", () => {
  it.each([
    ["expired token, gateway", 401, gatewayFault("003200", "AUTHENTICATION"), "token", "3200"],
    ["expired token, XML", 401, xmlFault("3200", "AUTHENTICATION"), "token", "3200"],
    ["general authentication error", 401, fault("100", "AuthenticationFault"), "token", "100"],
    ["authentication fault with status 400", 400, fault("100", "AuthenticationFault"), "token", "100"],
    ["user lost the admin role, misspelt type", 401, fault("120", "AuthorizatonFault"), "permission", "120"],
    ["wrong cluster", 401, fault("130", "AuthenticationFault"), "permission", "130"],
    ["wrong company or scope", 403, gatewayFault("003100", "SERVICE"), "permission", "3100"],
    ["throttled", 429, gatewayFault("003001", "SERVICE"), "throttled", "3001"],
    ["throttled by the older gateway", 403, gatewayFault("003001", "SERVICE"), "throttled", "3001"],
    ["company locked", 403, fault("140", "AuthorizationFault"), "locked", "140"],
  ] as const)("%s", (_what, status, body, reason, code) => {
    expect(failureOf(status, body)).toMatchObject({ kind: "not_let_in", reason, faults: [{ code }] });
  });

  it.each([
    [401, "", "token"],
    [403, "<html><title>403 Forbidden</title></html>", "permission"],
    [429, "", "throttled"],
    [429, "<html><body>slow down</body></html>", "throttled"],
  ] as const)("status %i without a fault", (status, body, reason) => {
    expect(failureOf(status, body)).toMatchObject({ kind: "not_let_in", reason, faults: [] });
  });

  it("puts the misspelt fault type right", () => {
    expect(failureOf(401, fault("120", "AuthorizatonFault"))).toMatchObject({
      faults: [{ type: "AuthorizationFault" }],
    });
  });
});

describe("unanswered: nobody knows", () => {
  it.each([
    [
      "gateway page",
      503,
      "<html><head><title>503 Service Temporarily Unavailable</title></head></html>",
      "server_error",
    ],
    ["system fault", 500, fault("10000", "SystemFault"), "server_error"],
    ["system fault inside a 200", 200, fault("10000", "SystemFault"), "server_error"],
    ["a rule named with a 500", 500, fault("6240"), "server_error"],
    ["gateway fault with a 500", 500, gatewayFault("003100", "SERVICE"), "server_error"],
    ["maintenance", 503, fault("150", "SystemFault"), "server_error"],
    ["duplicate request ID", 400, fault("600"), "server_error"],
    ["'create failed'", 400, fault("1010"), "server_error"],
    [
      "a rule beside a system fault",
      400,
      { Fault: { Error: [{ code: "2020" }, { code: "10000" }], type: "ValidationFault" } },
      "server_error",
    ],
    ["empty body", 200, "", "unreadable"],
    ["white space", 200, " \n", "unreadable"],
    ["truncated", 200, '{"Invoice":{"Id":"14', "unreadable"],
    ["truncated fault", 400, '{"Fault":{"Error":[{"code":"6240"', "unreadable"],
    ["web page with a 200", 200, "<!DOCTYPE html><html></html>", "unreadable"],
    ["XML without a fault", 200, "<IntuitResponse><Invoice/></IntuitResponse>", "unreadable"],
    ["a fault without a code", 400, { Fault: { Error: [{ Message: "m" }], type: "ValidationFault" } }, "server_error"],
    ["fault without an error", 400, { Fault: { Error: [], type: "ValidationFault" } }, "unreadable"],
    ["empty fault in a 200", 200, { Fault: {}, Invoice: { Id: "1" } }, "unreadable"],
    ["a list", 200, "[]", "unreadable"],
    ["a redirect", 302, "", "unreadable"],
    ["404 of a wrong address", 404, "<html></html>", "unreadable"],
    ["JSON that is no fault with a 400", 400, { message: "no" }, "unreadable"],
  ] as const)("%s", (_what, status, body, reason) => {
    expect(failureOf(status, body)).toMatchObject({
      kind: "unanswered",
      reason,
      httpStatus: status,
      intuitTid: "1-abc",
    });
  });

  it("says what came back", () => {
    const page = "<html><head><title>502 Bad Gateway</title></head></html>";
    expect(failureOf(502, page)).toMatchObject({ detail: "The answer was a web page: 502 Bad Gateway." });
    expect(failureOf(500, fault("10000", "SystemFault"))).toMatchObject({
      detail: "10000 what",
      faults: [{ code: "10000" }],
    });
  });
});

describe("whatever comes back", () => {
  it("never throws, and a write is never called refused or good by chance", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.string().map((inner) => `<Fault type="x"><Error code="${inner}"></Error></Fault>`),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), body, (status, text) => {
        const answer = readAnswer(status, new Headers(), text);
        const isGood = "json" in answer;
        const kind = isGood ? "good" : answer.failure.kind;
        expect(isGood && status >= 300).toBe(false);
        expect(status >= 500 && kind !== "unanswered").toBe(false);
        expect(kind === "refused" && !/"?code"?/.test(text)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  it("a good answer that is cut off anywhere is unreadable", () => {
    const whole = JSON.stringify({ Invoice: { Id: "145", SyncToken: "0", TotalAmt: 25 }, time: "x" });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (length) => {
        expect(failureOf(200, whole.slice(0, length))).toMatchObject({ kind: "unanswered", reason: "unreadable" });
      }),
    );
  });
});
