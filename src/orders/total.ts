/**
 * The rules between the fields of an order: names of lines, digits of amounts, discounts, and the total
 * (docs/contract.md, section 5). Works on the raw JSON and skips what can't be read, so that one fault never hides
 * another; order.ts reports unreadable fields. Pure.
 */
import Big from "big.js";
import type { FieldError } from "../platform/problem.ts";
import { fractionDigits, isJsonObject } from "./field.ts";
import { type Money, currencyOf, maxAmount, numberOf, shown, sum } from "./raw-amounts.ts";

/** All violations of these rules. `raw` is the order as `parseExactJson` returned it. */
export function totalFaults(raw: unknown, path: string, maxLines: number): FieldError[] {
  if (!isJsonObject(raw)) return [];
  const lines =
    Array.isArray(raw["lines"]) && raw["lines"].length <= maxLines ? raw["lines"].map((line: unknown) => line) : [];
  const errors = lines.flatMap((line, i) => nameFault(line, `${path}.lines[${i}]`));
  const money = currencyOf(raw["currency"]);
  if (!money) return errors;
  errors.push(...digitFaults(raw, lines, path, money));
  const goods = lines.map((line) => lineAmount(line, money));
  errors.push(...goods.flatMap((line, i) => lineFaults(line, `${path}.lines[${i}]`, money)));
  errors.push(...sumFaults(raw, goods, path, money));
  return errors;
}

function nameFault(line: unknown, path: string): FieldError[] {
  if (!isJsonObject(line) || !isBlank(line["sku"]) || !isBlank(line["name"])) return [];
  return [{ path: `${path}.sku`, message: "Each line needs a sku or a name; this one has neither." }];
}

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === "string" && value.trim() === "");
}

/** Amounts that are booked as sent can't have fractions of a cent; quantities and prices can. */
function digitFaults(raw: Record<string, unknown>, lines: unknown[], path: string, money: Money): FieldError[] {
  const amounts: [string, unknown][] = ["discount", "shipping", "tax", "shipping_tax", "total"].map((name) => [
    `${path}.${name}`,
    raw[name],
  ]);
  for (const [i, line] of lines.entries()) {
    if (!isJsonObject(line)) continue;
    for (const name of ["discount", "tax"]) amounts.push([`${path}.lines[${i}].${name}`, line[name]]);
  }
  return amounts.flatMap(([where, value]) => {
    const amount = numberOf(value);
    if (!amount) return [];
    if (amount.gt(maxAmount(money)))
      return [{ path: where, message: `Must be less than ${maxAmount(money).toFixed(0)}.` }];
    if (fractionDigits(amount) <= money.digits) return [];
    return [
      {
        path: where,
        message: `${money.code} has ${digitWords(money.digits)}, but this is ${amount.toFixed()}: round it.`,
      },
    ];
  });
}

function digitWords(digits: number): string {
  return digits === 0 ? "no decimal places" : `${digits} decimal places`;
}

interface LineAmount {
  /** quantity × price, rounded half up. */
  amount: Big;
  discount: Big;
}

/** Null if the line can't be read. */
function lineAmount(line: unknown, money: Money): LineAmount | null {
  if (!isJsonObject(line)) return null;
  const quantity = numberOf(line["quantity"]);
  const price = numberOf(line["unit_price"]);
  const discount = numberOf(line["discount"], new Big(0));
  if (!quantity || !price || !discount || quantity.lte(0) || price.lt(0) || discount.lt(0)) return null;
  return { amount: quantity.times(price).round(money.digits, Big.roundHalfUp), discount };
}

function lineFaults(line: LineAmount | null, path: string, money: Money): FieldError[] {
  if (!line) return [];
  if (line.amount.gt(maxAmount(money)))
    return [{ path: `${path}.unit_price`, message: `The line comes to ${line.amount.toFixed()}, which is too large.` }];
  if (line.discount.lte(line.amount)) return [];
  const message = `The discount of ${shown(line.discount, money)} is larger than the line's amount of ${shown(line.amount, money)}.`;
  return [{ path: `${path}.discount`, message }];
}

function sumFaults(
  raw: Record<string, unknown>,
  lines: (LineAmount | null)[],
  path: string,
  money: Money,
): FieldError[] {
  const discount = numberOf(raw["discount"], new Big(0));
  if (lines.length === 0 || lines.some((line) => line === null) || !discount || discount.lt(0)) return [];
  const whole = sum(lines.map((line) => line?.amount ?? new Big(0)));
  const goods = whole.minus(sum(lines.map((line) => line?.discount ?? new Big(0))));
  if (whole.gt(maxAmount(money)))
    return [{ path: `${path}.lines`, message: `The lines add up to ${whole.toFixed()}, which is too much.` }];
  const errors: FieldError[] = [];
  // If the lines' own discounts already exceed the goods, that is the fault to report, not this one.
  if (discount.gt(goods) && goods.gte(0)) {
    const message = `The order's discount of ${shown(discount, money)} is larger than the lines' total of ${shown(goods, money)}.`;
    errors.push({ path: `${path}.discount`, message });
  }
  return [...errors, ...totalFault(raw, { goods, discount }, path, money)];
}

function totalFault(
  raw: Record<string, unknown>,
  { goods, discount }: { goods: Big; discount: Big },
  path: string,
  money: Money,
): FieldError[] {
  const shipping = numberOf(raw["shipping"], new Big(0));
  const tax = numberOf(raw["tax"], new Big(0));
  const total = numberOf(raw["total"]);
  if (!shipping || !tax || !total) return [];
  const isInside = raw["prices_include_tax"] === true;
  const expected = goods
    .minus(discount)
    .plus(shipping)
    .plus(isInside ? 0 : tax);
  if (expected.eq(total)) return [];
  const [lines, less, freight, duty] = [goods, discount, shipping, tax].map((part) => shown(part, money));
  const message =
    `The total is ${shown(total, money)}, but lines after their discounts (${lines}) minus the order's discount (${less}) ` +
    `plus shipping (${freight})${isInside ? "" : ` plus tax (${duty})`} is ${shown(expected, money)}` +
    `${isInside ? "; the prices include the tax, so it is not added" : ""}.`;
  return [{ path: `${path}.total`, message }];
}
