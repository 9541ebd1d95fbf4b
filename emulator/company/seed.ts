/**
 * What a new company starts with: chart of accounts, terms, tax codes, payment methods, a few names and products. The
 * names are invented and generic; a vendor and an employee exist because they hold names that customers can't take.
 */
import { kindOfType } from "../entities/kinds.ts";
import { seedTaxCodes } from "../entities/tax-code.ts";
import { seedCodesOf } from "../entities/tax-seeds.ts";
import { writeEntity } from "../entities/write-entity.ts";
import { parseJsonObject, textOf, type JsonObject } from "../wire/json.ts";
import type { CompanyContext } from "./context.ts";
import { COUNTRIES, type CountryCode } from "./countries.ts";
import { canTrackInventory } from "./profile.ts";

const ACCOUNTS: [name: string, type: string, subType: string][] = [
  ["Checking", "Bank", "Checking"],
  ["Savings", "Bank", "Savings"],
  ["Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"],
  ["Undeposited Funds", "Other Current Asset", "UndepositedFunds"],
  ["Prepaid Expenses", "Other Current Asset", "PrepaidExpenses"],
  ["Furniture and Equipment", "Fixed Asset", "FurnitureAndFixtures"],
  ["Accounts Payable (A/P)", "Accounts Payable", "AccountsPayable"],
  ["Company Card", "Credit Card", "CreditCard"],
  ["Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"],
  ["Bank Loan", "Long Term Liability", "NotesPayable"],
  ["Opening Balance Equity", "Equity", "OpeningBalanceEquity"],
  ["Retained Earnings", "Equity", "RetainedEarnings"],
  ["Sales", "Income", "SalesOfProductIncome"],
  ["Services", "Income", "ServiceFeeIncome"],
  ["Shipping Income", "Income", "OtherPrimaryIncome"],
  ["Discounts given", "Income", "DiscountsRefundsGiven"],
  ["Freight and Delivery", "Cost of Goods Sold", "ShippingFreightDeliveryCos"],
  ["Advertising", "Expense", "AdvertisingPromotional"],
  ["Bank Charges", "Expense", "BankCharges"],
  ["Insurance", "Expense", "Insurance"],
  ["Office Supplies", "Expense", "OfficeGeneralAdministrativeExpenses"],
  ["Rent", "Expense", "RentOrLeaseOfBuildings"],
  ["Utilities", "Expense", "Utilities"],
  ["Interest Earned", "Other Income", "InterestEarned"],
];

/** QuickBooks creates these when inventory tracking is switched on. */
const INVENTORY_ACCOUNTS: [name: string, type: string, subType: string][] = [
  ["Sales of Product Income", "Income", "SalesOfProductIncome"],
  ["Cost of Goods Sold", "Cost of Goods Sold", "SuppliesMaterialsCogs"],
  ["Inventory Asset", "Other Current Asset", "Inventory"],
];

const CUSTOMERS = ["Bayview Cafe", "Cedar Lane Grocers", "Granite Works", "Millbrook School", "Walk-in Customer"];
const VENDORS = ["Quayside Freight", "Summit Packaging", "Union Power and Light"];

/** Fills new books. Throws if the seed itself breaks a rule, which would be a bug in this file. */
export function seedCompany(context: CompanyContext): void {
  const { store, profile } = context;
  store.setNumber("created_s", Math.floor(context.nowMs / 1000));
  const codes = seedCodesOf(profile.country, profile.automated_sales_tax);
  seedTaxCodes(store, codes, profile.country === "US", context.nowMs);
  const accounts = profile.quantity_on_hand ? [...ACCOUNTS, ...INVENTORY_ACCOUNTS] : ACCOUNTS;
  for (const [name, type, subType] of accounts) {
    create(context, "Account", { Name: name, AccountType: type, AccountSubType: subType });
  }
  for (const [name, days] of [
    ["Due on receipt", 0],
    ["Net 10", 10],
    ["Net 15", 15],
    ["Net 30", 30],
    ["Net 60", 60],
  ] as const) {
    create(context, "Term", { Name: name, DueDays: days });
  }
  for (const name of ["Cash", "Check", "Credit Card", "Bank Transfer"]) {
    create(context, "PaymentMethod", { Name: name, Type: name === "Credit Card" ? "CREDIT_CARD" : "NON_CREDIT_CARD" });
  }
  for (const name of CUSTOMERS) create(context, "Customer", customerSeed(name, profile.country));
  for (const name of VENDORS) create(context, "Vendor", { DisplayName: name, CompanyName: name });
  create(context, "Employee", { DisplayName: "Warehouse Lead", GivenName: "Warehouse", FamilyName: "Lead" });
  seedItems(context);
  context.changes.length = 0;
}

function customerSeed(name: string, country: CountryCode) {
  const { town, customerPostalCode } = COUNTRIES[country];
  const address = { Line1: "20 Market Street", ...town, PostalCode: customerPostalCode };
  return {
    DisplayName: name,
    CompanyName: name,
    PrimaryEmailAddr: { Address: `accounts@${name.toLowerCase().replace(/[^a-z]+/g, "-")}.example` },
    BillAddr: address,
    ShipAddr: address,
  };
}

function seedItems(context: CompanyContext): void {
  const account = (name: string) => ({ value: textOf(context.store.findByName("Account", name)?.["Id"]) ?? "" });
  create(context, "Item", {
    Name: "Hours",
    Type: "Service",
    Description: "Work by the hour",
    UnitPrice: 60,
    IncomeAccountRef: account("Services"),
  });
  create(context, "Item", {
    Name: "Installation",
    Type: "Service",
    Description: "Installation on site",
    UnitPrice: 250,
    IncomeAccountRef: account("Services"),
  });
  create(context, "Item", {
    Name: "Packing crate",
    Type: "NonInventory",
    Sku: "PC-100",
    UnitPrice: 12.5,
    IncomeAccountRef: account("Sales"),
    Taxable: true,
  });
  if (!canTrackInventory(context.profile)) return;
  for (const [name, sku, price, cost, quantity] of [
    ["Brass hinge 75 mm", "BH-75", 4.2, 1.9, 800],
    ["Oak board 2 m", "OB-200", 38.75, 21.5, 120],
  ] as const) {
    create(context, "Item", {
      Name: name,
      Sku: sku,
      Type: "Inventory",
      TrackQtyOnHand: true,
      QtyOnHand: quantity,
      InvStartDate: "1996-01-01",
      UnitPrice: price,
      PurchaseCost: cost,
      Taxable: true,
      IncomeAccountRef: account("Sales of Product Income"),
      ExpenseAccountRef: account("Cost of Goods Sold"),
      AssetAccountRef: account("Inventory Asset"),
    });
  }
}

function create(context: CompanyContext, type: string, values: object): JsonObject {
  const kind = kindOfType(type);
  const input = parseJsonObject(JSON.stringify(values));
  if (kind === null || input === null) throw new Error(`The seed names ${type}, which does not exist`);
  return writeEntity(context, kind, input).body;
}
