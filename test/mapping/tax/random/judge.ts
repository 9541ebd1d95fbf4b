/**
 * The judge of the random proof: works out by itself what QuickBooks makes of a payload, whether that is the order, and
 * whether a reason for booking nothing is true. A third computation, in exact fractions: it shares no code with the mapping
 * or with the emulator. Its rules are those of docs/contract.md, section 8, *Tax*, and docs/qbo-api.md, section 5.6.
 */
import {
  type Exact,
  ZERO,
  compare,
  decimal,
  exact,
  isWithin,
  minus,
  over,
  plus,
  rounded,
  sumOf,
  times,
} from "./exact.ts";
import type { ShopOrder } from "./shop.ts";

export interface JudgedCompany {
  way: "automated" | "by_hand" | "off" | "by_code";
  /** Decimals of its currency. */
  digits: number;
  hasDiscountLine: boolean;
  codes: ReadonlyMap<string, { name: string; rates: readonly { rateId: string; percent: string }[] }>;
}

const HUNDRED = exact("100");

/** A sales line with its exact amounts. */
interface Line {
  amount: Exact;
  code: string | null;
  isShipping: boolean;
  quantity: Exact | null;
  price: Exact | null;
}

interface Payload {
  lines: Line[];
  discount: Exact;
  totalTax: Exact;
  taxLines: { rateId: string; amount: Exact; net: Exact }[];
  taxCode: string | null;
  isTaxAfterDiscount: boolean;
}

/** What is wrong with a payload; empty if it is the order, to the minor unit. */
export function faultsOf(json: string, order: ShopOrder, company: JudgedCompany): string[] {
  const payload = readPayload(json);
  const { tax, total } = totalOf(payload, company);
  const ours = { tax: exact(order.wire.tax), total: exact(order.wire.total) };
  const text = (amount: Exact): string => decimal(amount, 2);
  return [
    ...(compare(total, ours.total) === 0 ? [] : [`total ${text(total)} instead of ${text(ours.total)}`]),
    ...(compare(tax, ours.tax) === 0 ? [] : [`tax ${text(tax)} instead of ${text(ours.tax)}`]),
    ...payload.lines.flatMap((line, index) => lineFault(line, index, company)),
    ...(company.way === "by_code" ? codeFaults(payload, order, company) : []),
  ];
}

/** Tax and total that QuickBooks makes of it. */
export function totalOf(payload: Payload, company: JudgedCompany): { tax: Exact; total: Exact } {
  const tax = taxOf(payload, company);
  const lines = sumOf(payload.lines.map(({ amount }) => amount));
  return { tax, total: plus(minus(lines, payload.discount), tax) };
}

function taxOf(payload: Payload, company: JudgedCompany): Exact {
  switch (company.way) {
    case "off":
      return ZERO;
    case "automated":
      return payload.lines.some(({ code }) => code === "TAX") ? payload.totalTax : ZERO;
    case "by_hand":
      return payload.taxCode === null ? ZERO : byRates(taxableBy(payload), payload.taxCode, company);
    case "by_code":
      return sumOf(payload.taxLines.map(({ amount }) => amount));
  }
}

/** What TAX lines leave after the discount line, of which goods have their share. */
function taxableBy({ lines, discount, isTaxAfterDiscount }: Payload): Exact {
  const of = (chosen: readonly Line[]): Exact => sumOf(chosen.map(({ amount }) => amount));
  const taxed = lines.filter(({ code }) => code === "TAX");
  const goods = of(lines.filter(({ isShipping }) => !isShipping));
  if (!isTaxAfterDiscount || goods.n === 0n) return of(taxed);
  const share = over(times(discount, of(taxed.filter(({ isShipping }) => !isShipping))), goods);
  return minus(of(taxed), rounded(share, 2));
}

function byRates(taxable: Exact, codeId: string, { codes, digits }: JudgedCompany): Exact {
  const rates = codes.get(codeId)?.rates ?? [];
  return sumOf(rates.map(({ percent }) => rounded(over(times(taxable, exact(percent)), HUNDRED), digits)));
}

function lineFault({ amount, quantity, price }: Line, index: number, { digits }: JudgedCompany): string[] {
  const what = `line ${index + 1}`;
  if (compare(rounded(amount, digits), amount) !== 0) return [`${what} has more decimals than its currency`];
  if (quantity === null || price === null) return [];
  // Whether QuickBooks rounds to the currency's decimals or to two.
  const isProduct = [digits, 2].every((places) => compare(rounded(times(quantity, price), places), amount) === 0);
  return isProduct ? [] : [`${what} is not its quantity times its price`];
}

/** Outside the US: every rate's net amount and tax. */
function codeFaults(payload: Payload, order: ShopOrder, company: JudgedCompany): string[] {
  const nets = new Map<string, Exact>();
  for (const { amount, code } of payload.lines) nets.set(code ?? "", plus(nets.get(code ?? "") ?? ZERO, amount));
  const unknown = [...nets.keys()].filter((code) => !company.codes.has(code));
  if (unknown.length > 0) return [`lines with unknown codes ${unknown.join()}`];
  return [
    ...taxLineFaults(payload, nets, company),
    ...(order.states === "order" ? [] : netFaults(nets, order, company)),
  ];
}

/** Each rate of the codes has one TaxLine, on the sum of its lines, that rounding alone moves. */
function taxLineFaults(
  { lines, taxLines }: Payload,
  nets: ReadonlyMap<string, Exact>,
  company: JudgedCompany,
): string[] {
  const onRate = new Map<string, { net: Exact; percent: string }>();
  for (const [code, net] of nets)
    for (const { rateId, percent } of company.codes.get(code)?.rates ?? [])
      onRate.set(rateId, { percent, net: plus(onRate.get(rateId)?.net ?? ZERO, net) });
  const allowed: Exact = { n: BigInt(lines.length + 1), d: 10n ** BigInt(company.digits) };
  const faults = taxLines.flatMap(({ rateId, amount, net }) => {
    const found = onRate.get(rateId);
    onRate.delete(rateId);
    if (!found) return [`a second or foreign TaxLine of rate ${rateId}`];
    if (compare(found.net, net) !== 0) return [`TaxLine of rate ${rateId} is on another amount than its lines`];
    const computed = over(times(net, exact(found.percent)), HUNDRED);
    return isWithin(amount, computed, allowed) ? [] : [`TaxLine of rate ${rateId} is no ${found.percent} % of it`];
  });
  return [...faults, ...[...onRate.keys()].map((rateId) => `rate ${rateId} has no TaxLine`)];
}

/** What is booked under a rate is what the order has under it, net, but for units that rounding moves. */
function netFaults(nets: ReadonlyMap<string, Exact>, order: ShopOrder, company: JudgedCompany): string[] {
  const parts = [
    ...order.bases.map((base, index) => ({ base, rate: order.rates[index] ?? "0", roundings: 1 })),
    { base: order.shippingBase, rate: order.shippingRate, roundings: order.bases.length + 1 },
  ];
  const allowed: Exact = { n: BigInt(parts.length + 2), d: 10n ** BigInt(company.digits) };
  return [...new Set(order.rates)].flatMap((rate) => {
    const gross = sumOf(parts.filter((part) => part.rate === rate).map(({ base }) => base));
    const net = order.isInside ? over(times(gross, HUNDRED), plus(HUNDRED, exact(rate))) : gross;
    const booked = sumOf([...nets].filter(([code]) => percentOf(code, company) === rate).map(([, amount]) => amount));
    const isEither = order.states === "taxes" && parts.some((part) => isOfSeveralRates(part, order, company));
    return isEither || isWithin(booked, net, allowed)
      ? []
      : [`${rate} % is on ${decimal(booked, 2)} instead of about ${decimal(rounded(net, 2), 2)}`];
  });
}

/**
 * Whether another rate of the company gives the tax of a part as well, within some units: of a few units of money any may.
 * A line's tax is rounded once; the shipping's is what all lines, each rounded, leave of the order's.
 */
function isOfSeveralRates(
  { base, rate, roundings }: { base: Exact; rate: string; roundings: number },
  { isInside }: ShopOrder,
  company: JudgedCompany,
): boolean {
  const allowed: Exact = { n: BigInt(roundings), d: 10n ** BigInt(company.digits) };
  const taxBy = (percent: string): Exact => {
    const divisor = isInside ? plus(HUNDRED, exact(percent)) : HUNDRED;
    return over(times(base, exact(percent)), divisor);
  };
  const others = ratesOf(company).filter((other) => other !== rate);
  return others.some((other) => isWithin(taxBy(other), taxBy(rate), allowed));
}

function ratesOf(company: JudgedCompany): string[] {
  return [...new Set([...company.codes.keys()].map((code) => percentOf(code, company)))];
}

function percentOf(code: string, { codes }: JudgedCompany): string {
  const { n, d } = sumOf((codes.get(code)?.rates ?? []).map(({ percent }) => exact(percent)));
  return decimal({ n, d }, 6).replace(/\.?0+$/, "");
}

/** Why a reason for booking nothing is not true; null if it is. */
export function untruthOf(message: string, order: ShopOrder, company: JudgedCompany): string | null {
  const tax = exact(order.wire.tax);
  if (message.includes("sales tax is off there")) return company.way === "off" && tax.n > 0n ? null : "tax is not off";
  if (message.includes("does not state its tax rates"))
    return order.states !== "order" ? "it does" : oneRate(order, company);
  if (/Sales tax code is not set|by the tax code/.test(message))
    return company.way === "by_hand" ? oneCode(order, company) : "no code is chosen by hand";
  return `an unexpected reason: ${message}`;
}

/** The rate that alone gives the order's tax, with shipping or without it, if there is one. */
function oneRate({ wire, bases, shippingBase, isInside }: ShopOrder, company: JudgedCompany): string | null {
  const taxable = (wire["lines"] as { taxable: boolean }[]).map((line) => line.taxable);
  const lines = taxable.includes(true) ? bases.filter((_, index) => taxable[index]) : bases;
  const rates = ratesOf(company).filter((rate) => rate !== "0");
  const unit: Exact = { n: 1n, d: 10n ** BigInt(company.digits) };
  const fits = (base: Exact, units: number) => (rate: string) => {
    const divisor = isInside ? plus(HUNDRED, exact(rate)) : HUNDRED;
    return isWithin(over(times(base, exact(rate)), divisor), exact(wire.tax), times(unit, exact(Math.max(0, units))));
  };
  for (const base of [plus(sumOf(lines), shippingBase), sumOf(lines)]) {
    // A discount's share is rounded before it is taxed, so the limit itself is either.
    const loosely = rates.filter(fits(base, lines.length + 1));
    if (loosely.length === 1 && rates.some(fits(base, lines.length - 1))) return `${loosely[0]} % gives it`;
  }
  return null;
}

/** The code that alone gives the order's tax, if there is one. Not with tax inside: which amounts are net is the product's choice. */
function oneCode({ wire, isInside }: ShopOrder, company: JudgedCompany): string | null {
  if (isInside) return null;
  const lines = wire["lines"] as {
    quantity: string;
    unit_price: string;
    discount: string;
    taxable: boolean;
    tax?: string;
    tax_rate?: string;
  }[];
  const isTaxed = (one: { taxable?: boolean; tax?: string; tax_rate?: string }): boolean =>
    one.tax_rate !== undefined
      ? exact(one.tax_rate).n > 0n
      : one.tax !== undefined
        ? exact(one.tax).n > 0n
        : one.taxable === true;
  const goods = lines.map((line) => ({
    ...line,
    amount: rounded(times(exact(line.quantity), exact(line.unit_price)), company.digits),
  }));
  const shipping = exact(String(wire["shipping"]));
  const told = {
    tax: wire["shipping_tax"] as string | undefined,
    tax_rate: wire["shipping_tax_rate"] as string | undefined,
  };
  const isStated = told.tax !== undefined || told.tax_rate !== undefined;
  const ofShipping = isStated ? [isTaxed(omitUndefined(told))] : [false, true];
  const discount = plus(sumOf(lines.map((line) => exact(line.discount))), exact(String(wire["discount"])));
  const hasTaxed = goods.some((line) => isTaxed(line) && compare(line.amount, exact(line.discount)) > 0);
  if (!hasTaxed) return null;
  const codes = [...company.codes.keys()].filter((code) =>
    ofShipping.some((isShippingTaxed) =>
      [true, false].some((isTaxAfterDiscount) => {
        const payload: Payload = {
          lines: [
            ...goods.map((line) => ({
              ...NO_PRICE,
              amount: line.amount,
              code: isTaxed(line) ? "TAX" : "NON",
              isShipping: false,
            })),
            { ...NO_PRICE, amount: shipping, code: isShippingTaxed ? "TAX" : "NON", isShipping: true },
          ],
          discount,
          totalTax: ZERO,
          taxLines: [],
          taxCode: code,
          isTaxAfterDiscount,
        };
        return compare(taxOf(payload, company), exact(wire.tax)) === 0;
      }),
    ),
  );
  return codes.length === 1 ? `the code ${codes[0]} gives it` : null;
}

const NO_PRICE = { quantity: null, price: null };

function omitUndefined(of: { tax: string | undefined; tax_rate: string | undefined }): {
  tax?: string;
  tax_rate?: string;
} {
  return {
    ...(of.tax === undefined ? {} : { tax: of.tax }),
    ...(of.tax_rate === undefined ? {} : { tax_rate: of.tax_rate }),
  };
}

type Raw = Record<string, unknown>;

/** Every number as it is written. */
function readPayload(json: string): Payload {
  const parse = JSON.parse as (
    text: string,
    read: (key: string, value: unknown, at: { source?: string }) => unknown,
  ) => Raw;
  const raw = parse(json, (_key, value, at) => (typeof value === "number" ? (at.source ?? "") : value));
  const lines = raw["Line"] as Raw[];
  const tax = raw["TxnTaxDetail"] as Raw;
  const amountOf = (line: Raw): Exact => exact(line["Amount"] as string);
  return {
    lines: lines.filter((line) => line["DetailType"] === "SalesItemLineDetail").map(salesLine),
    discount: sumOf(lines.filter((line) => line["DetailType"] === "DiscountLineDetail").map(amountOf)),
    totalTax: exact(tax["TotalTax"] as string),
    taxLines: ((tax["TaxLine"] ?? []) as Raw[]).map((line) => {
      const detail = line["TaxLineDetail"] as Raw;
      const rateId = (detail["TaxRateRef"] as { value: string }).value;
      return { rateId, amount: amountOf(line), net: exact(detail["NetAmountTaxable"] as string) };
    }),
    taxCode: (tax["TxnTaxCodeRef"] as { value: string } | undefined)?.value ?? null,
    isTaxAfterDiscount: raw["ApplyTaxAfterDiscount"] === true,
  };
}

function salesLine(line: Raw): Line {
  const detail = line["SalesItemLineDetail"] as Raw;
  const number = (name: string): Exact | null => (detail[name] === undefined ? null : exact(detail[name] as string));
  return {
    amount: exact(line["Amount"] as string),
    code: (detail["TaxCodeRef"] as { value: string } | undefined)?.value ?? null,
    isShipping: (detail["ItemRef"] as { value: string }).value === "SHIPPING_ITEM_ID",
    quantity: number("Qty"),
    price: number("UnitPrice"),
  };
}
