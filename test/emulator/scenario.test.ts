// Scenarios: each named misbehaviour strikes once, where it should, and the books say whether the work was done.

import { describe, expect, it } from "vitest";
import {
  at,
  BASIC,
  Company,
  connect,
  control,
  faultCode,
  newCompany,
  send,
  textAt,
  tokenCall,
} from "./emulator-client.ts";

async function scenario(company: Company, name: string, more: object = {}) {
  const made = await control("POST", "/scenarios", { scenario: name, realm_id: company.realmId, ...more });
  expect(made.status).toBe(201);
  return textAt(made.json, "id");
}

/** How many customers of that name there are in the books. */
async function countOf(company: Company, name: string): Promise<unknown> {
  return at(
    (await company.query(`select count(*) from Customer where DisplayName = '${name}'`)).json,
    "QueryResponse",
    "totalCount",
  );
}

async function lastCall(company: Company): Promise<unknown> {
  const record = await control("GET", `/record?realm_id=${company.realmId}&kind=create_customer`);
  const rows = at(record.json, "data");
  return Array.isArray(rows) ? at(rows, rows.length - 1) : undefined;
}

describe("answers that stand in the company's place", () => {
  it.each([
    ["token_expired", {}, 401, "3200", "0"],
    ["token_revoked", {}, 401, "3200", "0"],
    ["throttled", {}, 429, "3001", "0"],
    ["system_fault", {}, 500, "10000", "0"],
    ["system_fault", { commit: true }, 500, "10000", "1"],
    ["fault_in_200", { code: "6140" }, 200, "6140", "0"],
    ["permission_denied", {}, 403, "3100", "0"],
    ["permission_denied", { code: "5020" }, 400, "5020", "0"],
    ["permission_denied", { code: "120" }, 401, "120", "0"],
    ["subscription_lapsed", {}, 400, "6190", "0"],
    ["subscription_lapsed", { status: 200 }, 200, "6190", "0"],
    ["company_locked", {}, 403, "140", "0"],
    ["maintenance", {}, 503, "150", "0"],
    ["fault", { code: "6480", status: 400, detail: "Matched" }, 400, "6480", "0"],
  ])("%s %j", async (name, options, status, code, committed) => {
    const company = await Company.make();
    await scenario(company, name, { options, kinds: ["create_customer"] });
    const answer = await company.post("customer", { DisplayName: "Struck" });
    expect([answer.status, faultCode(answer)]).toEqual([status, code]);
    expect(await countOf(company, "Struck")).toBe(Number(committed));
    expect(await lastCall(company)).toMatchObject({
      status,
      fault_code: code,
      scenario: name,
      committed: committed === "1",
    });
    expect((await company.post("customer", { DisplayName: "Next" })).status).toBe(200);
  });

  it.each([
    ["unavailable_before", {}, 503, 0],
    ["unavailable_before", { status: 502 }, 502, 0],
    ["unavailable_after", { status: 504 }, 504, 1],
    ["html", {}, 200, 1],
    ["html", { commit: false }, 200, 0],
  ])("%s %j answers with a page", async (name, options, status, count) => {
    const company = await Company.make();
    await scenario(company, name, { options });
    const answer = await company.post("customer", { DisplayName: "Struck" });
    expect([answer.status, answer.headers.get("content-type")]).toEqual([status, "text/html"]);
    expect(answer.text).toContain("<html>");
    expect(await countOf(company, "Struck")).toBe(count);
  });

  it("answers a fault in XML", async () => {
    const company = await Company.make();
    await scenario(company, "xml_fault", { options: { code: "5010" } });
    const answer = await company.post("customer", { DisplayName: "Struck" });
    expect(answer.headers.get("content-type")).toBe("application/xml");
    expect(answer.text).toContain('code="5010"');
  });

  it("cuts the answer, or leaves the body empty, after the work", async () => {
    const company = await Company.make();
    await scenario(company, "truncated_json");
    const cut = await company.post("customer", { DisplayName: "Cut" });
    expect([cut.status, cut.json]).toEqual([200, undefined]);
    expect(cut.text.startsWith('{"Customer"')).toBe(true);
    expect(await countOf(company, "Cut")).toBe(1);
    await scenario(company, "empty_body");
    const empty = await company.post("customer", { DisplayName: "Empty" });
    expect([empty.status, empty.text]).toEqual([200, ""]);
    expect(await countOf(company, "Empty")).toBe(1);
  });
});

describe("broken connections", () => {
  it.each([
    ["dropped_before", {}, 0],
    ["dropped_after", {}, 1],
    ["hang", { seconds: 0.2 }, 1],
    ["hang", { seconds: 0.2, commit: false }, 0],
  ])("%s %j", async (name, options, count) => {
    const company = await Company.make();
    await scenario(company, name, { options });
    await expect(company.post("customer", { DisplayName: "Struck" })).rejects.toThrow("dropped");
    expect(await countOf(company, "Struck")).toBe(count);
    expect(await lastCall(company)).toMatchObject({ status: null, scenario: name, committed: count === 1 });
  });
});

describe("inside the company", () => {
  it("makes what the call refers to inactive", async () => {
    const company = await Company.make();
    const body = {
      CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
      Line: [
        {
          DetailType: "SalesItemLineDetail",
          Amount: 1,
          SalesItemLineDetail: { ItemRef: { value: await company.idOf("Item", "Hours") } },
        },
      ],
    };
    await scenario(company, "deactivate", { options: { entity: "item", code: "2500" } });
    expect(faultCode(await company.post("invoice", body))).toBe("2500");
    expect(faultCode(await company.post("invoice", body))).toBe("610");
    const items = await control("GET", `/companies/${company.realmId}/entities/item`);
    expect(at(items.json, "data", 0)).toMatchObject({ Name: "Hours (deleted)", Active: false });
  });

  it("closes the books, takes inventory away, accepts a number twice, forgets a request ID", async () => {
    const company = await Company.make();
    const body = {
      CustomerRef: { value: await company.idOf("Customer", "Bayview Cafe") },
      DocNumber: "T-1",
      Line: [
        {
          DetailType: "SalesItemLineDetail",
          Amount: 1,
          SalesItemLineDetail: { ItemRef: { value: await company.idOf("Item", "Hours") } },
        },
      ],
    };
    await scenario(company, "books_closed", { options: { code: "6210" } });
    expect(faultCode(await company.post("invoice", body))).toBe("6210");
    await company.create("Invoice", body);
    await scenario(company, "duplicate_number_unchecked");
    await company.create("Invoice", body);
    await scenario(company, "requestid_not_honoured", { kinds: ["create_customer"], times: 2 });
    await company.post("customer?requestid=same", { DisplayName: "Same" });
    expect(faultCode(await company.post("customer?requestid=same", { DisplayName: "Same" }))).toBe("6240");
    await scenario(company, "plan_without_inventory");
    const item = {
      Name: "Stock",
      Type: "Inventory",
      TrackQtyOnHand: true,
      QtyOnHand: 0,
      InvStartDate: "2024-01-01",
      IncomeAccountRef: { value: await company.idOf("Account", "Sales of Product Income") },
      ExpenseAccountRef: { value: await company.idOf("Account", "Cost of Goods Sold") },
      AssetAccountRef: { value: await company.idOf("Account", "Inventory Asset") },
    };
    expect(faultCode(await company.post("item", item))).toBe("5030");
    await scenario(company, "account_creation_refused");
    expect((await company.post("item", item)).status).toBe(200);
    expect(faultCode(await company.post("account", { Name: "New", AccountType: "Income" }))).toBe("6000");
  });
});

describe("the token endpoint", () => {
  it("is unavailable, or rotates and loses the answer, for one company alone", async () => {
    const company = await Company.make();
    const other = await connect(await newCompany());
    const refresh = (value: string) => tokenCall({ grant_type: "refresh_token", refresh_token: value });
    await scenario(company, "token_endpoint_unavailable");
    expect((await refresh(other.refresh)).status).toBe(200);
    expect((await refresh(company.tokens.refresh)).status).toBe(503);
    await scenario(company, "rotate_and_drop");
    await expect(refresh(company.tokens.refresh)).rejects.toThrow("dropped");
    expect(at((await refresh(company.tokens.refresh)).json, "error")).toBe("invalid_grant");
  });
});

describe("which calls are bent", () => {
  it("keeps to the company, the kind and the count", async () => {
    const company = await Company.make();
    const other = await Company.make();
    const id = await scenario(company, "throttled", { kinds: ["writes"], times: 2 });
    expect((await other.post("customer", { DisplayName: "A" })).status).toBe(200);
    expect((await company.get("preferences")).status).toBe(200);
    expect((await company.post("customer", { DisplayName: "A" })).status).toBe(429);
    const listed = await control("GET", "/scenarios");
    const rows = at(listed.json, "data");
    expect(Array.isArray(rows) && rows.find((row) => at(row, "id") === id)).toMatchObject({ times_left: 1, bent: 1 });
    expect((await company.post("customer", { DisplayName: "A" })).status).toBe(429);
    expect((await company.post("customer", { DisplayName: "A" })).status).toBe(200);
  });

  it("bends the same calls for the same seed", async () => {
    const run = async (seed: number): Promise<string> => {
      const company = await Company.make();
      const id = await scenario(company, "throttled", { kinds: ["preferences"], probability: 0.5, seed });
      let pattern = "";
      for (let call = 0; call < 20; call += 1) pattern += (await company.get("preferences")).status === 429 ? "x" : ".";
      await control("DELETE", `/scenarios/${id}`);
      return pattern;
    };
    const first = await run(7);
    expect(first).toBe(await run(7));
    expect(first).not.toBe(await run(8));
    expect(first).toMatch(/x/);
    expect(first).toMatch(/\./);
  });

  it("refuses a scenario that does not exist and says which do", async () => {
    const answer = await control("POST", "/scenarios", { scenario: "earthquake" });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("rotate_and_drop");
  });
});

describe("revocation without a token scenario", () => {
  it("is not struck by scenarios for API calls", async () => {
    const company = await Company.make();
    await scenario(company, "throttled");
    const revoked = await send("/v2/oauth2/tokens/revoke", {
      method: "POST",
      headers: { authorization: BASIC, "content-type": "application/json" },
      body: JSON.stringify({ token: company.tokens.refresh }),
    });
    expect(revoked.status).toBe(200);
  });
});
