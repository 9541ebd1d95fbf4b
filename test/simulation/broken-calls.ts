/**
 * The functions that call QuickBooks, with the rules of exactly once removed one at a time: invoices, customers, items,
 * accounts, and the links to them. See broken-rules.ts.
 */
import type { CallPermit, QuickBooks } from "../../src/quickbooks/client.ts";
import { QuickBooksError } from "../../src/quickbooks/faults.ts";
import type { Invoice } from "../../src/quickbooks/wire-invoice.ts";
import { type Break, isOut } from "./broken.ts";

type Invoices = typeof import("../../src/quickbooks/invoices.ts");
type Customers = typeof import("../../src/quickbooks/customers.ts");
type Items = typeof import("../../src/quickbooks/items.ts");
type Accounts = typeof import("../../src/quickbooks/accounts.ts");
type Links = typeof import("../../src/mapping/links.ts");

/** If a token is refused, the same bytes are sent again in the same attempt, with a new token. */
async function repeatedAtOnce<T>(
  qb: QuickBooks,
  permit: CallPermit | undefined,
  send: (permit: CallPermit | undefined) => Promise<T>,
): Promise<T> {
  try {
    return await send(permit);
  } catch (error) {
    const isOfToken =
      error instanceof QuickBooksError && error.failure.kind === "not_let_in" && error.failure.reason === "token";
    if (!isOfToken || !isOut("a refused token ends the try: its repeat is a new freeze")) throw error;
    return send(await qb.access.acquire("write", qb.maxWaitMs));
  }
}

/** Does not check whether a customer belongs to another buyer. */
export function withoutLinks(real: Links): Links {
  return {
    ...real,
    isLinkedElsewhere: async (...given) =>
      isOut("two new buyers of one name never share a customer") ? false : real.isLinkedElsewhere(...given),
  };
}

/** A look-up that finds more than one page is abandoned. */
const PAGE = 1_000;
const BUSY_TIME = "one customer for all orders: a busy time does not keep an unanswered invoice from being found out";

export function withoutAccounts(real: Accounts): Accounts {
  return {
    ...real,
    findAccountsByName: async (...given) =>
      isOut("accounts are looked up again") ? [] : real.findAccountsByName(...given),
  };
}

/** The look-up by customer would hide the harm, so it is removed as well. */
const WITHOUT_SECOND_NET: Break[] = [
  "numbers change: it is looked for by customer, too",
  "an invoice that QuickBooks numbered itself is found all the same",
  "a look is judged by when it was asked",
  "the last look is a new one",
];

let tries = 0;
/** Answers of looks, where they are remembered. */
const remembered = new Map<string, Promise<Invoice[]>>();

/** What the creates brought back, where nobody reads it again. */
const broughtBack = new Map<string, Invoice>();

/** A look that answers as it did the first time, while it found nothing. */
function onceLooked(key: string, look: () => Promise<Invoice[]>): Promise<Invoice[]> {
  if (!isOut("the last look is a new one")) return look();
  const before = remembered.get(key) ?? look();
  remembered.set(key, before);
  return before;
}

export function withoutInvoices(real: Invoices): Invoices {
  return {
    ...real,
    createInvoice: async (qb, bytes, requestId, permit) => {
      tries += 1;
      const sentAs = isOut("a retry keeps its request ID") ? `${requestId}-${tries}` : requestId;
      const written = await repeatedAtOnce(qb, permit, (used) => real.createInvoice(qb, bytes, sentAs, used));
      broughtBack.set(written.invoice.id, written.invoice);
      return written;
    },
    readInvoice: async (qb, id) => {
      const known = isOut("what a resend brings back is read") ? broughtBack.get(id) : undefined;
      return known ?? real.readInvoice(qb, id);
    },
    findInvoicesByNumbers: async (qb, numbers) => {
      const found = onceLooked(numbers.join(), () => real.findInvoicesByNumbers(qb, numbers));
      return isOut("a failed look-up says nothing") ? found.catch(() => []) : found;
    },
    findInvoicesCreatedIn: async (...given) => {
      if (WITHOUT_SECOND_NET.some(isOut)) return [];
      const found = real.findInvoicesCreatedIn(...given);
      if (isOut(BUSY_TIME) && (await found).length > PAGE) throw new RangeError("More than a page");
      return isOut("a failed look-up says nothing") ? found.catch(() => []) : found;
    },
  };
}

export function withoutCustomers(real: Customers): Customers {
  return {
    ...real,
    findCustomersByName: async (...given) =>
      isOut("customers are looked up again") ? [] : real.findCustomersByName(...given),
  };
}

export function withoutItems(real: Items): Items {
  return {
    ...real,
    findItemsBySku: async (...given) => (isOut("items are looked up again") ? [] : real.findItemsBySku(...given)),
    findItemsByName: async (...given) => (isOut("items are looked up again") ? [] : real.findItemsByName(...given)),
  };
}
