/**
 * Order systems as they are: each rounds its tax by line or by order, has it inside its prices or beside them, and states
 * rates, taxes of lines, or the order's tax alone. Every order is consistent in itself, and its shop knows its true rates.
 */
import type { SeededRandom } from "../../../simulation/random.ts";
import type { Company } from "./companies.ts";
import { type Exact, ZERO, compare, decimal, exact, minus, over, plus, rounded, sumOf, times } from "./exact.ts";

export interface ShopOrder {
  /** As it is sent (docs/contract.md, section 5). */
  wire: Record<string, unknown> & { tax: string; total: string };
  /** What is taxed, exactly: of each line and of the shipping, after all discounts, as the prices have it. */
  bases: readonly Exact[];
  shippingBase: Exact;
  /** In per cent. */
  rates: readonly string[];
  shippingRate: string;
  isInside: boolean;
  /** What is stated of every line and of the shipping; `order`: the order's tax alone. */
  states: "rates" | "taxes" | "both" | "order";
}

interface Line {
  quantity: Exact;
  price: Exact;
  amount: Exact;
  discount: Exact;
  isTaxable: boolean;
  rate: string;
}

const HUNDRED = exact("100");

export function randomOrder(random: SeededRandom, company: Company, serial: number): ShopOrder {
  const { digits } = company;
  const chance = (percent: number): boolean => random.below(100) < percent;
  const states = pick(random, ["rates", "taxes", "both", "order", "order"] as const);
  const isInside = chance(company.name.includes("inside") ? 90 : 25);
  const roundsByLine = chance(50);
  const rates = ratesOf(random, company, states);
  const lines = Array.from({ length: 1 + random.below(6) }, () => randomLine(random, company, rates));
  const goods = sumOf(lines.map(({ amount, discount }) => minus(amount, discount)));
  const discount = chance(40) ? part(random, goods, digits) : ZERO;
  const shipping = chance(60) ? randomAmount(random, 5_000, digits) : ZERO;
  const shippingRate = chance(50) ? rates.usual : rates.none;
  const bases = lines.map((line) => {
    const left = minus(line.amount, line.discount);
    return goods.n === 0n ? left : minus(left, over(times(discount, left), goods));
  });
  const taxOf = (base: Exact, rate: string): Exact =>
    over(times(base, exact(rate)), isInside ? plus(HUNDRED, exact(rate)) : HUNDRED);
  const ofLines = lines.map(({ rate }, index) => taxOf(bases[index] ?? ZERO, rate));
  const ofShipping = taxOf(shipping, shippingRate);
  const round = (amount: Exact): Exact => rounded(amount, digits);
  const tax = roundsByLine ? sumOf([...ofLines, ofShipping].map(round)) : round(sumOf([...ofLines, ofShipping]));
  const net = plus(minus(goods, discount), shipping);
  const total = isInside ? net : plus(net, tax);
  const text = (amount: Exact): string => decimal(amount, digits);
  const stateRates = states === "rates" || states === "both";
  const stateTaxes = states === "taxes" || states === "both";
  const stateShippingTax = stateTaxes && chance(50);
  return {
    wire: {
      id: `o-${serial}`,
      number: `${serial}`,
      currency: company.currency,
      customer: { id: "c-1", name: "Quayside Stores" },
      lines: lines.map((line, index) => ({
        sku: `SKU-${index}`,
        quantity: decimal(line.quantity, 3),
        unit_price: decimal(line.price, digits + 2),
        discount: text(line.discount),
        taxable: line.isTaxable,
        ...(stateRates ? { tax_rate: line.rate } : {}),
        ...(stateTaxes ? { tax: text(round(ofLines[index] ?? ZERO)) } : {}),
      })),
      discount: text(discount),
      shipping: text(shipping),
      tax: text(tax),
      total: text(total),
      ...(stateRates ? { shipping_tax_rate: shippingRate } : {}),
      ...(stateShippingTax ? { shipping_tax: text(round(ofShipping)) } : {}),
      ...(isInside ? { prices_include_tax: true } : {}),
    },
    bases,
    shippingBase: shipping,
    rates: lines.map(({ rate }) => rate),
    shippingRate,
    isInside,
    states,
  };
}

interface ShopRates {
  /** Of taxable lines. */
  taxable: readonly string[];
  usual: string;
  none: string;
}

/** Only in the US does one rate hold for a whole order; where rates are not stated, most orders have one. */
function ratesOf(random: SeededRandom, { rates, judged }: Company, states: ShopOrder["states"]): ShopRates {
  const above = rates.filter((rate) => rate !== "0");
  const usual = pick(random, above);
  const hasOne = judged.way !== "by_code" || (states === "order" && random.below(100) < 85);
  return {
    taxable: random.below(100) < 10 && rates.includes("0") ? ["0"] : hasOne ? [usual] : rates,
    usual,
    none: "0",
  };
}

function randomLine(random: SeededRandom, { digits }: Company, rates: ShopRates): Line {
  const isTaxable = random.below(100) < 80;
  const quantity =
    random.below(100) < 70 ? exact(1 + random.below(20)) : { n: BigInt(1 + random.below(20_000)), d: 1000n };
  const price = { n: BigInt(random.below(2_000_000)), d: 10n ** BigInt(digits + 2) };
  const plainPrice = random.below(100) < 70 ? rounded(price, digits) : price;
  const amount = rounded(times(quantity, plainPrice), digits);
  const discount = random.below(100) < 30 ? part(random, amount, digits) : ZERO;
  return {
    quantity,
    price: plainPrice,
    amount,
    discount,
    isTaxable,
    rate: isTaxable ? pick(random, rates.taxable) : rates.none,
  };
}

/** A share of the amount; one in twenty is all of it. */
function part(random: SeededRandom, amount: Exact, digits: number): Exact {
  if (random.below(20) === 0) return amount;
  const share = rounded(times(amount, { n: BigInt(random.below(1000)), d: 2000n }), digits);
  return compare(share, amount) > 0 ? amount : share;
}

function randomAmount(random: SeededRandom, below: number, digits: number): Exact {
  return { n: BigInt(random.below(below)), d: 10n ** BigInt(digits) };
}

function pick<T>(random: SeededRandom, from: readonly T[]): T {
  const picked = from[random.below(from.length)];
  if (picked === undefined) throw new Error("Nothing to pick from");
  return picked;
}
