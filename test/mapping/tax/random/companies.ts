/**
 * The companies of the random proof: the emulator's books in memory, entered by its own rules, and what a connection to
 * them has stored and set. The judge gets the facts that it needs, and computes by itself.
 */
import Big from "big.js";
import type { CompanyContext } from "../../../../emulator/company/context.ts";
import { type Profile, type ProfileName, type ProfilePatch, profileOf } from "../../../../emulator/company/profile.ts";
import { keyOf, type CompanyStore, type StoredEntity } from "../../../../emulator/company/store.ts";
import { invoiceKind } from "../../../../emulator/entities/invoice.ts";
import { NO_KEYS } from "../../../../emulator/entities/kind.ts";
import { salesRatesOf, seedTaxCodes } from "../../../../emulator/entities/tax-code.ts";
import { seedCodesOf } from "../../../../emulator/entities/tax-seeds.ts";
import { type JsonObject, objectOf, parseJsonObject, printJson, textOf } from "../../../../emulator/wire/json.ts";
import type { CompanyFacts } from "../../../../src/connections/connection.ts";
import type { SalesTaxCode } from "../../../../src/quickbooks/tax-codes.ts";
import { US_COMPANY } from "../../../connections/company-fixture.ts";
import type { TaxCase } from "../tax-fixture.ts";
import type { JudgedCompany } from "./judge.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00Z");

export interface Company {
  name: string;
  currency: string;
  digits: number;
  /** Rates of orders; the first two are the usual ones. */
  rates: readonly string[];
  connection: TaxCase;
  judged: JudgedCompany;
  /** Enters an invoice; QuickBooks' answer. Throws what the emulator refuses. */
  enter: (payload: string) => { tax: string; total: string };
}

interface Given {
  name: string;
  profile: ProfileName;
  patch?: ProfilePatch;
  way: JudgedCompany["way"];
  rates: readonly string[];
  settings?: Partial<TaxCase>;
}

const GIVEN: readonly Given[] = [
  { name: "US, automated", profile: "us-plus", way: "automated", rates: ["8.25", "7.375", "0"] },
  {
    name: "US, by hand",
    profile: "us-legacy-tax",
    way: "by_hand",
    rates: ["8.25", "7.6", "8.265", "6"],
    settings: { salesTaxCode: "State tax" },
  },
  { name: "sales tax off", profile: "us-plus", patch: { using_sales_tax: false }, way: "off", rates: ["8.25", "0"] },
  {
    name: "United Kingdom, 0, 5 and 20 %",
    profile: "gb-plus",
    way: "by_code",
    rates: ["20", "5", "0"],
    settings: { salesTaxCode: "20.0% S", zeroRateCode: "0.0% Z" },
  },
  {
    name: "Australia, GST 10 % inside",
    profile: "au-plus",
    way: "by_code",
    rates: ["10", "0"],
    settings: { salesTaxCode: "GST", zeroRateCode: "GST free" },
  },
  {
    name: "Canada, two rates in one code",
    profile: "ca-plus",
    way: "by_code",
    rates: ["14.975", "5", "12", "13", "0"],
    settings: { salesTaxCode: "GST/QST QC", zeroRateCode: "Zero-rated" },
  },
  {
    name: "Japan, a currency without decimals",
    profile: "jp-plus",
    way: "by_code",
    rates: ["10", "8", "0"],
    settings: { salesTaxCode: "10% JCT", zeroRateCode: "0% JCT" },
  },
];

/** All of them, by name. */
export const COMPANIES: ReadonlyMap<string, () => Company> = new Map(
  GIVEN.map((given) => [given.name, () => open(given)]),
);

function open(given: Given): Company {
  const profile = profileOf(given.profile, { warn_on_duplicates: false, ...given.patch });
  const context = newBooks(profile);
  const codes = salesCodesIn(context);
  const facts: CompanyFacts = {
    ...US_COMPANY,
    country: profile.country,
    homeCurrency: profile.home_currency,
    multicurrency: profile.multicurrency,
    allowShipping: profile.allow_shipping,
    allowDiscount: profile.allow_discount,
    usingSalesTax: profile.using_sales_tax,
    automatedSalesTax: profile.country === "US" && profile.automated_sales_tax,
    taxCodes: codes,
  };
  const isUs = profile.country === "US";
  const digits = profile.home_currency === "JPY" ? 0 : 2;
  return {
    name: given.name,
    currency: profile.home_currency,
    digits,
    rates: given.rates,
    connection: { company: facts, ...given.settings },
    judged: {
      way: given.way,
      digits,
      hasDiscountLine: isUs && profile.allow_discount,
      codes: new Map(codes.map(({ id, name, rates }) => [id, { name, rates }])),
    },
    enter: (payload) => enter(context, payload),
  };
}

/** Builds the invoice by the emulator's rules and writes nothing, so that every invoice meets the same books. */
function enter(context: CompanyContext, payload: string): { tax: string; total: string } {
  const input = parseJsonObject(payload);
  if (input === null) throw new Error("The payload is no object");
  const built = invoiceKind.build(context, input, null, input);
  const tax = objectOf(built["TxnTaxDetail"])?.["TotalTax"];
  return { tax: printJson(tax ?? null), total: printJson(built["TotalAmt"] ?? null) };
}

function newBooks(profile: Profile): CompanyContext {
  const store = new MapStore();
  const context: CompanyContext = {
    store: store as unknown as CompanyStore,
    profile,
    realmId: "1",
    nowMs: NOW_MS,
    bend: {},
    inactiveCode: "610",
    firstTransactionId: 1,
    atomically: (change) => change(),
    changes: [],
  };
  seedTaxCodes(
    context.store,
    seedCodesOf(profile.country, profile.automated_sales_tax),
    profile.country === "US",
    NOW_MS,
  );
  store.put("Customer", 81, { DisplayName: "Quayside Stores", Taxable: true });
  store.put("Account", 1, { Name: "Discounts given" });
  store.put("Term", 1, { Name: "Net 30", DueDays: new Big(30), Type: "STANDARD" });
  for (let id = 1; id <= 200; id += 1) store.put("Item", id, { Name: `Item ${id}`, Type: "NonInventory" });
  return context;
}

/** The active codes that sales can carry, as a connection stores them. */
function salesCodesIn(context: CompanyContext): SalesTaxCode[] {
  const ids = Array.from({ length: 20 }, (_, index) => String(index + 1));
  return ids.flatMap((id) => {
    const rates = salesRatesOf(context, id);
    if (rates === null) return [];
    const percents = rates.map(({ percent }) => percent);
    const percent = percents.reduce((sum, one) => sum.plus(one), new Big(0)).toFixed();
    const isReversed = percents.some((one) => one.lt(0)) && percents.some((one) => one.gt(0));
    const name = textOf(context.store.find("TaxCode", id)?.["Name"]) ?? "";
    return [
      {
        id,
        name,
        percent,
        isReversed,
        rates: rates.map((rate) => ({ rateId: rate.rateId, percent: rate.percent.toFixed() })),
      },
    ];
  });
}

/** What the rules of invoices and tax codes ask of a company's store. */
class MapStore {
  readonly #rows = new Map<string, JsonObject>();
  readonly #names = new Map<string, JsonObject>();
  readonly #numbers = new Map<string, number>();

  put(type: string, id: number, body: JsonObject): void {
    const nameKey = keyOf(textOf(body["Name"]) ?? textOf(body["DisplayName"]) ?? "");
    this.insert({ type, id, body: { Active: true, Id: String(id), ...body }, keys: { ...NO_KEYS, nameKey } });
  }

  insert({ type, id, body, keys }: StoredEntity): void {
    this.#rows.set(`${type} ${id}`, body);
    this.#names.set(`${type} ${keys.nameKey}`, body);
  }

  find(type: string, id: string): JsonObject | null {
    return this.#rows.get(`${type} ${id}`) ?? null;
  }

  findByName(type: string, name: string): JsonObject | null {
    return this.#names.get(`${type} ${keyOf(name)}`) ?? null;
  }

  nextNumber(name: string, first = 1): number {
    const next = (this.#numbers.get(name) ?? first - 1) + 1;
    this.#numbers.set(name, next);
    return next;
  }

  findIdByDocNumber(): null {
    return null;
  }
}
