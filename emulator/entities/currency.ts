/**
 * A company's currencies: only the home currency, or any known one if multicurrency is on (docs/qbo-api.md, sections
 * 5.2 and 5.8). The rates are fixed and invented, in place of QuickBooks' daily rates.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import type { Profile } from "../company/profile.ts";
import { businessRule, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, refOf, type Json, type JsonObject } from "../wire/json.ts";

const CURRENCIES: Readonly<Record<string, { name: string; perDollar: string }>> = {
  AUD: { name: "Australian Dollar", perDollar: "1.52" },
  CAD: { name: "Canadian Dollar", perDollar: "1.38" },
  CHF: { name: "Swiss Franc", perDollar: "0.8" },
  DKK: { name: "Danish Krone", perDollar: "6.4" },
  EUR: { name: "Euro", perDollar: "0.86" },
  GBP: { name: "British Pound Sterling", perDollar: "0.75" },
  JPY: { name: "Japanese Yen", perDollar: "150" },
  KRW: { name: "South Korean Won", perDollar: "1400" },
  KWD: { name: "Kuwaiti Dinar", perDollar: "0.31" },
  NOK: { name: "Norwegian Krone", perDollar: "10" },
  NZD: { name: "New Zealand Dollar", perDollar: "1.7" },
  SEK: { name: "Swedish Krona", perDollar: "9.5" },
  USD: { name: "United States Dollar", perDollar: "1" },
};

const RATE_PLACES = 6;
/** QuickBooks keeps two decimals, also where the currency has three (docs/qbo-api.md, *Newer facts*). */
const AMOUNT_PLACES = 2;
const WITHOUT_DECIMALS: ReadonlySet<string> = new Set(["JPY", "KRW"]);

/** The currency of an entity: the one that was sent, if the company may use it, otherwise the home currency. */
export function currencyRef(context: CompanyContext, sent: Json | undefined): JsonObject {
  const code = refOf(sent) ?? context.profile.home_currency;
  const currency = CURRENCIES[code];
  if (currency === undefined)
    throw new QuickBooksFault("2220", `Invalid currency : ${code}`, { element: "CurrencyRef" });
  if (code !== context.profile.home_currency && !context.profile.multicurrency) {
    throw businessRule(`Multicurrency is off, so ${code} cannot be used in this company`);
  }
  return { value: code, name: currency.name };
}

/** Home units for one foreign unit. */
export function exchangeRate(context: CompanyContext, code: string): Big {
  const home = CURRENCIES[context.profile.home_currency]?.perDollar ?? "1";
  return new Big(home).div(CURRENCIES[code]?.perDollar ?? "1").round(RATE_PLACES);
}

/** How many decimals an amount in a currency has. */
export function amountPlaces(profile: Profile, code: string): number {
  return profile.currency_decimals === "by_currency" && WITHOUT_DECIMALS.has(code) ? 0 : AMOUNT_PLACES;
}

/** An amount that was sent, or null; one with more decimals than its currency has is refused (2110). */
export function amountOf(value: Json | undefined, places: number, at: string): Big | null {
  const amount = decimalOf(value);
  if (amount === null || amount.round(places).eq(amount)) return amount;
  throw new QuickBooksFault("2110", `Invalid decimal value : ${at}. Supplied value:${amount.toFixed()}`, {
    element: at,
  });
}
