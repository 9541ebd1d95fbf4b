/**
 * The QuickBooks customer of an invoice (contract.md section 8): the one of the settings, or one per buyer. A buyer is
 * known by its ID within its instance; the first time an active customer of that name that no other buyer has is
 * adopted, else one is created; a name that somebody else holds gets the buyer's ID behind it, with a warning.
 */
import type { Connection } from "../connections/connection.ts";
import { BUYER_PREFIX, type Link, isLinkedElsewhere } from "./links.ts";
import type { InvoiceContent } from "../invoices/invoice.ts";
import type { Order } from "../orders/order.ts";
import { type Address, type NewCustomer, createCustomer, findCustomersByName } from "../quickbooks/customers.ts";
import { NAME_TAKEN } from "../quickbooks/codes.ts";
import { isRefusedWith } from "../quickbooks/faults.ts";
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
import type { Customer } from "../quickbooks/wire.ts";
import { whileDoing } from "../failures/failed-while.ts";
import type { Warning } from "../failures/warning.ts";
import { FittedTexts } from "./fitted-texts.ts";
import { withLock } from "./resolve-context.ts";
import { type Resolving, linkOnce, requestIdOf } from "./resolving.ts";
import { isTakenByQuickBooks } from "./to-qbo-address.ts";

/** 'Name', 'Name (ID)' and then 'Name (2)' to 'Name (9)': more customers of one name than that is a mistake. */
const MAX_NAME_TRIES = 10;

/** What is to be found or made. */
interface Wanted {
  key: string;
  name: string;
  /** Behind the name where it is taken. */
  suffix: string | null;
  /** Null where the company has one currency. */
  currency: string | null;
  details: Omit<NewCustomer, "displayName" | "currency">;
  warnings: Warning[];
  isShared: boolean;
}

/** The link of the customer that the invoice goes to. */
export function resolveCustomer(work: Resolving): Promise<Link> {
  const wanted = wantedCustomer(work.context.connection, work.instanceId, work.content);
  return withLock(work.context, `customer ${wanted.name.toLowerCase()}`, () =>
    linkOnce(work, "customer", wanted.key, () =>
      whileDoing({ kind: "customer", name: wanted.name }, () => findOrCreate(work, wanted)),
    ),
  );
}

/** The key under which the customer is remembered, and its name; for the preview. */
export function customerKeyOf(
  connection: Connection,
  instanceId: string,
  content: InvoiceContent,
): { key: string; name: string } {
  return wantedCustomer(connection, instanceId, content);
}

function wantedCustomer(connection: Connection, instanceId: string, content: InvoiceContent): Wanted {
  return connection.customerMode === "single"
    ? sharedCustomer(connection, content)
    : buyer(connection, instanceId, content);
}

function sharedCustomer(connection: Connection, content: InvoiceContent): Wanted {
  const currency = currencyOf(connection, content);
  const texts = new FittedTexts();
  const name = texts.fit(connection.customerName ?? "", MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  return {
    key: `single:${name.toLowerCase()}${currency ? `:${currency}` : ""}`,
    name,
    suffix: currency,
    currency,
    details: {},
    warnings: [],
    isShared: true,
  };
}

function buyer(connection: Connection, instanceId: string, content: InvoiceContent): Wanted {
  const { order } = content;
  const { customer } = order;
  const currency = currencyOf(connection, content);
  const texts = new FittedTexts();
  const clean = texts.fit(customer.name, MAX_DISPLAY_NAME_CHARS, "The customer name", { isName: true });
  const identity = customer.id ? `id:${customer.id}` : `name:${customer.name.trim().toLowerCase()}`;
  return {
    key: `${BUYER_PREFIX}${instanceId}:${identity}${currency ? `:${currency}` : ""}`,
    name: clean || `Customer ${customer.id ?? ""}`.trim(),
    suffix: customer.id ? cleanText(customer.id, MAX_DISPLAY_NAME_CHARS, { isName: true }).text || null : null,
    currency,
    details: detailsOf(order, clean),
    warnings: texts.warnings,
    isShared: false,
  };
}

/** The currency that the customer must have; null where the company knows only one. */
function currencyOf({ company }: Connection, content: InvoiceContent): string | null {
  const { currency } = content.order;
  return company.multicurrency && currency !== company.homeCurrency ? currency : null;
}

async function findOrCreate(work: Resolving, wanted: Wanted): Promise<Omit<Link, "kind" | "key">> {
  const known = await adoptable(work, wanted, await findCustomersByName(work.qb, [wanted.name]), wanted.name);
  if (known) return linkTo(known, wanted, wanted.name);
  for (const name of namesToTry(wanted)) {
    const made = await createOrAdopt(work, wanted, name);
    if (made) return linkTo(made, wanted, name);
  }
  // The last refusal of QuickBooks says it best: ask once more and let it through.
  return linkTo(await create(work, wanted, wanted.name), wanted, wanted.name);
}

/** Creates under this name; where it is taken meanwhile or already, adopts what may be adopted, else null. */
async function createOrAdopt(work: Resolving, wanted: Wanted, name: string): Promise<Customer | null> {
  try {
    const made = await create(work, wanted, name);
    // A repeated request ID answers with what was made before, which another buyer may have been given since.
    return (await isFree(work, wanted, made)) ? made : null;
  } catch (error) {
    if (!isRefusedWith(error, NAME_TAKEN)) throw error;
    return adoptable(work, wanted, await findCustomersByName(work.qb, [name]), name);
  }
}

async function create(work: Resolving, wanted: Wanted, name: string): Promise<Customer> {
  const { company } = work.context.connection;
  const currency = company.multicurrency ? work.content.order.currency : null;
  const data: NewCustomer = { displayName: name, ...wanted.details, ...(currency ? { currency } : {}) };
  return createCustomer(work.qb, data, await requestIdOf(work, { kind: "customer", key: wanted.key, name }));
}

/** An active customer of that very name and currency that no other buyer is linked to. */
async function adoptable(
  work: Resolving,
  wanted: Wanted,
  found: readonly Customer[],
  name: string,
): Promise<Customer | null> {
  const { connection } = work.context;
  const needed = connection.company.multicurrency ? work.content.order.currency : null;
  for (const customer of found) {
    const isSameName = customer.displayName.toLowerCase() === name.toLowerCase();
    const isSameCurrency = needed === null || customer.currency === null || customer.currency === needed;
    if (!customer.isActive || !isSameName || !isSameCurrency) continue;
    if (await isFree(work, wanted, customer)) return customer;
  }
  return null;
}

/** Whether no other buyer is linked to the customer; the one of the settings is everybody's. */
async function isFree(work: Resolving, wanted: Wanted, customer: Customer): Promise<boolean> {
  const { db, connection } = work.context;
  return wanted.isShared || !(await isLinkedElsewhere(db, connection.id, "customer", customer.id, wanted.key));
}

function namesToTry(wanted: Wanted): string[] {
  const suffixes = [
    ...(wanted.suffix ? [wanted.suffix] : []),
    ...(wanted.currency && wanted.currency !== wanted.suffix ? [wanted.currency] : []),
  ];
  const numbered = Array.from({ length: MAX_NAME_TRIES - 2 }, (_, index) => String(index + 2));
  return [wanted.name, ...[...suffixes, ...numbered].map((suffix) => withSuffix(wanted.name, suffix))];
}

function withSuffix(name: string, suffix: string): string {
  const tail = ` (${suffix})`;
  return `${cleanText(name, MAX_DISPLAY_NAME_CHARS - tail.length, { isName: true }).text}${tail}`;
}

function linkTo(customer: Customer, wanted: Wanted, name: string): Omit<Link, "kind" | "key"> {
  const isRenamed = name !== wanted.name;
  const renamed = {
    code: "customer_renamed",
    message: `The name '${wanted.name}' is held by somebody else in QuickBooks, so the customer stands there as '${customer.displayName}'.`,
  };
  return {
    qboId: customer.id,
    name: customer.displayName,
    warnings: [...wanted.warnings, ...(isRenamed ? [renamed] : [])],
  };
}

function detailsOf(order: Order, name: string): Omit<NewCustomer, "displayName" | "currency"> {
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
