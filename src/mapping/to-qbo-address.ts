/**
 * Addresses and e-mail of an invoice in QuickBooks' format (docs/qbo-api.md, section 5.3). If all orders share one
 * QuickBooks customer, the buyer's name comes first in the address, so that the invoice names the buyer.
 */
import type { Order } from "../orders/order.ts";
import {
  MAX_ADDRESS_LINE_CHARS,
  MAX_CITY_CHARS,
  MAX_COUNTRY_CHARS,
  MAX_EMAIL_CHARS,
  MAX_POSTAL_CODE_CHARS,
  MAX_REGION_CHARS,
} from "../quickbooks/limits.ts";
import type { FittedTexts } from "./fitted-texts.ts";

type Json = Record<string, unknown>;
type Field = "BillAddr" | "ShipAddr";

/** `{BillAddr: {…}}`, or nothing if the order has no such address. */
export function addressOf(field: Field, order: Order, customerMode: "single" | "per_buyer", texts: FittedTexts): Json {
  const address = field === "BillAddr" ? order.billingAddress : order.shippingAddress;
  const heading = customerMode === "single" ? [order.customer.name] : [];
  const lines = [...heading, ...(address ? [address.line1, address.line2] : [])].filter(isFilled);
  const what = field === "BillAddr" ? "The billing address" : "The shipping address";
  const fitted = (text: string | null | undefined, maxChars: number) =>
    isFilled(text) ? texts.fit(text, maxChars, what) : "";
  const entries: [string, string][] = [
    ...lines.map((line, index): [string, string] => [`Line${index + 1}`, fitted(line, MAX_ADDRESS_LINE_CHARS)]),
    ["City", fitted(address?.city, MAX_CITY_CHARS)],
    ["CountrySubDivisionCode", fitted(address?.region, MAX_REGION_CHARS)],
    ["PostalCode", fitted(address?.postalCode, MAX_POSTAL_CODE_CHARS)],
    ["Country", fitted(address?.country, MAX_COUNTRY_CHARS)],
  ];
  const given = entries.filter(([, text]) => text !== "");
  return given.length === 0 ? {} : { [field]: Object.fromEntries(given) };
}

/** `{BillEmail: {Address}}`, or nothing if QuickBooks would refuse it (code 2210); every change gets a warning. */
export function emailOf(order: Order, texts: FittedTexts): Json {
  const { name, email } = order.customer;
  const given = email?.trim();
  if (!given) return {};
  const { address, leftOut } = fitEmail(given);
  if (address === null) {
    texts.warn(
      "email_left_out",
      `The e-mail address '${given}' of ${name} is not accepted by QuickBooks; the invoice was sent without it.`,
    );
    return {};
  }
  if (leftOut.length > 0) {
    const words = `'${leftOut.join("', '")}'`;
    texts.warn("email_left_out", `QuickBooks does not accept all e-mail addresses of ${name}; ${words} was left out.`);
  } else if (address !== given) {
    texts.warn("text_changed", `The e-mail addresses '${given}' of ${name} appear in QuickBooks as '${address}'.`);
  }
  return { BillEmail: { Address: address } };
}

/** The e-mail address of an order's buyer, or several with commas, as QuickBooks takes them; null if it takes none. */
export function emailFor({ customer }: Order): string | null {
  return fitEmail(customer.email?.trim() ?? "").address;
}

/** QuickBooks takes several addresses with commas between them, up to its limit together. */
function fitEmail(given: string): { address: string | null; leftOut: string[] } {
  const parts = given.split(/[,;]/).flatMap((part) => part.trim() || []);
  const kept: string[] = [];
  for (const part of parts)
    if (isTakenByQuickBooks(part) && [...kept, part].join(", ").length <= MAX_EMAIL_CHARS) kept.push(part);
  const leftOut = parts.filter((part) => !kept.includes(part));
  const isAsGiven = leftOut.length === 0 && !given.includes(";") && given.length <= MAX_EMAIL_CHARS;
  return { address: kept.length === 0 ? null : isAsGiven ? given : kept.join(", "), leftOut };
}

/** Needs an @ with something before it, and a domain with a dot, in ASCII. */
function isTakenByQuickBooks(email: string): boolean {
  return /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(email);
}

function isFilled(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text.trim() !== "";
}
