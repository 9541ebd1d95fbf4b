/**
 * Which customer an order goes to (docs/contract.md, section 8): the one from the settings, or one per buyer. A buyer
 * is identified by its ID within its instance, or by name if there is none. Pure.
 */
import type { Connection } from "../connections/connection.ts";
import type { Order } from "../orders/order.ts";
import type { Address, NewCustomer } from "../quickbooks/customers.ts";
import {
  MAX_ADDRESS_LINE_CHARS,
  MAX_CITY_CHARS,
  MAX_COMPANY_NAME_CHARS,
  MAX_COUNTRY_CHARS,
  MAX_DISPLAY_NAME_CHARS,
  MAX_PHONE_CHARS,
  MAX_POSTAL_CODE_CHARS,
  MAX_REGION_CHARS,
} from "../quickbooks/limits.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Desired } from "./find-or-create.ts";
import { FittedTexts } from "./fitted-texts.ts";
import { BUYER_PREFIX } from "./links.ts";
import { isTakenByQuickBooks } from "./to-qbo-address.ts";

export interface DesiredCustomer extends Desired {
  /** Appended to the name if it is taken, in this order. */
  suffixes: readonly string[];
  /** The currency that it must have; null if the company has only one. */
  currency: string | null;
  details: Omit<NewCustomer, "displayName" | "currency">;
  /** The shared customer from the settings. */
  isShared: boolean;
}

/** The customer of an order of this instance. */
export function desiredCustomer(connection: Connection, instanceId: string, order: Order): DesiredCustomer {
  return connection.customerMode === "single"
    ? sharedCustomer(connection, order)
    : buyer(connection, instanceId, order);
}

function sharedCustomer(connection: Connection, order: Order): DesiredCustomer {
  const foreign = foreignCurrency(connection, order);
  const texts = new FittedTexts();
  const name = texts.fit(connection.customerName ?? "", MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  return {
    key: `single:${name.toLowerCase()}${foreign ? `:${foreign}` : ""}`,
    name,
    suffixes: foreign ? [foreign] : [],
    currency: connection.company.multicurrency ? order.currency : null,
    details: {},
    warnings: [],
    isShared: true,
  };
}

function buyer(connection: Connection, instanceId: string, order: Order): DesiredCustomer {
  const { customer } = order;
  const foreign = foreignCurrency(connection, order);
  const texts = new FittedTexts();
  const clean = texts.fit(customer.name, MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  const identity = customer.id ? `id:${customer.id}` : `name:${customer.name.trim().toLowerCase()}`;
  const id = customer.id ? cleanText(customer.id, MAX_DISPLAY_NAME_CHARS, { isName: true }).text : "";
  return {
    key: `${BUYER_PREFIX}${instanceId}:${identity}${foreign ? `:${foreign}` : ""}`,
    name: clean || `Customer ${customer.id ?? ""}`.trim(),
    suffixes: [...new Set([id, foreign ?? ""])].filter((suffix) => suffix !== ""),
    currency: connection.company.multicurrency ? order.currency : null,
    details: detailsOf(order, clean),
    warnings: texts.warnings,
    isShared: false,
  };
}

/**
 * The order's currency if it differs from the company's and can be booked: a buyer then has one customer per currency.
 */
function foreignCurrency({ company }: Connection, { currency }: Order): string | null {
  return company.multicurrency && currency !== company.homeCurrency ? currency : null;
}

function detailsOf(order: Order, name: string): DesiredCustomer["details"] {
  const { email, phone } = order.customer;
  const billing = toAddress(order.billingAddress);
  const shipping = toAddress(order.shippingAddress);
  const companyName = cleanText(name, MAX_COMPANY_NAME_CHARS, { isName: true }).text;
  const cleanPhone = phone ? cleanText(phone, MAX_PHONE_CHARS).text.trim() : "";
  return {
    ...(companyName ? { companyName } : {}),
    ...(email && isTakenByQuickBooks(email.trim()) ? { email: email.trim() } : {}),
    ...(cleanPhone ? { phone: cleanPhone } : {}),
    ...(billing ? { billing } : {}),
    ...(shipping ? { shipping } : {}),
  };
}

function toAddress(address: Order["billingAddress"]): Address | null {
  if (!address) return null;
  const fit = (text: string | null, maxChars: number) => (text ? cleanText(text, maxChars).text.trim() : "");
  const lines = [fit(address.line1, MAX_ADDRESS_LINE_CHARS), fit(address.line2, MAX_ADDRESS_LINE_CHARS)].filter(
    (line) => line !== "",
  );
  const city = fit(address.city, MAX_CITY_CHARS);
  const region = fit(address.region, MAX_REGION_CHARS);
  const postalCode = fit(address.postalCode, MAX_POSTAL_CODE_CHARS);
  const country = fit(address.country, MAX_COUNTRY_CHARS);
  if (lines.length === 0 && !city && !region && !postalCode && !country) return null;
  return {
    lines,
    ...(city ? { city } : {}),
    ...(region ? { region } : {}),
    ...(postalCode ? { postalCode } : {}),
    ...(country ? { country } : {}),
  };
}
