/**
 * The lines of an invoice: which line needs what, exact amounts, shipping, discount, stock (docs/qbo-api.md, section
 * 5.8). It adds up and refuses; it never corrects an amount, because QuickBooks does not either.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { businessRule, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, isObject, objectOf, refOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { amountOf } from "./currency.ts";
import { refTo, resolveRef } from "./kind.ts";
import { addUnderCode, lineTaxCode, type AmountsByCode } from "./line-tax-code.ts";
import { unannouncedOfLine } from "./unannounced.ts";

const SHIPPING_ITEM_ID = "SHIPPING_ITEM_ID";
const ZERO = new Big(0);

export interface LineRequest {
  context: CompanyContext;
  txnDate: string;
  isTaxableCustomer: boolean;
  globalTax: string | null;
  /** Decimals of the invoice's currency. */
  places: number;
  /** Lines that the caller did not send again may refer to a record that has become inactive since. */
  mayBeInactive: boolean;
  previousLineIds: ReadonlySet<string>;
}

export interface LineTotals {
  lines: JsonObject[];
  subtotal: Big;
  discount: Big;
  shipping: Big;
  /** The amounts under each tax code. */
  byTaxCode: AmountsByCode;
}

/** Checks and completes the lines in QuickBooks' order: goods and texts, subtotal, discount, shipping. */
export function buildLines(request: LineRequest, sent: readonly Json[]): LineTotals {
  const totals: LineTotals = { lines: [], subtotal: ZERO, discount: ZERO, shipping: ZERO, byTaxCode: new Map() };
  const discounts: JsonObject[] = [];
  const shippings: JsonObject[] = [];
  const goods: JsonObject[] = [];
  for (const line of sent) {
    if (!isObject(line)) continue;
    const kind = textOf(line["DetailType"]);
    if (kind === null) throw missingParameter("Line.DetailType");
    refuseForeignDetail(line, kind);
    if (kind === "SubTotalLineDetail") continue;
    if (kind === "DiscountLineDetail") discounts.push(line);
    else if (kind === "DescriptionOnly") goods.push(descriptionLine(line));
    else if (refOf(objectOf(line["SalesItemLineDetail"])?.["ItemRef"]) === SHIPPING_ITEM_ID)
      shippings.push(shippingLine(request, line, totals));
    else goods.push(salesLine(request, line, totals));
  }
  if (discounts.length > 1) throw businessRule("A transaction has at most one discount line");
  if (shippings.length > 1) throw businessRule("A transaction has at most one shipping line");
  const numbered = numberLines(request, goods);
  totals.lines = [
    ...numbered,
    { Amount: totals.subtotal, DetailType: "SubTotalLineDetail", SubTotalLineDetail: {} },
    ...discounts.map((line) => discountLine(request, line, totals)),
    ...shippings,
  ];
  return totals;
}

function salesLine(request: LineRequest, line: JsonObject, totals: LineTotals): JsonObject {
  const detail = objectOf(line["SalesItemLineDetail"]);
  if (detail === null) throw missingParameter("Line.SalesItemLineDetail");
  const amount = amountOf(line["Amount"], request.places, "Line.Amount");
  if (amount === null) throw missingParameter("Line.Amount");
  if (amount.lt(0)) refuseNegative(request);
  if (detail["ItemRef"] === undefined || detail["ItemRef"] === null) {
    throw new QuickBooksFault(
      "6440",
      "Transaction Detail Information Required : each line with an amount needs a product or service",
      { element: "Line.SalesItemLineDetail.ItemRef" },
    );
  }
  const path = "Line.SalesItemLineDetail.ItemRef";
  const item = resolveRef(request.context, "Item", {
    ref: detail["ItemRef"],
    path,
    mayBeInactive: request.mayBeInactive,
  });
  if (item["Type"] === "Category") {
    throw new QuickBooksFault("2500", "Invalid Reference Id : Categories cannot be used in transactions.", {
      element: path,
    });
  }
  const quantity = decimalOf(detail["Qty"]);
  const price = decimalOf(detail["UnitPrice"]);
  checkAmount(request, amount, quantity, price);
  checkStock(request, item, quantity);
  const code = lineTaxCode(request, detail, item["Taxable"] === true);
  totals.subtotal = totals.subtotal.plus(amount);
  addUnderCode(totals.byTaxCode, code, { goods: amount, shipping: ZERO });
  if (detail["ClassRef"] !== undefined)
    resolveRef(request.context, "Class", { ref: detail["ClassRef"], path: "Line.SalesItemLineDetail.ClassRef" });
  const account = item["IncomeAccountRef"];
  return {
    ...(textOf(line["Id"]) === null ? {} : { Id: textOf(line["Id"]) }),
    ...(textOf(line["Description"]) === null ? {} : { Description: textOf(line["Description"]) }),
    Amount: amount,
    DetailType: "SalesItemLineDetail",
    SalesItemLineDetail: {
      ItemRef: refTo(item),
      ...priceAndQuantity(amount, quantity, price),
      ...(account === undefined ? {} : { ItemAccountRef: account }),
      ...unannouncedOfLine(request.context),
      ...(code === null ? {} : { TaxCodeRef: { value: code } }),
      ...(detail["ServiceDate"] === undefined ? {} : { ServiceDate: detail["ServiceDate"] }),
      ...(detail["TaxInclusiveAmt"] === undefined ? {} : { TaxInclusiveAmt: detail["TaxInclusiveAmt"] }),
    },
  };
}

/** Negative lines outside the United States are a setting, because their tax is not documented. */
function refuseNegative({ context }: LineRequest): void {
  if (context.profile.country === "US" || context.profile.negative_lines === "by_code") return;
  throw new QuickBooksFault("2290", "Negative amount is not allowed : Line.Amount", { element: "Line.Amount" });
}

/** Amount has to be Qty times UnitPrice, rounded half up to the currency's decimals: one cent off is refused (6070). */
function checkAmount({ places }: LineRequest, amount: Big, quantity: Big | null, price: Big | null): void {
  if (price === null) return;
  const exact = price.times(quantity ?? 1).round(places, Big.roundHalfUp);
  if (exact.eq(amount)) return;
  const supplied = Number(amount.toFixed()).toLocaleString("en-US", {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
  });
  throw new QuickBooksFault(
    "6070",
    `Amount calculation incorrect in the request : Amount is not equal to UnitPrice * Qty. Supplied value:${supplied}`,
    { element: "Line.Amount" },
  );
}

function priceAndQuantity(amount: Big, quantity: Big | null, price: Big | null): JsonObject {
  if (price !== null) return { UnitPrice: price, Qty: quantity ?? new Big(1) };
  if (quantity === null) return {};
  return { UnitPrice: quantity.eq(0) ? ZERO : amount.div(quantity).round(7, Big.roundHalfUp), Qty: quantity };
}

function checkStock(request: LineRequest, item: JsonObject, quantity: Big | null): void {
  if (item["Type"] !== "Inventory") return;
  const name = textOf(item["Name"]) ?? "";
  if (quantity === null) {
    throw new QuickBooksFault("6520", `Missing Tracked Inventory Item Quantity : ${name}`, {
      element: "Line.SalesItemLineDetail.Qty",
    });
  }
  const start = textOf(item["InvStartDate"]);
  if (start !== null && request.txnDate < start) {
    throw new QuickBooksFault("6270", `Transaction date is prior to start date for inventory item ${name} (${start})`, {
      element: "TxnDate",
    });
  }
}

function shippingLine(request: LineRequest, line: JsonObject, totals: LineTotals): JsonObject {
  const detail = objectOf(line["SalesItemLineDetail"]) ?? {};
  const amount = amountOf(line["Amount"], request.places, "Line.Amount");
  if (amount === null) throw missingParameter("Line.Amount");
  if (!request.context.profile.allow_shipping && !request.mayBeInactive) {
    throw businessRule("Shipping is turned off in this company's sales settings");
  }
  if (detail["Qty"] !== undefined || detail["UnitPrice"] !== undefined)
    throw businessRule("A shipping line has no quantity and no unit price");
  const code = lineTaxCode(request, detail, false);
  totals.shipping = totals.shipping.plus(amount);
  addUnderCode(totals.byTaxCode, code, { goods: ZERO, shipping: amount });
  return {
    Amount: amount,
    DetailType: "SalesItemLineDetail",
    SalesItemLineDetail: {
      ItemRef: { value: SHIPPING_ITEM_ID },
      ...(code === null ? {} : { TaxCodeRef: { value: code } }),
    },
  };
}

function discountLine(request: LineRequest, line: JsonObject, totals: LineTotals): JsonObject {
  const { context } = request;
  if (!context.profile.allow_discount && !request.mayBeInactive)
    throw businessRule("Discounts are turned off in this company's sales settings");
  if (request.globalTax === "TaxInclusive")
    throw businessRule("A discount line cannot be used where the amounts include tax");
  const detail = objectOf(line["DiscountLineDetail"]) ?? {};
  const isPercent = detail["PercentBased"] === true;
  const percent = decimalOf(detail["DiscountPercent"]);
  const sent = amountOf(line["Amount"], request.places, "Line.Amount");
  if (isPercent ? percent === null : sent === null) {
    throw new QuickBooksFault("6090", "A discount line needs an amount, or a percent where it is based on percent", {
      element: "Line.DiscountLineDetail",
    });
  }
  const amount =
    isPercent && percent !== null
      ? totals.subtotal.times(percent).div(100).round(request.places, Big.roundHalfUp)
      : (sent ?? ZERO);
  if (amount.lt(0))
    throw new QuickBooksFault("2290", "Negative amount is not allowed on a discount line", { element: "Line.Amount" });
  const ref = detail["DiscountAccountRef"];
  const account =
    ref === undefined
      ? context.store.findByName("Account", "Discounts given")
      : resolveRef(context, "Account", {
          ref,
          path: "Line.DiscountLineDetail.DiscountAccountRef",
          mayBeInactive: request.mayBeInactive,
        });
  if (account === null) throw missingParameter("Line.DiscountLineDetail.DiscountAccountRef");
  totals.discount = amount;
  return {
    Amount: amount,
    ...(textOf(line["Description"]) === null ? {} : { Description: textOf(line["Description"]) }),
    DetailType: "DiscountLineDetail",
    DiscountLineDetail: {
      PercentBased: isPercent,
      ...(percent === null ? {} : { DiscountPercent: percent }),
      DiscountAccountRef: refTo(account),
    },
  };
}

function descriptionLine(line: JsonObject): JsonObject {
  const amount = decimalOf(line["Amount"]);
  if (amount !== null && !amount.eq(0)) {
    throw new QuickBooksFault(
      "6440",
      "Transaction Detail Information Required : a line with an amount needs a product or service",
      { element: "Line.Amount" },
    );
  }
  return {
    ...(textOf(line["Id"]) === null ? {} : { Id: textOf(line["Id"]) }),
    Description: textOf(line["Description"]) ?? "",
    DetailType: "DescriptionOnly",
    DescriptionLineDetail: objectOf(line["DescriptionLineDetail"]) ?? {},
  };
}

/** A line carries the detail that its DetailType names and no other. */
function refuseForeignDetail(line: JsonObject, kind: string): void {
  const own = kind === "DescriptionOnly" ? "DescriptionLineDetail" : kind;
  const other = ["SalesItemLineDetail", "DescriptionLineDetail", "DiscountLineDetail"].find(
    (name) => name !== own && line[name] !== undefined && line[name] !== null,
  );
  if (other !== undefined) {
    throw new QuickBooksFault("2600", `Conflicting elements : Line.DetailType ${kind} with Line.${other}`, {
      element: `Line.${other}`,
    });
  }
}

/** Lines keep their Ids; a new one gets the next free number. */
function numberLines(request: LineRequest, lines: JsonObject[]): JsonObject[] {
  const used = new Set<string>();
  let last = [...request.previousLineIds].reduce((most, id) => Math.max(most, Number(id)), 0);
  return lines.map((line, index) => {
    const sent = textOf(line["Id"]);
    const isKept = sent !== null && request.previousLineIds.has(sent) && !used.has(sent);
    const id = isKept ? sent : String((last += 1));
    used.add(id);
    return { ...line, Id: id, LineNum: new Big(index + 1) };
  });
}
