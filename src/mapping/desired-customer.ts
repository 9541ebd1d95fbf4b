/**
 * Which customer an order goes to (docs/contract.md, section 8): the one from the settings, or one per buyer. A buyer
 * is identified by its ID within its instance, or by name if there is none. Pure.
 */
import type { Connection } from "../connections/connection.ts";
import type { Order } from "../orders/order.ts";
import type { Address, NewCustomer } from "../quickbooks/customers.ts";
import type { Letters } from "../quickbooks/letters.ts";
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
import { foldName, fullNameIn } from "../quickbooks/names.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Desired, FullName } from "./find-or-create.ts";
import { FittedTexts } from "./fitted-texts.ts";
import { BUYER_PREFIX, type Buyer } from "./links.ts";
import { emailFor } from "./to-qbo-address.ts";

export interface DesiredCustomer extends Desired {
  formerKey: string | null;
  /** How the order system calls the buyer; null: the shared customer. */
  buyer: Buyer | null;
  /** Appended to the name if it is taken, in this order. */
  suffixes: readonly string[];
  /** The currency that it must have; null if the company has only one. */
  currency: string | null;
  details: Omit<NewCustomer, "displayName" | "currency">;
  /** The shared customer from the settings. */
  isShared: boolean;
  /** A buyer without an ID, whom only the name tells from others. */
  isGuest: boolean;
  fit: (letters: Letters) => DesiredCustomer;
}

/** The customer of an order of this instance, for a company that keeps the letters that the connection says. */
export function desiredCustomer(connection: Connection, instanceId: string, order: Order): DesiredCustomer {
  const { company, letters } = connection;
  const foreign = foreignCurrency(connection, order);
  const ofMode = connection.customerMode === "single" ? sharedCustomer(connection) : buyer(instanceId, order, letters);
  return {
    ...ofMode,
    key: `${ofMode.key}${foreign ? `:${foreign}` : ""}`,
    formerKey: ofMode.formerKey && `${ofMode.formerKey}${foreign ? `:${foreign}` : ""}`,
    suffixes: [...new Set([...ofMode.suffixes, foreign ?? ""])].filter((suffix) => suffix !== ""),
    currency: company.multicurrency ? order.currency : null,
    letters,
    fit: (fewer) => desiredCustomer({ ...connection, letters: fewer }, instanceId, order),
  };
}

type OfMode = Omit<DesiredCustomer, "currency" | "letters" | "fit">;

function sharedCustomer({ customerName, letters }: Connection): OfMode {
  const given = customerName ?? "";
  const spelled = (kept: Letters) => cleanText(given, MAX_DISPLAY_NAME_CHARS, kept, { isName: true }).text;
  const texts = new FittedTexts(letters);
  const name = texts.fit(given, MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  return {
    // There is one such customer, however it is spelled.
    key: `single:${(spelled("latin1") || spelled("all")).toLowerCase()}`,
    name: name || "Customer",
    formerKey: null,
    original: spelled("all"),
    full: fullOf(given),
    buyer: null,
    suffixes: [],
    details: {},
    warnings: texts.warnings,
    isShared: true,
    isGuest: false,
  };
}

function buyer(instanceId: string, order: Order, letters: Letters): OfMode {
  const { customer } = order;
  const texts = new FittedTexts(letters);
  const clean = texts.fit(customer.name, MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  const asGiven = customer.name.trim().toLowerCase();
  const folded = foldName(customer.name) || asGiven;
  const prefix = `${BUYER_PREFIX}${instanceId}`;
  const id = cleanText(customer.id ?? "", MAX_DISPLAY_NAME_CHARS, letters, { isName: true }).text;
  const details = detailsOf(order, clean, texts);
  return {
    key: customer.id ? `${prefix}:id:${customer.id}` : `${prefix}:name:${folded}`,
    // Earlier versions knew a guest by the name as it was written.
    formerKey: customer.id || folded === asGiven ? null : `${prefix}:name:${asGiven}`,
    name: clean || `Customer ${id}`.trim(),
    original: cleanText(customer.name, MAX_DISPLAY_NAME_CHARS, "all", { isName: true }).text,
    full: fullOf(customer.name),
    suffixes: [id],
    details,
    buyer: { name: customer.name, email: customer.email },
    warnings: texts.warnings,
    isShared: false,
    isGuest: !customer.id,
  };
}

/** 'Parent:Child': a sub-customer that is found by that has nothing of ours that would need a warning. */
function fullOf(given: string): FullName | null {
  const name = fullNameIn(given);
  return name === null ? null : { name, warnings: [] };
}

/**
 * The order's currency if it differs from the company's and can be booked: a buyer then has one customer per currency.
 */
function foreignCurrency({ company }: Connection, { currency }: Order): string | null {
  return company.multicurrency && currency !== company.homeCurrency ? currency : null;
}

/** Addresses and e-mail stand on the invoice as well, which tells what had to be changed in them. */
function detailsOf(order: Order, name: string, texts: FittedTexts): DesiredCustomer["details"] {
  const { phone } = order.customer;
  const email = emailFor(order);
  const billing = toAddress(order.billingAddress, texts.letters);
  const shipping = toAddress(order.shippingAddress, texts.letters);
  const companyName = texts.fit(name, MAX_COMPANY_NAME_CHARS, "The company name", { isName: true });
  const fittedPhone = texts.fit(phone ?? "", MAX_PHONE_CHARS, "The phone number", { isLine: true });
  return {
    ...(companyName ? { companyName } : {}),
    ...(email ? { email } : {}),
    ...(fittedPhone ? { phone: fittedPhone } : {}),
    ...(billing ? { billing } : {}),
    ...(shipping ? { shipping } : {}),
  };
}

function toAddress(address: Order["billingAddress"], letters: Letters): Address | null {
  if (!address) return null;
  const fit = (text: string | null, maxChars: number) => (text ? cleanText(text, maxChars, letters).text.trim() : "");
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
