/**
 * Reads from QuickBooks what a company is, in the shape in which a connection remembers it. Shared by connecting, by
 * Check configuration and by the hourly look at a lapsed subscription. Costs two metered reads each time.
 */
import type { Runtime } from "../app-context.ts";
import type { Config } from "../env.ts";
import type { QuickBooksAccess, QuickBooks } from "../quickbooks/client.ts";
import { SUBSCRIPTION_LAPSED } from "../quickbooks/codes.ts";
import { readCompanyInfo, readPreferences } from "../quickbooks/company.ts";
import { isRefusedWith } from "../quickbooks/faults.ts";
import { accessTo } from "./company-access.ts";
import type { CompanyFacts, Connection } from "./connection.ts";
import { clearSubscriptionLapsed, markSubscriptionLapsed, saveCompany } from "./store.ts";

/** A person waits for these reads, so they may wait for their turn a little. */
const MAX_WAIT_MS = 10_000;

/** Currency of the countries in which QuickBooks Online is sold, for a company that does not name its own. */
const CURRENCY_OF: Readonly<Record<string, string>> = {
  AU: "AUD",
  BR: "BRL",
  CA: "CAD",
  FR: "EUR",
  GB: "GBP",
  HK: "HKD",
  IN: "INR",
  MX: "MXN",
  NZ: "NZD",
  SG: "SGD",
  US: "USD",
  ZA: "ZAR",
};

export interface CompanyReading {
  companyName: string;
  facts: CompanyFacts;
}

/** Company name and facts. Throws QuickBooksError. */
export async function readCompany(qb: QuickBooks): Promise<CompanyReading> {
  const info = await readCompanyInfo(qb);
  const { homeCurrency, ...preferences } = await readPreferences(qb);
  return {
    companyName: info.companyName,
    facts: {
      country: info.country,
      homeCurrency: homeCurrency ?? CURRENCY_OF[info.country] ?? "USD",
      ...preferences,
      offeringSku: info.offeringSku,
      subscriptionStatus: info.subscriptionStatus,
    },
  };
}

/** A QuickBooks for one piece of work; unless said otherwise for one that a person waits for. */
export function quickBooksFor(config: Config, access: QuickBooksAccess, maxWaitMs = MAX_WAIT_MS): QuickBooks {
  return {
    apiUrl: config.qboApiUrl,
    access,
    fetch: globalThis.fetch,
    now: () => Date.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    maxWaitMs,
    calls: [],
  };
}

/** A access with one access token in the hand, for a company that is not connected yet: no gate keeps its pace. */
export function accessWithToken(realmId: string, accessToken: string): QuickBooksAccess {
  return {
    acquire: async () => ({ accessToken, realmId, id: "open", startAt: 0 }),
    release: async () => undefined,
  };
}

/**
 * Reads a connected company again, remembers what it says, and notes whether its subscription has lapsed or is paid
 * again. Throws QuickBooksError where the company can't be read. Waiting invoices are not touched: the caller settles
 * them (pushes/hold-or-resume.ts).
 */
export async function refreshCompany(runtime: Runtime, connection: Connection): Promise<CompanyReading> {
  const { env, config, db, now } = runtime;
  const qb = quickBooksFor(config, accessTo(env, connection));
  try {
    const reading = await readCompany(qb);
    await saveCompany(db, connection.id, reading, now);
    if (isLapsed(reading.facts)) await markSubscriptionLapsed(db, connection.id, now);
    else await clearSubscriptionLapsed(db, connection.id, now);
    return reading;
  } catch (error) {
    if (isRefusedWith(error, SUBSCRIPTION_LAPSED)) await markSubscriptionLapsed(db, connection.id, now);
    throw error;
  }
}

/**
 * Whether the company says that its subscription has ended. Only known words count (docs/qbo-api.md, section 5.1: PAID
 * and TRIAL are seen, the others believed): an unknown one must not stop a company; QuickBooks' own 6190 would.
 */
export function isLapsed(facts: CompanyFacts): boolean {
  return /EXPIRED|SUSPEND|CANCEL|LAPSED|PAST_?DUE|UNPAID/i.test(facts.subscriptionStatus ?? "");
}
