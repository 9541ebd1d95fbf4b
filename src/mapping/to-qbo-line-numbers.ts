/**
 * Quantity and unit price of a line as QuickBooks takes them: with at most seven decimals (docs/qbo-api.md, section 5.5).
 * It requires Amount = Qty × UnitPrice, rounded half up (6070), and the amount is the order's: so the price gives way, and
 * is left out where no price of seven decimals makes the amount. The quantity always stays, because stock follows it. Pure.
 */
import Big from "big.js";
import type { OrderLine } from "../orders/order.ts";
import { rawNumber } from "../platform/exact-json.ts";
import { formatMinor, roundToMinor } from "../platform/money.ts";
import { MAX_PRICE_DECIMALS } from "../quickbooks/limits.ts";
import type { FittedTexts } from "./fitted-texts.ts";

/** QuickBooks refuses a larger price (docs/qbo-api.md, section 5.5). */
const MAX_PRICE = "99999999999";
/** A quantity that would be rounded to nothing becomes this. */
const LEAST = new Big(10).pow(-MAX_PRICE_DECIMALS);

/** Exact decimals, and the amount in minor units that the line is to have. */
export type LineNumbers = Pick<OrderLine, "quantity" | "unitPrice" | "amountMinor">;

/** `{Qty, UnitPrice}`, or `{Qty}`; every change gets a warning, in which `index` (from 0) names the line. */
export function lineNumbers(
  line: LineNumbers,
  index: number,
  currency: string,
  texts: FittedTexts,
): Record<string, unknown> {
  const quantity = fittedQuantity(line);
  const price = fittedPrice(line, quantity, currency);
  const ofLine = `of line ${index + 1}, `;
  if (!quantity.eq(line.quantity)) {
    const what = `The quantity ${ofLine}${plain(line.quantity)}, has more than the ${MAX_PRICE_DECIMALS} decimals that QuickBooks keeps`;
    texts.warn("quantity_rounded", `${what} and appears there as ${quantity.toFixed()}.`);
  }
  if (price === null) {
    const what = `The unit price ${ofLine}${plain(line.unitPrice)}, was left out`;
    texts.warn(
      "price_left_out",
      `${what}: with the ${MAX_PRICE_DECIMALS} decimals that QuickBooks keeps, no price makes the line's amount. QuickBooks got quantity and amount only.`,
    );
  } else if (!price.eq(line.unitPrice)) {
    const what = `The unit price ${ofLine}${plain(line.unitPrice)}, appears in QuickBooks as ${price.toFixed()}`;
    texts.warn(
      "price_rounded",
      `${what}: QuickBooks keeps ${MAX_PRICE_DECIMALS} decimals, and so the line's amount stays.`,
    );
  }
  return { Qty: rawNumber(quantity.toFixed()), ...(price ? { UnitPrice: rawNumber(price.toFixed()) } : {}) };
}

function fittedQuantity({ quantity }: LineNumbers): Big {
  const fitted = fit(new Big(quantity));
  return fitted.eq(0) ? LEAST : fitted;
}

/** The price itself, or the one that the amount comes to by this quantity; null if neither makes the amount. */
function fittedPrice({ unitPrice, amountMinor }: LineNumbers, quantity: Big, currency: string): Big | null {
  const amount = new Big(formatMinor(amountMinor, currency));
  const prices = [fit(new Big(unitPrice)), fit(amount.div(quantity))];
  const makesAmount = (price: Big): boolean => {
    const product = quantity.times(price);
    // Also if QuickBooks rounds to its two decimals in a currency that has none.
    const isSameInCents = product.round(2, Big.roundHalfUp).eq(amount.round(2, Big.roundHalfUp));
    return price.lte(MAX_PRICE) && isSameInCents && roundToMinor(product, currency) === amountMinor;
  };
  return prices.find(makesAmount) ?? null;
}

function fit(value: Big): Big {
  return value.round(MAX_PRICE_DECIMALS, Big.roundHalfUp);
}

/** Without exponent and trailing zeros: "1.50" → "1.5". */
function plain(decimal: string): string {
  return new Big(decimal).toFixed();
}
