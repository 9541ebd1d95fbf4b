/**
 * The tax rate of each line of an order and of its shipping (docs/contract.md, section 8, *Tax*): the rate that is stated,
 * else what the stated tax amounts to, else the one rate of the company that gives the order's tax. A rate is decimal text
 * in per cent without trailing zeros. Pure.
 */
import Big from "big.js";
import { type OrderAmounts, type Part, baseOf } from "./order-amounts.ts";

const ZERO_RATE = "0";

/** Why the rates of an order don't make its tax. */
export type RateDoubt =
  /** The order states no rates, and not exactly one of the company's gives its tax; `count` is how many do. */
  | { kind: "rate_not_stated"; tried: readonly string[]; count: number }
  /** The taxes and rates that it states come to another tax, in units. */
  | { kind: "stated_differently"; comesTo: number };

export type Rates = ReadonlyMap<Part, string>;

export interface FoundRates {
  /** Of every part. */
  rates: Rates;
  doubt: RateDoubt | null;
  /** The order has tax, but says of no line that it is taxable: all lines were taken for taxable. */
  areAllTaxable: boolean;
}

export interface KnownRates {
  /** The company's rates, ascending. */
  all: readonly string[];
  /** The rate of its usual tax code, if it has one: what is in doubt gets it. */
  usual: string | null;
}

/** The exact tax of an amount in units, by a rate in per cent. */
export function taxOf(amount: number, rate: string, isInside: boolean): Big {
  const whole = isInside ? new Big(100).plus(rate) : new Big(100);
  return new Big(amount).times(rate).div(whole);
}

/** The exact tax of a part, as the order states it or by its rate. What is free has none, whatever is stated. */
export function taxOfPart(part: Part, rate: string, isInside: boolean): Big {
  const base = baseOf(part);
  return base <= 0 ? new Big(0) : (part.stated.tax ?? taxOf(base, rate, isInside));
}

/** The rates of all parts. */
export function findRates(order: OrderAmounts, known: KnownRates): FoundRates {
  const stated = statedRates(order, known.all);
  const { lines, areAllTaxable } = linesToFind(order, stated);
  const shipping = order.parts.find((part) => part.line === null && !stated.has(part)) ?? null;
  const isSettled = lines.length === 0 || restOf(order, stated).abs().lt(0.5);
  const found = isSettled
    ? { rates: rateOfRest(order, stated, shipping, known.all), doubt: null }
    : seek(order, stated, { lines, shipping }, known);
  const others = new Map(order.parts.map((part) => [part, ZERO_RATE]));
  const rates = new Map([...others, ...stated, ...found.rates]);
  return { rates, areAllTaxable, doubt: found.doubt ?? doubtOfSum(order, rates) };
}

/** The rates that the order states, and those that the taxes which it states amount to. */
function statedRates(order: OrderAmounts, known: readonly string[]): Rates {
  const rates = new Map<Part, string>();
  for (const part of order.parts) {
    const { rate, tax } = part.stated;
    if (rate !== null) rates.set(part, rate);
    else if (tax !== null) rates.set(part, rateOfTax(part, tax, order.isInside, known));
  }
  return rates;
}

/**
 * The company's rate that gives the tax within a unit, or if the tax of each piece is rounded, as some shops do; else the rate
 * that it comes to, which no code of the company has.
 */
function rateOfTax(part: Part, tax: Big, isInside: boolean, known: readonly string[]): string {
  const base = baseOf(part);
  const net = isInside ? new Big(base).minus(tax) : new Big(base);
  const nearest = nearestTo(tax, base, isInside, known) ?? ZERO_RATE;
  if (net.lte(0) || taxOf(base, nearest, isInside).minus(tax).abs().lte(1)) return nearest;
  const byPiece = known.find((rate) => isTaxOfPieces(part, rate, isInside, tax));
  return byPiece ?? tax.times(100).div(net).round(3).toFixed();
}

/** Whether the tax is that of one piece, rounded either way, times the pieces. */
function isTaxOfPieces(part: Part, rate: string, isInside: boolean, tax: Big): boolean {
  const { quantity } = part;
  const ofPiece = taxOf(baseOf(part), rate, isInside).div(quantity);
  return [Big.roundDown, Big.roundUp].some((rounding) =>
    ofPiece.round(0, rounding).times(quantity).minus(tax).abs().lte(1),
  );
}

/** The lines whose rate follows from the order's tax: the taxable ones that state nothing themselves. */
function linesToFind(order: OrderAmounts, stated: Rates): { lines: readonly Part[]; areAllTaxable: boolean } {
  const unstated = order.parts.filter((part) => part.line !== null && !stated.has(part));
  const taxable = unstated.filter(({ isTaxable }) => isTaxable);
  // With a line whose own tax is stated there is a taxable one, and the others may be without.
  const areAllTaxable =
    taxable.length === 0 && unstated.length > 0 && countTaxed(order, stated) === 0 && restOf(order, stated).gt(0);
  return { lines: areAllTaxable ? unstated : taxable, areAllTaxable };
}

/** What the lines leave of the tax is the shipping's. */
function rateOfRest(order: OrderAmounts, stated: Rates, shipping: Part | null, known: readonly string[]): Rates {
  if (shipping === null) return new Map();
  const rest = restOf(order, stated);
  return new Map([[shipping, nearestTo(rest, baseOf(shipping), order.isInside, [ZERO_RATE, ...known]) ?? ZERO_RATE]]);
}

/** The one rate that gives what is left of the order's tax, within a unit a line: with the shipping, else without it. */
function seek(
  order: OrderAmounts,
  stated: Rates,
  { lines, shipping }: { lines: readonly Part[]; shipping: Part | null },
  known: KnownRates,
): { rates: Rates; doubt: RateDoubt | null } {
  const rest = restOf(order, stated);
  const countStated = countTaxed(order, stated);
  const allowed = lines.length + countStated;
  // What is left may be the rounding of other lines; if there are none, the zero rate can't give it.
  const candidates = countStated > 0 ? known.all : known.all.filter((rate) => rate !== ZERO_RATE);
  const fitting = (parts: readonly Part[]): string[] =>
    candidates.filter((rate) => taxOf(sumOf(parts), rate, order.isInside).minus(rest).abs().lte(allowed));
  const tries = [...(shipping ? [[...lines, shipping]] : []), lines].map((parts) => ({ parts, fit: fitting(parts) }));
  const found = tries.find(({ fit }) => fit.length === 1);
  const [one] = found?.fit ?? [];
  if (found && one !== undefined) return { rates: new Map(found.parts.map((part) => [part, one])), doubt: null };
  const assumed = known.usual ?? nearestTo(rest, sumOf(lines), order.isInside, known.all) ?? ZERO_RATE;
  const count = Math.max(...tries.map(({ fit }) => fit.length));
  return {
    rates: new Map(lines.map((part) => [part, assumed])),
    doubt: { kind: "rate_not_stated", tried: known.all, count },
  };
}

/** Whether all rates together make the order's tax, within a unit a line; the shipping's tax is rounded like a line's. */
function doubtOfSum(order: OrderAmounts, rates: Rates): RateDoubt | null {
  const sum = taxOfAll(order, rates);
  const allowed = Math.max(1, order.parts.filter((part) => isTaxedBy(part, rates)).length);
  // A tax on nothing is no rounding.
  const isNothing = sum.eq(0) && order.tax > 0;
  if (!isNothing && sum.minus(order.tax).abs().lte(allowed)) return null;
  return { kind: "stated_differently", comesTo: Number(sum.round(0, Big.roundHalfUp).toFixed()) };
}

/** What the order's tax leaves for the parts without a rate; rounding may make it negative. */
function restOf(order: OrderAmounts, rates: Rates): Big {
  return new Big(order.tax).minus(taxOfAll(order, rates));
}

function taxOfAll({ isInside }: OrderAmounts, rates: Rates): Big {
  return [...rates].reduce((sum, [part, rate]) => sum.plus(taxOfPart(part, rate, isInside)), new Big(0));
}

/** How many lines have a rate above zero: each may have rounded its tax. */
function countTaxed({ parts }: OrderAmounts, rates: Rates): number {
  return parts.filter((part) => part.line !== null && isTaxedBy(part, rates)).length;
}

function isTaxedBy(part: Part, rates: Rates): boolean {
  return (rates.get(part) ?? ZERO_RATE) !== ZERO_RATE;
}

function sumOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + baseOf(part), 0);
}

/** The rate whose tax on `base` is nearest; of equal ones the first. Null if there are no rates. */
function nearestTo(tax: Big, base: number, isInside: boolean, rates: readonly string[]): string | null {
  const distances = rates.map((rate) => ({ rate, distance: taxOf(base, rate, isInside).minus(tax).abs() }));
  return distances.toSorted((a, b) => a.distance.cmp(b.distance))[0]?.rate ?? null;
}
