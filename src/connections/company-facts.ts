/**
 * Reads a company's facts from QuickBooks, in the shape in which a connection stores them. Shared by connecting, by Check
 * configuration and by the hourly check of a lapsed subscription. Costs two metered reads each time, or four if the company
 * taxes by codes.
 */
import type { Runtime } from "../app-context.ts";
import type { Config } from "../env.ts";
import type { QuickBooksAccess, QuickBooks } from "../quickbooks/client.ts";
import { SUBSCRIPTION_LAPSED } from "../quickbooks/codes.ts";
import { readCompanyInfo, readPreferences } from "../quickbooks/company.ts";
import { isRefusedWith } from "../quickbooks/faults.ts";
import { listSalesTaxCodes } from "../quickbooks/tax-codes.ts";
import { accessTo } from "./company-access.ts";
import type { CompanyFacts, Connection } from "./connection.ts";
import { hasTaxCodes } from "./taxing.ts";
import { clearSubscriptionLapsed, markSubscriptionLapsed, saveCompany } from "./store.ts";

/** A person is waiting for these reads, so they may wait only briefly for their turn. */
const MAX_WAIT_MS = 10_000;

/** Currency of the countries in which QuickBooks Online is sold, for a company that does not report its own. */
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
  const { country, region } = info;
  return {
    companyName: info.companyName,
    facts: {
      country,
      region,
      homeCurrency: homeCurrency ?? CURRENCY_OF[country] ?? "USD",
      ...preferences,
      offeringSku: info.offeringSku,
      subscriptionStatus: info.subscriptionStatus,
      taxCodes: hasTaxCodes({ country, ...preferences }) ? await listSalesTaxCodes(qb, country) : [],
    },
  };
}

/** A client for one piece of work; by default for one that a person waits for. */
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

/** Access with a given token, for a company that is not connected yet: no gate limits the pace. */
export function accessWithToken(realmId: string, accessToken: string): QuickBooksAccess {
  return {
    acquire: async () => ({ accessToken, realmId, id: "open", startAt: 0 }),
    release: async () => undefined,
  };
}

/**
 * Reads a connected company again, stores its facts, and records whether its subscription has lapsed or was renewed.
 * Throws QuickBooksError if the company can't be read. Does not touch waiting invoices: the caller does
 * (pushes/hold-or-resume.ts).
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
 * Whether the company reports that its subscription has ended. Only known values count (docs/qbo-api.md, section 5.1: PAID
 * and TRIAL were observed, the others are assumed): an unknown value must not stop a company; QuickBooks' own 6190 would.
 */
export function isLapsed(facts: CompanyFacts): boolean {
  return /EXPIRED|SUSPEND|CANCEL|LAPSED|PAST_?DUE|UNPAID/i.test(facts.subscriptionStatus ?? "");
}
