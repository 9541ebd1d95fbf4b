// The query language: what parses, what is refused and how, what comes back (docs/qbo-api.md, section 4).

import { beforeAll, describe, expect, it } from "vitest";
import { at, Company, faultCode, salesLine, send } from "./emulator-client.ts";

let company: Company;

beforeAll(async () => {
  company = await Company.make();
  await company.create("Customer", { DisplayName: "O'Hara & Sons", CompanyName: "Sons" });
  const gone = await company.create("Customer", { DisplayName: "Gone Trading" });
  await company.post("customer", { Id: gone.id, SyncToken: "0", sparse: true, Active: false });
  const customer = await company.idOf("Customer", "Bayview Cafe");
  const item = await company.idOf("Item", "Hours");
  for (const [number, amount, date] of [
    ["Q-1", 10, "2026-01-01"],
    ["Q-2", 20, "2026-01-02"],
    ["Q-3", 30, "2026-01-03"],
  ] as const) {
    await company.create("Invoice", {
      CustomerRef: { value: customer },
      DocNumber: number,
      TxnDate: date,
      TxnTaxDetail: { TotalTax: 0 },
      Line: [salesLine(item, amount, { TaxCodeRef: { value: "NON" } })],
    });
  }
});

async function numbers(query: string): Promise<unknown[]> {
  const rows = at((await company.query(query)).json, "QueryResponse", "Invoice");
  return Array.isArray(rows) ? rows.map((row) => at(row, "DocNumber")) : [];
}

async function names(query: string): Promise<unknown[]> {
  const rows = at((await company.query(query)).json, "QueryResponse", "Customer");
  return Array.isArray(rows) ? rows.map((row) => at(row, "DisplayName")) : [];
}

describe("finding", () => {
  it.each([
    ["select * from Invoice where DocNumber = 'Q-1'", ["Q-1"]],
    ["SELECT * FROM Invoice WHERE DocNumber = 'q-1'", ["Q-1"]],
    ["select * from invoice where DocNumber in ('Q-3', 'Q-1', 'nothing')", ["Q-3", "Q-1"]],
    ["select * from Invoice where DocNumber like 'Q-%' orderby DocNumber desc", ["Q-3", "Q-2", "Q-1"]],
    ["select * from Invoice where DocNumber like '%2'", ["Q-2"]],
    ["select * from Invoice where DocNumber like 'Q_1'", []],
    ["select * from Invoice where TxnDate >= '2026-01-02' and TotalAmt < '30'", ["Q-2"]],
    ["select * from Invoice where TotalAmt > 10 order by TotalAmt asc", ["Q-2", "Q-3"]],
    ["select * from Invoice orderby TxnDate startposition 2 maxresults 1", ["Q-2"]],
    ["select Id, DocNumber from Invoice where Balance = '30'", ["Q-3"]],
    ["select * from Invoice where MetaData.LastUpdatedTime > '2020-01-01T00:00:00-08:00' maxresults 2", ["Q-3", "Q-2"]],
    ["select * from Invoice where MetaData.CreateTime > '2099-01-01'", []],
  ])("%s", async (query, expected) => {
    expect(await numbers(query)).toEqual(expected);
  });

  it("takes an escaped apostrophe", async () => {
    expect(await names("select * from Customer where DisplayName = 'O\\'Hara & Sons'")).toEqual(["O'Hara & Sons"]);
  });

  it("leaves out what is inactive unless asked for it", async () => {
    expect(await names("select * from Customer where DisplayName like 'Gone%'")).toEqual([]);
    expect(await names("select * from Customer where DisplayName like 'Gone%' and Active in (true, false)")).toEqual([
      "Gone Trading (deleted)",
    ]);
    expect(await names("select * from Customer where Active = false")).toEqual(["Gone Trading (deleted)"]);
  });

  it("finds by customer, counts, and answers an empty object where there is nothing", async () => {
    const id = await company.idOf("Customer", "Bayview Cafe");
    expect(await numbers(`select * from Invoice where CustomerRef = '${id}'`)).toHaveLength(3);
    expect(at((await company.query("select count(*) from Invoice")).json, "QueryResponse")).toEqual({ totalCount: 3 });
    expect(at((await company.query("select * from Invoice where DocNumber = 'none'")).json, "QueryResponse")).toEqual(
      {},
    );
    expect(at((await company.query("select * from Invoice")).json, "QueryResponse")).toMatchObject({
      startPosition: 1,
      maxResults: 3,
    });
    expect(
      at((await company.query("select * from CompanyInfo")).json, "QueryResponse", "CompanyInfo", 0, "Country"),
    ).toBe("US");
  });

  it("answers what changed last first, unless asked for an order", async () => {
    const query = "select * from Customer where DisplayName in ('Bayview Cafe', 'O\\'Hara & Sons')";
    expect(await names(query)).toEqual(["O'Hara & Sons", "Bayview Cafe"]);
    await send("/control/clock", { method: "POST", body: JSON.stringify({ advance_seconds: 5 }) });
    const id = await company.idOf("Customer", "Bayview Cafe");
    await company.post("customer", { Id: id, SyncToken: "0", sparse: true, CompanyName: "Bayview" });
    expect(await names(query)).toEqual(["Bayview Cafe", "O'Hara & Sons"]);
    expect(await names(`${query} orderby MetaData.CreateTime`)).toEqual(["Bayview Cafe", "O'Hara & Sons"]);
  });

  it("takes a posted query with its own content type only", async () => {
    const init = (contentType: string) => ({
      method: "POST",
      headers: {
        authorization: `Bearer ${company.tokens.access}`,
        accept: "application/json",
        "content-type": contentType,
      },
      body: "select * from Invoice where DocNumber = 'Q-1'",
    });
    const path = `/v3/company/${company.realmId}/query`;
    expect(at((await send(path, init("application/text"))).json, "QueryResponse", "maxResults")).toBe(1);
    expect(faultCode(await send(path, init("application/json")))).toBe("1050");
  });
});

describe("refusing", () => {
  it.each([
    ["select * from Invoice where DocNumber = 'a' or DocNumber = 'b'", "4000"],
    ["select * from Invoice where DocNumber != 'a'", "4000"],
    ["select * from Invoice where (DocNumber = 'a')", "4000"],
    ["select * from Invoice where DocNumber = \u2018a\u2019", "4000"],
    ["select * from Invoice where DocNumber = 'a\u2013b'", "4000"],
    ["select * from Customer where DisplayName = 'O''Hara'", "4000"],
    ["select * from Customer where DisplayName = 'O'Hara'", "4000"],
    ["select * from Invoice where DocNumber = Q1", "4000"],
    ["select * from Invoice where DocNumber = 'open", "4000"],
    ["select from Invoice", "4000"],
    ["delete from Invoice", "4000"],
    ["select * from Invoice maxresults 5 startposition 1", "4000"],
    ["select * from Invoice group by DocNumber", "4000"],
    ["select * from Invoice; select * from Customer", "4000"],
    ["select * from Customer where PrimaryEmailAddr = 'a@b.example'", "4001"],
    ["select * from Invoice where PrivateNote like '%mark%'", "4001"],
    ["select * from Invoice where docNumber = 'a'", "4001"],
    ["select * from Ledger", "4001"],
    ["select * from Invoice maxresults 1001", "4001"],
    ["select * from Invoice startposition 0", "4001"],
    ["select * from Invoice where TxnDate > 'yesterday'", "4001"],
    ["select * from Invoice orderby Colour", "4001"],
    ["select * from Invoice orderby Id", "4001"],
    ["select * from Customer orderby DisplayName, Id desc", "4001"],
    ["select * from Item order by Id asc", "4001"],
    ["select * from Account orderby Id startposition 1 maxresults 10", "4001"],
    ["select * from TaxCode orderby Id", "4001"],
  ])("%s", async (query, code) => {
    const answer = await company.query(query);
    expect(faultCode(answer)).toBe(code);
    expect(answer.status).toBe(400);
  });
});
