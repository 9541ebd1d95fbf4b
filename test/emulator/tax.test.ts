// How the emulator taxes an invoice, by country and setting (docs/qbo-api.md, section 5.6 and *Newer facts*).

import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, at, Company, control, faultCode, salesLine, textAt } from "./emulator-client.ts";

/** A company and what its invoices need. */
class Taxed {
  private constructor(
    readonly company: Company,
    readonly customer: string,
    readonly item: string,
  ) {}

  static async make(settings: object): Promise<Taxed> {
    const company = await Company.make(settings);
    const customer = await company.idOf("Customer", "Bayview Cafe");
    return new Taxed(company, customer, await company.idOf("Item", "Hours"));
  }

  code(name: string): Promise<string> {
    return this.company.idOf("TaxCode", name);
  }

  line(amount: number, code: string) {
    return salesLine(this.item, amount, { TaxCodeRef: { value: code } });
  }

  send(Line: object[], more: object = {}): Promise<Answer> {
    return this.company.post("invoice", { CustomerRef: { value: this.customer }, Line, ...more });
  }

  /** Total, tax, and the tax lines as `[rate ID, amount, taxable]`. */
  async books(Line: object[], more: object = {}) {
    const answer = await this.send(Line, more);
    const invoice = at(answer.json, "Invoice");
    if (invoice === undefined) throw new Error(answer.text);
    return booked(invoice);
  }
}

function booked(invoice: unknown) {
  const lines = at(invoice, "TxnTaxDetail", "TaxLine");
  return {
    total: at(invoice, "TotalAmt"),
    tax: at(invoice, "TxnTaxDetail", "TotalTax"),
    lines: Array.isArray(lines)
      ? lines.map((line) => [
          textAt(line, "TaxLineDetail", "TaxRateRef", "value"),
          at(line, "Amount"),
          at(line, "TaxLineDetail", "NetAmountTaxable"),
        ])
      : [],
  };
}

const shipping = (amount: number, code: string) => ({
  DetailType: "SalesItemLineDetail",
  Amount: amount,
  SalesItemLineDetail: { ItemRef: { value: "SHIPPING_ITEM_ID" }, TaxCodeRef: { value: code } },
});

const discount = (amount: number) => ({
  DetailType: "DiscountLineDetail",
  Amount: amount,
  DiscountLineDetail: { PercentBased: false },
});

const taxLine = (rateId: string, amount: number, more: object = {}) => ({
  Amount: amount,
  DetailType: "TaxLineDetail",
  TaxLineDetail: { TaxRateRef: { value: rateId }, PercentBased: true, ...more },
});

/** Name and percent of the rates that a code charges on sales. */
async function salesRates(company: Company, code: string) {
  const read = await company.query(`select * from TaxCode where Name = '${code}' and Active in (true, false)`);
  const details = at(read.json, "QueryResponse", "TaxCode", 0, "SalesTaxRateList", "TaxRateDetail");
  const ids = Array.isArray(details) ? details.map((detail) => textAt(detail, "TaxRateRef", "value")) : [];
  return Promise.all(
    ids.map(async (id) => {
      const rate = at((await company.get(`taxrate/${id}`)).json, "TaxRate");
      return [textAt(rate, "Name"), at(rate, "RateValue")];
    }),
  );
}

describe("codes and rates", () => {
  it.each([
    ["gb-plus", "5.0% R", [["5.0% R (Sales)", 5]]],
    [
      "gb-plus",
      "20.0% RC",
      [
        ["20.0% RC (Sales)", 20],
        ["20.0% RC reversed (Sales)", -20],
      ],
    ],
    ["au-plus", "GST", [["GST (Sales)", 10]]],
    [
      "ca-plus",
      "GST/QST QC",
      [
        ["GST", 5],
        ["QST", 9.975],
      ],
    ],
    ["jp-plus", "8% JCT", [["8% JCT (Sales)", 8]]],
    [
      "us-legacy-tax",
      "Reno",
      [
        ["Nevada", 6.85],
        ["Reno city", 1.415],
      ],
    ],
  ])("%s: %s charges %j", async (profile, code, rates) => {
    expect(await salesRates(await Company.make({ profile }), code)).toEqual(rates);
  });

  it("lists active codes only unless asked for all, hidden ones too, and in the US TAX and NON", async () => {
    const british = await Company.make({ profile: "gb-plus" });
    const names = async (company: Company, query: string) => {
      const rows = at((await company.query(query)).json, "QueryResponse", "TaxCode");
      return Array.isArray(rows) ? rows.map((row) => textAt(row, "Name")) : [];
    };
    const all = "select * from TaxCode where Active in (true, false)";
    expect(await names(british, "select * from TaxCode")).not.toContain("17.5% S");
    expect(await names(british, all)).toEqual(expect.arrayContaining(["17.5% S", "12.5% R"]));
    const american = await Company.make({ profile: "us-legacy-tax" });
    expect(await names(american, all)).toEqual(expect.arrayContaining(["TAX", "NON", "State tax", "Old rate"]));
  });

  it("lists rates with their values, in one query", async () => {
    const canadian = await Company.make({ profile: "ca-plus" });
    const rows = at((await canadian.query("select * from TaxRate")).json, "QueryResponse", "TaxRate");
    const values = Array.isArray(rows) ? rows.map((row) => [textAt(row, "Name"), at(row, "RateValue")]) : [];
    expect(values).toEqual(
      expect.arrayContaining([
        ["GST", 5],
        ["QST", 9.975],
        ["HST ON", 13],
        ["GST/HST ZR", 0],
      ]),
    );
  });

  it("lets a person add a code, hide it and make it inactive; a sale can then not have it", async () => {
    const british = await Taxed.make({ profile: "gb-plus", multicurrency: false });
    const path = `/companies/${british.company.realmId}/tax-codes`;
    const made = await control("POST", path, { name: "12.0% X", rates: [{ name: "12 X", percent: "12" }] });
    const id = textAt(made.json, "Id");
    const lines = [british.line(100, id)];
    expect(await british.books(lines)).toMatchObject({ total: 112 });
    for (const change of [{ hidden: true }, { hidden: false, active: false }]) {
      expect((await control("PATCH", `${path}/${id}`, change)).json).toMatchObject({ Id: id });
      expect(faultCode(await british.send(lines))).toBe("2500");
    }
    expect((await control("POST", path, { name: "", rates: [] })).status).toBe(422);
    expect((await control("PATCH", `${path}/999`, {})).status).toBe(404);
  });
});

describe("the United States, automated", () => {
  it("ignores tax where automated tax is not set up, and says so in Preferences", async () => {
    const company = await Taxed.make({ automated_tax_set_up: false });
    expect(await company.books([company.line(100, "TAX")], { TxnTaxDetail: { TotalTax: 8.25 } })).toMatchObject({
      total: 100,
      tax: 0,
    });
    const preferences = at((await company.company.get("preferences")).json, "Preferences", "TaxPrefs");
    expect(preferences).toMatchObject({ UsingSalesTax: true, PartnerTaxEnabled: false });
  });

  it("ignores tax where sales tax is off, and says so in Preferences", async () => {
    const company = await Taxed.make({ using_sales_tax: false });
    expect(await company.books([company.line(100, "TAX")], { TxnTaxDetail: { TotalTax: 8.25 } })).toMatchObject({
      total: 100,
      tax: 0,
    });
    const preferences = at((await company.company.get("preferences")).json, "Preferences", "TaxPrefs");
    expect(preferences).toMatchObject({ UsingSalesTax: false });
    expect(preferences).not.toHaveProperty("TaxGroupCodeRef");
  });

  it("charges an exempt customer nothing, whatever was sent", async () => {
    const company = await Taxed.make({});
    const exempt = await company.company.create("Customer", { DisplayName: "Exempt School", Taxable: false });
    const more = { CustomerRef: { value: exempt.id }, TxnTaxDetail: { TotalTax: 8.25 } };
    expect(await company.books([company.line(100, "TAX")], more)).toMatchObject({ total: 100, tax: 0 });
  });
});

describe("the United States, by hand", () => {
  let company: Taxed;
  let reno: string;
  let state: string;
  beforeAll(async () => {
    company = await Taxed.make({ profile: "us-legacy-tax" });
    reno = await company.code("Reno");
    state = await company.code("State tax");
  });

  it("takes no tax without TxnTaxCodeRef, even with TotalTax", async () => {
    const lines = [company.line(100, "TAX")];
    expect(await company.books(lines, { TxnTaxDetail: { TotalTax: 8.25 } })).toMatchObject({ total: 100, tax: 0 });
    expect(at((await company.company.get("preferences")).json, "Preferences", "TaxPrefs")).toEqual({
      UsingSalesTax: true,
      TaxGroupCodeRef: { value: state },
    });
  });

  it("computes by the code's rate on the TAX lines, whatever TotalTax says", async () => {
    const lines = [company.line(100, "TAX"), company.line(50, "NON")];
    const taxed = { TxnTaxDetail: { TxnTaxCodeRef: { value: state }, TotalTax: 7 } };
    expect(await company.books(lines, taxed)).toMatchObject({ total: 158.25, tax: 8.25 });
  });

  it("rounds each rate of a code by itself", async () => {
    const taxed = { TxnTaxDetail: { TxnTaxCodeRef: { value: reno } } };
    const { total, tax, lines } = await company.books([company.line(33.33, "TAX")], taxed);
    expect([total, tax, lines.map(([, amount]) => amount)]).toEqual([36.08, 2.75, [2.28, 0.47]]);
  });

  it("lowers the taxable goods by their share of the discount, not the shipping, if tax comes after it", async () => {
    const lines = [company.line(60, "TAX"), company.line(40, "NON"), discount(10), shipping(20, "TAX")];
    const taxed = { TxnTaxDetail: { TxnTaxCodeRef: { value: state } } };
    const after = await company.books(lines, { ...taxed, ApplyTaxAfterDiscount: true });
    expect(after.lines.map(([, amount, taxable]) => [amount, taxable])).toEqual([[6.11, 74]]);
    const before = await company.books(lines, taxed);
    expect(before.lines.map(([, amount, taxable]) => [amount, taxable])).toEqual([[6.6, 80]]);
  });

  it("keeps the code where a sparse update changes lines without speaking of tax", async () => {
    const made = await company.company.create("Invoice", {
      CustomerRef: { value: company.customer },
      Line: [company.line(100, "TAX")],
      TxnTaxDetail: { TxnTaxCodeRef: { value: state } },
    });
    const update = { Id: made.id, SyncToken: "0", sparse: true, Line: [company.line(200, "TAX")] };
    expect(booked(at((await company.company.post("invoice", update)).json, "Invoice"))).toMatchObject({ total: 216.5 });
  });

  it("refuses an unknown, inactive or hidden code with 6160", async () => {
    const inactive = await company.company.query("select * from TaxCode where Active = false");
    for (const id of ["999", "TAX", textAt(inactive.json, "QueryResponse", "TaxCode", 0, "Id")]) {
      const sent = await company.send([company.line(1, "TAX")], { TxnTaxDetail: { TxnTaxCodeRef: { value: id } } });
      expect(faultCode(sent)).toBe("6160");
    }
  });

  it("charges an exempt customer nothing", async () => {
    const exempt = await company.company.create("Customer", { DisplayName: "Exempt by hand", Taxable: false });
    const more = { CustomerRef: { value: exempt.id }, TxnTaxDetail: { TxnTaxCodeRef: { value: state } } };
    expect(await company.books([company.line(100, "TAX")], more)).toMatchObject({ total: 100, tax: 0 });
  });

  it("keeps a TotalTax that was sent where the setting says so", async () => {
    const lenient = await Taxed.make({ profile: "us-legacy-tax", manual_tax_total: "as_sent" });
    const taxed = { TxnTaxDetail: { TxnTaxCodeRef: { value: await lenient.code("State tax") }, TotalTax: 7 } };
    expect(await lenient.books([lenient.line(100, "TAX")], taxed)).toMatchObject({ total: 107, tax: 7 });
  });
});

describe("outside the United States", () => {
  let company: Taxed;
  let standard: string;
  let reduced: string;
  let zero: string;
  let rateOf: Map<string, string>;
  beforeAll(async () => {
    company = await Taxed.make({ profile: "gb-plus", multicurrency: false });
    [standard, reduced, zero] = [
      await company.code("20.0% S"),
      await company.code("5.0% R"),
      await company.code("0.0% Z"),
    ];
    const codes = at((await company.company.query("select * from TaxCode")).json, "QueryResponse", "TaxCode");
    rateOf = new Map(
      (Array.isArray(codes) ? codes : []).flatMap((code) => {
        const rate = at(code, "SalesTaxRateList", "TaxRateDetail", 0, "TaxRateRef", "value");
        return typeof rate === "string" ? [[textAt(code, "Id"), rate] as const] : [];
      }),
    );
  });
  const rate = (code: string): string => rateOf.get(code) ?? "";

  it("charges goods, shipping and negative lines by their own codes, each rate rounded once", async () => {
    const lines = [
      company.line(1.99, standard),
      company.line(2.49, standard),
      company.line(3.49, standard),
      company.line(100, reduced),
      company.line(-20, reduced),
      company.line(5, zero),
      shipping(10, standard),
    ];
    expect(await company.books(lines)).toEqual({
      total: 110.56,
      tax: 7.59,
      lines: [
        [rate(standard), 3.59, 17.97],
        [rate(reduced), 4, 80],
        [rate(zero), 0, 5],
      ],
    });
  });

  it("charges nothing for a code without rates, and both signs for a reverse charge", async () => {
    const lines = [company.line(100, await company.code("No VAT")), company.line(50, await company.code("20.0% RC"))];
    const { total, tax, lines: taxes } = await company.books(lines);
    expect([total, tax, taxes.map(([, amount]) => amount)]).toEqual([150, 0, [10, -10]]);
  });

  it("spreads a discount line over all rates", async () => {
    const lines = [company.line(60, standard), company.line(40, zero), discount(10), shipping(10, standard)];
    expect(await company.books(lines)).toMatchObject({
      total: 112.8,
      lines: [
        [rate(standard), 12.8, 64],
        [rate(zero), 0, 36],
      ],
    });
  });

  it("keeps TotalTax and every TaxLine as sent", async () => {
    const lines = [company.line(7.97, standard), company.line(100, reduced)];
    const TxnTaxDetail = {
      TotalTax: 6.6,
      TaxLine: [
        taxLine(rate(standard), 1.6, { TaxPercent: 20, NetAmountTaxable: 7.97 }),
        taxLine(rate(reduced), 5, { TaxPercent: 5, NetAmountTaxable: 100 }),
      ],
    };
    expect(await company.books(lines, { TxnTaxDetail })).toEqual({
      total: 114.57,
      tax: 6.6,
      lines: [
        [rate(standard), 1.6, 7.97],
        [rate(reduced), 5, 100],
      ],
    });
    expect(await company.books(lines, { TxnTaxDetail: { TotalTax: 6.6 } })).toMatchObject({ tax: 6.59 });
    await control("PATCH", `/companies/${company.company.realmId}`, { tax_override: "ignored" });
    expect(await company.books(lines, { TxnTaxDetail })).toMatchObject({ tax: 6.59 });
    await control("PATCH", `/companies/${company.company.realmId}`, { tax_override: "honoured" });
  });

  const twice = () => [company.line(100, standard), company.line(100, reduced)];
  it.each<[string, string, () => object]>([
    ["a rate without its TaxLine", "6470", () => ({ TotalTax: 20, TaxLine: [taxLine(rate(standard), 20)] })],
    [
      "a rate twice",
      "6470",
      () => ({ TotalTax: 25, TaxLine: [taxLine(rate(standard), 20), taxLine(rate(standard), 5)] }),
    ],
    [
      "a rate that no line has",
      "6470",
      () => ({ TotalTax: 25, TaxLine: [taxLine(rate(standard), 20), taxLine(rate(zero), 5)] }),
    ],
    [
      "another percent than the rate's",
      "6470",
      () => ({ TotalTax: 25, TaxLine: [taxLine(rate(standard), 20, { TaxPercent: 19 }), taxLine(rate(reduced), 5)] }),
    ],
    [
      "another taxable amount than the lines'",
      "6000",
      () => ({
        TotalTax: 25,
        TaxLine: [taxLine(rate(standard), 20, { NetAmountTaxable: 99 }), taxLine(rate(reduced), 5)],
      }),
    ],
    [
      "a total that is not the sum",
      "6000",
      () => ({ TotalTax: 26, TaxLine: [taxLine(rate(standard), 20), taxLine(rate(reduced), 5)] }),
    ],
    ["no total", "2020", () => ({ TaxLine: [taxLine(rate(standard), 20), taxLine(rate(reduced), 5)] })],
    [
      "a TaxLine without DetailType",
      "2020",
      () => ({
        TotalTax: 25,
        TaxLine: [{ ...taxLine(rate(standard), 20), DetailType: undefined }, taxLine(rate(reduced), 5)],
      }),
    ],
  ])("refuses %s with %s", async (_name, code, TxnTaxDetail) => {
    expect(faultCode(await company.send(twice(), { TxnTaxDetail: TxnTaxDetail() }))).toBe(code);
  });

  it("refuses inactive and hidden codes, and codes for purchases only", async () => {
    const rows = await company.company.query("select * from TaxCode where Active in (true, false)");
    const codes = at(rows.json, "QueryResponse", "TaxCode");
    const unusable = (Array.isArray(codes) ? codes : []).filter(
      (code) => at(code, "Active") === false || at(code, "Hidden") === true,
    );
    expect(unusable).toHaveLength(2);
    for (const code of unusable)
      expect(faultCode(await company.send([company.line(1, textAt(code, "Id"))]))).toBe("2500");
    const australian = await Taxed.make({ profile: "au-plus" });
    const capital = await australian.code("GST on capital");
    expect(faultCode(await australian.send([australian.line(1, capital)]))).toBe("2500");
  });

  it("refuses a negative line where the setting says so", async () => {
    const strict = await Taxed.make({ profile: "gb-plus", multicurrency: false, negative_lines: "refused" });
    const code = await strict.code("20.0% S");
    expect(faultCode(await strict.send([strict.line(10, code), strict.line(-1, code)]))).toBe("2290");
  });

  it("asks for the gross amount where amounts include tax, and refuses a discount line there", async () => {
    const inclusive = { GlobalTaxCalculation: "TaxInclusive" };
    expect(faultCode(await company.send([company.line(100, standard)], inclusive))).toBe("2020");
    const detail = { TaxCodeRef: { value: standard }, TaxInclusiveAmt: 120 };
    const gross = salesLine(company.item, 100, detail);
    expect(await company.books([gross], inclusive)).toMatchObject({ total: 120 });
    expect(faultCode(await company.send([gross, discount(1)], inclusive))).toBe("6000");
  });

  it("charges the two rates of a Canadian code, and shares GST between codes", async () => {
    const canadian = await Taxed.make({ profile: "ca-plus" });
    const [quebec, federal] = [await canadian.code("GST/QST QC"), await canadian.code("GST")];
    const { total, lines } = await canadian.books([canadian.line(4495.16, quebec), canadian.line(10, federal)]);
    expect([total, lines.map(([, amount, taxable]) => [amount, taxable])]).toEqual([
      5178.81,
      [
        [225.26, 4505.16],
        [448.39, 4495.16],
      ],
    ]);
  });

  it("computes Australian GST", async () => {
    const australian = await Taxed.make({ profile: "au-plus" });
    const lines = [
      australian.line(90.91, await australian.code("GST")),
      australian.line(5, await australian.code("GST free")),
    ];
    expect(await australian.books(lines)).toMatchObject({ total: 105, tax: 9.09 });
  });
});

describe("a currency without decimals", () => {
  it("rounds amounts and tax to whole yen, and refuses parts of one", async () => {
    const japanese = await Taxed.make({ profile: "jp-plus" });
    const standard = await japanese.code("10% JCT");
    const priced = (amount: number) =>
      salesLine(japanese.item, amount, { Qty: 3, UnitPrice: 333.5, TaxCodeRef: { value: standard } });
    expect(await japanese.books([priced(1001)])).toMatchObject({ total: 1101, tax: 100 });
    expect(faultCode(await japanese.send([priced(1000)]))).toBe("6070");
    expect(faultCode(await japanese.send([japanese.line(10.5, standard)]))).toBe("2110");
    const info = at((await japanese.company.get(`companyinfo/${japanese.company.realmId}`)).json, "CompanyInfo");
    expect(info).toMatchObject({ Country: "JP", CompanyAddr: { Country: "JPN" } });
    await control("PATCH", `/companies/${japanese.company.realmId}`, { currency_decimals: "two" });
    expect(await japanese.books([priced(1000.5)])).toMatchObject({ total: 1100.55, tax: 100.05 });
  });

  it("keeps two decimals where a currency has three", async () => {
    const company = await Company.make({ multicurrency: true });
    const buyer = await company.create("Customer", { DisplayName: "Kuwait buyer", CurrencyRef: { value: "KWD" } });
    const body = (amount: number) => ({
      CustomerRef: { value: buyer.id },
      CurrencyRef: { value: "KWD" },
      Line: [{ DetailType: "SalesItemLineDetail", Amount: amount, SalesItemLineDetail: { ItemRef: { value: "1" } } }],
    });
    expect(faultCode(await company.post("invoice", body(1.005)))).toBe("2110");
    expect(at((await company.create("Invoice", body(1.01))).body, "TotalAmt")).toBe(1.01);
  });
});
