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

export interface FoundRates {
  rates: ReadonlyMap<Part, string>;
  doubt: RateDoubt | null;
  /** The order has tax, but says of no line that it is taxable: all lines were taken for taxable. */
  areAllTaxable: boolean;
}

/** The exact tax of an amount in units, by a rate in per cent. */
export function taxOf(amount: number, rate: string, isInside: boolean): Big {
  const whole = isInside ? new Big(100).plus(rate) : new Big(100);
  return new Big(amount).times(rate).div(whole);
}

/** The exact tax of a part, as the order states it or by its rate. */
export function taxOfPart(part: Part, rate: string, isInside: boolean): Big {
  return part.stated.tax ?? taxOf(baseOf(part), rate, isInside);
}

export interface KnownRates {
  /** The company's rates, ascending. */
  all: readonly string[];
  /** The rate of its usual tax code, if it has one: what is in doubt gets it. */
  usual: string | null;
}

/** The rates of all parts. */
export function findRates(order: OrderAmounts, known: KnownRates): FoundRates {
  const rates = new Map<Part, string>();
  for (const part of order.parts) {
    const rate = part.stated.rate ?? (part.stated.tax && rateOfTax(part, part.stated.tax, order.isInside, known.all));
    if (rate !== null) rates.set(part, rate);
  }
  const { sought, areAllTaxable } = linesToFind(order, rates);
  const shipping = order.parts.find((part) => part.line === null && !rates.has(part));
  let doubt: RateDoubt | null = null;
  if (!isSettled(order, rates, sought)) doubt = seek({ order, rates, known }, sought, shipping);
  else if (shipping) rates.set(shipping, rateOfRest(order, rates, shipping, known));
  for (const part of order.parts) if (!rates.has(part)) rates.set(part, ZERO_RATE);
  return { rates, areAllTaxable, doubt: doubt ?? doubtOfSum(order, rates) };
}

/**
 * The company's rate that gives the stated tax within a unit a piece, since some shops round the tax of each piece; else the
 * rate that it comes to, which no code of the company has.
 */
function rateOfTax(part: Part, tax: Big, isInside: boolean, known: readonly string[]): string {
  const base = baseOf(part);
  const distance = (rate: string): Big => taxOf(base, rate, isInside).minus(tax).abs();
  const nearest = nearestOf(known, distance);
  const allowed = part.quantity.round(0, Big.roundUp);
  const net = isInside ? new Big(base).minus(tax) : new Big(base);
  if (nearest !== null && (distance(nearest).lte(allowed) || net.lte(0))) return nearest;
  return net.lte(0) ? ZERO_RATE : tax.times(100).div(net).round(2).toFixed();
}

/** The lines whose rate follows from the order's tax: the taxable ones that state nothing themselves. */
function linesToFind(
  order: OrderAmounts,
  rates: ReadonlyMap<Part, string>,
): { sought: readonly Part[]; areAllTaxable: boolean } {
  const unstated = order.parts.filter((part) => part.line !== null && !rates.has(part));
  const sought = unstated.filter(({ isTaxable }) => isTaxable);
  const areAllTaxable =
    sought.length === 0 && unstated.length > 0 && restOf(order, rates).gt(countTaxed(order.parts, rates));
  return { sought: areAllTaxable ? unstated : sought, areAllTaxable };
}

/** Whether no tax is left for the lines that are sought. */
function isSettled(order: OrderAmounts, rates: ReadonlyMap<Part, string>, sought: readonly Part[]): boolean {
  return sought.length === 0 || restOf(order, rates).abs().lt(0.5);
}

/** What is left of the tax is the shipping's. */
function rateOfRest(order: OrderAmounts, rates: ReadonlyMap<Part, string>, shipping: Part, known: KnownRates): string {
  const rest = restOf(order, rates);
  const distance = (rate: string): Big => taxOf(baseOf(shipping), rate, order.isInside).minus(rest).abs();
  return nearestOf([ZERO_RATE, ...known.all], distance) ?? ZERO_RATE;
}

interface Search {
  order: OrderAmounts;
  rates: Map<Part, string>;
  known: KnownRates;
}

/** The one rate that gives what is left of the order's tax: on lines and shipping, else on the lines alone. */
function seek({ order, rates, known }: Search, lines: readonly Part[], shipping: Part | undefined): RateDoubt | null {
  const rest = restOf(order, rates);
  const countOthers = countTaxed(order.parts, rates);
  const allowed = lines.length + countOthers;
  // What is left may be the rounding of other lines; else the zero rate can't give it.
  const candidates = countOthers > 0 ? known.all : known.all.filter((rate) => rate !== ZERO_RATE);
  const sets = shipping ? [[...lines, shipping], lines] : [lines];
  const distanceOn = (parts: readonly Part[]) => {
    const base = parts.reduce((sum, part) => sum + baseOf(part), 0);
    return (rate: string): Big => taxOf(base, rate, order.isInside).minus(rest).abs();
  };
  let count = 0;
  for (const parts of sets) {
    const distance = distanceOn(parts);
    const [only, ...others] = candidates.filter((rate) => distance(rate).lte(allowed));
    if (only !== undefined && others.length === 0) {
      for (const part of parts) rates.set(part, only);
      return null;
    }
    count = Math.max(count, only === undefined ? 0 : others.length + 1);
  }
  const assumed = known.usual ?? nearestOf(known.all, distanceOn(lines));
  if (assumed !== null) for (const part of lines) rates.set(part, assumed);
  return { kind: "rate_not_stated", tried: known.all, count };
}

/** Whether all rates together make the order's tax, within a unit a line. */
function doubtOfSum(order: OrderAmounts, rates: ReadonlyMap<Part, string>): RateDoubt | null {
  const sum = taxOfParts(order, rates);
  const allowed = Math.max(1, countTaxed(order.parts, rates));
  // A tax on nothing is no rounding.
  const isNothing = sum.eq(0) && order.tax > 0;
  if (!isNothing && sum.minus(order.tax).abs().lte(allowed)) return null;
  return { kind: "stated_differently", comesTo: Number(sum.round(0, Big.roundHalfUp).toFixed()) };
}

/** What the order's tax leaves for the parts without a rate; rounding may make it negative. */
function restOf(order: OrderAmounts, rates: ReadonlyMap<Part, string>): Big {
  return new Big(order.tax).minus(taxOfParts(order, rates));
}

function taxOfParts({ parts, isInside }: OrderAmounts, rates: ReadonlyMap<Part, string>): Big {
  return parts.reduce((sum, part) => {
    const rate = rates.get(part);
    return rate === undefined ? sum : sum.plus(taxOfPart(part, rate, isInside));
  }, new Big(0));
}

/** The lines that have a rate above zero: each may have rounded its tax. */
function countTaxed(parts: readonly Part[], rates: ReadonlyMap<Part, string>): number {
  return parts.filter((part) => part.line !== null && (rates.get(part) ?? ZERO_RATE) !== ZERO_RATE).length;
}

/** Of equal ones the first. */
function nearestOf(rates: readonly string[], distance: (rate: string) => Big): string | null {
  let best: { rate: string; distance: Big } | null = null;
  for (const rate of rates) {
    const found = distance(rate);
    if (best === null || found.lt(best.distance)) best = { rate, distance: found };
  }
  return best?.rate ?? null;
}
