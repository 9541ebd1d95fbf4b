/**
 * The rules between the taxes that an order states (docs/contract.md, section 5): those of its lines and of its shipping
 * may differ from its own by rounding, one minor unit a line, and no more. Works on the raw JSON. Pure.
 */
import Big from "big.js";
import type { FieldError } from "../platform/problem.ts";
import { isJsonObject } from "./field.ts";
import { type Money, currencyOf, numberOf, shown, sum } from "./raw-amounts.ts";

const ZERO = new Big(0);

/** All violations of these rules. `raw` is the order as `parseExactJson` returned it. */
export function taxFaults(raw: unknown, path: string, maxLines: number): FieldError[] {
  if (!isJsonObject(raw) || !Array.isArray(raw["lines"]) || raw["lines"].length > maxLines) return [];
  const money = currencyOf(raw["currency"]);
  const tax = numberOf(raw["tax"], ZERO);
  if (!money || !tax) return [];
  const lines = raw["lines"].map((line: unknown) => (isJsonObject(line) ? numberOf(line["tax"]) : null));
  return [...insideFault(raw, tax, path, money), ...sumFault(raw, { tax, lines }, path, money)];
}

/** Tax that the prices include is part of the total. */
function insideFault(raw: Record<string, unknown>, tax: Big, path: string, money: Money): FieldError[] {
  const total = numberOf(raw["total"]);
  if (raw["prices_include_tax"] !== true || !total || tax.lte(total)) return [];
  const message = `The prices include the tax of ${shown(tax, money)}, so it can't be larger than the total of ${shown(total, money)}.`;
  return [{ path: `${path}.tax`, message }];
}

/** `lines`: the tax of each, null where it is not stated. */
function sumFault(
  raw: Record<string, unknown>,
  { tax, lines }: { tax: Big; lines: (Big | null)[] },
  path: string,
  money: Money,
): FieldError[] {
  const shipping = numberOf(raw["shipping"], ZERO);
  if (!shipping || lines.length === 0) return [];
  const stated = numberOf(raw["shipping_tax"]);
  const ofLines = sum(lines.flatMap((line) => line ?? []));
  const left = tax.minus(ofLines);
  // Shipping that costs nothing bears no tax; what is left for other shipping may be anything.
  const ofShipping = stated ?? (shipping.eq(0) || left.lt(0) ? ZERO : left);
  const isWhole = lines.every((line) => line !== null);
  const excess = ofShipping.minus(left);
  const allowed = new Big(lines.length).div(new Big(10).pow(money.digits));
  if (excess.lte(allowed) && (!isWhole || excess.gte(allowed.neg()))) return [];
  const [taxText, linesText, leftText, shippingText] = [tax, ofLines, left, ofShipping].map((part) =>
    shown(part, money),
  );
  const message =
    `The lines' taxes add up to ${linesText} and the order's tax is ${taxText}, which leaves ${leftText} for shipping, ` +
    `but ${stated ? "shipping_tax" : "the tax on shipping"} is ${shippingText}.`;
  return [{ path: stated ? `${path}.shipping_tax` : `${path}.tax`, message }];
}
