/**
 * The kinds of accounts: QuickBooks' AccountType values with the AccountSubTypes of each (the first is used if only the
 * type is given) and their classification. Data only; the rules are in account.ts.
 */

interface AccountTypeFacts {
  classification: "Asset" | "Equity" | "Expense" | "Liability" | "Revenue";
  subTypes: readonly [string, ...string[]];
}

export const ACCOUNT_TYPES: Readonly<Record<string, AccountTypeFacts>> = {
  Bank: {
    classification: "Asset",
    subTypes: ["Checking", "CashOnHand", "MoneyMarket", "RentsHeldInTrust", "Savings", "TrustAccounts"],
  },
  "Accounts Receivable": { classification: "Asset", subTypes: ["AccountsReceivable"] },
  "Other Current Asset": {
    classification: "Asset",
    subTypes: [
      "OtherCurrentAssets",
      "AllowanceForBadDebts",
      "DevelopmentCosts",
      "EmployeeCashAdvances",
      "Inventory",
      "LoansToOfficers",
      "LoansToOthers",
      "PrepaidExpenses",
      "Retainage",
      "UndepositedFunds",
    ],
  },
  "Fixed Asset": {
    classification: "Asset",
    subTypes: [
      "FurnitureAndFixtures",
      "AccumulatedDepreciation",
      "Buildings",
      "Land",
      "LeaseholdImprovements",
      "MachineryAndEquipment",
      "OtherFixedAssets",
      "Vehicles",
    ],
  },
  "Other Asset": {
    classification: "Asset",
    subTypes: ["OtherLongTermAssets", "Goodwill", "Licenses", "SecurityDeposits"],
  },
  "Accounts Payable": { classification: "Liability", subTypes: ["AccountsPayable"] },
  "Credit Card": { classification: "Liability", subTypes: ["CreditCard"] },
  "Other Current Liability": {
    classification: "Liability",
    subTypes: [
      "OtherCurrentLiabilities",
      "GlobalTaxPayable",
      "GlobalTaxSuspense",
      "LineOfCredit",
      "LoanPayable",
      "PayrollTaxPayable",
      "SalesTaxPayable",
    ],
  },
  "Long Term Liability": {
    classification: "Liability",
    subTypes: ["OtherLongTermLiabilities", "NotesPayable", "ShareholderNotesPayable"],
  },
  Equity: {
    classification: "Equity",
    subTypes: [
      "OpeningBalanceEquity",
      "CommonStock",
      "OwnersEquity",
      "PaidInCapitalOrSurplus",
      "PartnersEquity",
      "RetainedEarnings",
    ],
  },
  Income: {
    classification: "Revenue",
    subTypes: [
      "ServiceFeeIncome",
      "DiscountsRefundsGiven",
      "NonProfitIncome",
      "OtherPrimaryIncome",
      "SalesOfProductIncome",
      "UnappliedCashPaymentIncome",
    ],
  },
  "Cost of Goods Sold": {
    classification: "Expense",
    subTypes: [
      "SuppliesMaterialsCogs",
      "CostOfLaborCos",
      "EquipmentRentalCos",
      "OtherCostsOfServiceCos",
      "ShippingFreightDeliveryCos",
    ],
  },
  Expense: {
    classification: "Expense",
    subTypes: [
      "OtherMiscellaneousServiceCost",
      "AdvertisingPromotional",
      "BankCharges",
      "Insurance",
      "OfficeGeneralAdministrativeExpenses",
      "RentOrLeaseOfBuildings",
      "RepairMaintenance",
      "ShippingFreightDelivery",
      "SuppliesMaterials",
      "Utilities",
    ],
  },
  "Other Income": {
    classification: "Revenue",
    subTypes: ["OtherMiscellaneousIncome", "InterestEarned", "OtherInvestmentIncome"],
  },
  "Other Expense": {
    classification: "Expense",
    subTypes: ["OtherMiscellaneousExpense", "Depreciation", "ExchangeGainOrLoss", "PenaltiesSettlements"],
  },
};

export const ALL_SUB_TYPES: readonly string[] = Object.values(ACCOUNT_TYPES).flatMap((facts) => facts.subTypes);

/** Type, sub-type and classification from either of the first two; null if they do not match or are both missing. */
export function completeAccountType(
  type: string | null,
  subType: string | null,
): { type: string; subType: string; classification: string } | null {
  if (type === null && subType === null) return null;
  for (const [name, facts] of Object.entries(ACCOUNT_TYPES)) {
    if (type !== null && name !== type) continue;
    if (subType !== null && !facts.subTypes.includes(subType)) continue;
    return { type: name, subType: subType ?? facts.subTypes[0], classification: facts.classification };
  }
  return null;
}
