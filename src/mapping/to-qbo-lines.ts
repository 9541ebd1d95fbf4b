/**
 * The lines of a QuickBooks invoice and its tax, with the amounts and tax codes of the tax plan (docs/contract.md, section
 * 8; docs/qbo-api.md, sections 5.6 and 5.8). Pure.
 */
import Big from "big.js";
import type { OrderLine } from "../orders/order.ts";
import { rawNumber } from "../platform/exact-json.ts";
import { MAX_LINE_DESCRIPTION_CHARS, MAX_PRICE_DECIMALS } from "../quickbooks/limits.ts";
import type { FittedTexts } from "./fitted-texts.ts";
import type { BookedAmount, Booking } from "./tax/booking.ts";
import { formatUnits, minorOf } from "./tax/order-amounts.ts";
import type { PlannedTax } from "./tax/plan-order.ts";
import { lineNumbers } from "./to-qbo-line-numbers.ts";
import type { MappingInput } from "./to-qbo-invoice.ts";

/** QuickBooks' own item for the shipping line of an invoice (docs/qbo-api.md, section 5.8). */
const SHIPPING_ITEM_ID = "SHIPPING_ITEM_ID";

type Json = Record<string, unknown>;
type LinesInput = Pick<MappingInput, "content" | "links" | "tax">;

/** `Line`: the goods, the shipping, the discounts. */
export function linesOf({ content, links, tax }: LinesInput, texts: FittedTexts): Json[] {
  const { booking } = tax.plan;
  const { shipping, discounts, hasDiscountLine } = booking;
  const goods = content.order.lines.map((line, index) => {
    const [itemId, booked] = [links.itemIds[index], booking.lines[index]];
    if (itemId === undefined || !booked) throw new Error(`Line ${index + 1} has no item or no amount`);
    return goodsLine({ line, index, itemId, booked }, content.order.currency, tax, texts);
  });
  const freight = shipping ? [shippingLine(shipping, links.shippingItemId, booking)] : [];
  return [
    ...goods,
    ...freight,
    ...discounts.map((booked) =>
      hasDiscountLine ? discountLine(booked, booking) : negativeLine(booked, links.discountItemId, booking),
    ),
  ];
}

/** `TxnTaxDetail`, and how QuickBooks is to read it. */
export function taxOf({ way, plan: { booking } }: PlannedTax): Json {
  const { tax, taxCode, taxLines, isTaxAfterDiscount } = booking;
  return {
    TxnTaxDetail: {
      ...(taxCode ? { TxnTaxCodeRef: { value: taxCode.id } } : {}),
      TotalTax: money(tax, booking),
      ...(taxLines.length > 0
        ? {
            TaxLine: taxLines.map(({ rateId, amount, taxable }) => ({
              Amount: money(amount, booking),
              DetailType: "TaxLineDetail",
              TaxLineDetail: {
                TaxRateRef: { value: rateId },
                PercentBased: true,
                NetAmountTaxable: money(taxable, booking),
              },
            })),
          }
        : {}),
    },
    ...(way === "by_code" ? { GlobalTaxCalculation: "TaxExcluded" } : {}),
    ...(way === "by_hand" ? { ApplyTaxAfterDiscount: isTaxAfterDiscount } : {}),
  };
}

interface GoodsLine {
  line: OrderLine;
  index: number;
  itemId: string;
  booked: BookedAmount;
}

function goodsLine(
  { line, index, itemId, booked }: GoodsLine,
  currency: string,
  tax: PlannedTax,
  texts: FittedTexts,
): Json {
  const { booking } = tax.plan;
  const description = [line.name, line.description].filter((text) => text !== null && text !== "").join(" - ");
  const fitted = texts.fit(description, MAX_LINE_DESCRIPTION_CHARS, `The description of line ${index + 1}`);
  const amount = money(booked.amount, booking);
  const numbers = tax.order.isInside ? netNumbers(line, booked, booking) : line;
  const amountMinor = minorOf(booked.amount, currency);
  return {
    DetailType: "SalesItemLineDetail",
    Amount: amount,
    ...(fitted ? { Description: fitted } : {}),
    SalesItemLineDetail: {
      ItemRef: { value: itemId },
      ...lineNumbers({ ...numbers, amountMinor }, index, currency, texts),
      ...taxCode(booked),
    },
  };
}

/** A price with tax inside becomes the net price that the line's net amount comes to. */
function netNumbers({ quantity }: OrderLine, { amount }: BookedAmount, { digits }: Booking) {
  const price = new Big(formatUnits(amount, digits)).div(quantity).round(MAX_PRICE_DECIMALS, Big.roundHalfUp);
  return { quantity, unitPrice: price.toFixed() };
}

function shippingLine(booked: BookedAmount, itemId: string | null, booking: Booking): Json {
  return {
    DetailType: "SalesItemLineDetail",
    Amount: money(booked.amount, booking),
    ...(itemId ? { Description: "Shipping" } : {}),
    SalesItemLineDetail: { ItemRef: { value: itemId ?? SHIPPING_ITEM_ID }, ...taxCode(booked) },
  };
}

function discountLine({ amount }: BookedAmount, booking: Booking): Json {
  return {
    DetailType: "DiscountLineDetail",
    Amount: money(amount, booking),
    DiscountLineDetail: { PercentBased: false },
  };
}

function negativeLine(booked: BookedAmount, itemId: string | null, booking: Booking): Json {
  if (itemId === null) throw new Error("The discount has no item");
  return {
    DetailType: "SalesItemLineDetail",
    Amount: money(-booked.amount, booking),
    Description: "Discount",
    SalesItemLineDetail: { ItemRef: { value: itemId }, ...taxCode(booked) },
  };
}

function taxCode({ code }: BookedAmount): Json {
  return code === null ? {} : { TaxCodeRef: { value: code } };
}

function money(units: number, { digits }: Booking): unknown {
  return rawNumber(formatUnits(units, digits));
}
