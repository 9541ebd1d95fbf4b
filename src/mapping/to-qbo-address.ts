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

/** `{BillEmail: {Address}}`, or nothing (with a warning) if QuickBooks would refuse the address (code 2210). */
export function emailOf(order: Order, texts: FittedTexts): Json {
  const email = order.customer.email?.trim();
  if (!email) return {};
  if (isTakenByQuickBooks(email)) return { BillEmail: { Address: email } };
  texts.warn(
    "email_left_out",
    `The e-mail address '${email}' of ${order.customer.name} is not accepted by QuickBooks; the invoice was sent without it.`,
  );
  return {};
}

/** Needs an @ with something before it, a domain with a dot, ASCII, and at most 100 characters. */
export function isTakenByQuickBooks(email: string): boolean {
  return (
    email.length <= MAX_EMAIL_CHARS && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(email)
  );
}

function isFilled(text: string | null | undefined): text is string {
  return text !== null && text !== undefined && text.trim() !== "";
}
