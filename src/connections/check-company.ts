/**
 * Lines of Check configuration about the company and our access to it. Pure.
 */
import { calendarDate } from "../platform/calendar-date.ts";
import { LETTERS_WORDS } from "./letters-words.ts";
import type { CheckLine } from "./check-line.ts";
import { isLapsed } from "./company-facts.ts";
import type { CompanyFacts, Connection } from "./connection.ts";

const DAY_MS = 86_400_000;
/** With a daily refresh the 100 days never run low; if they do, refreshing has failed for a long time. */
const REFRESH_LOW_DAYS = 30;
const HARD_END_LOW_DAYS = 30;

/** Whether we have access to QuickBooks, and until when. `refusal`: a sentence if access was refused. */
export function tokenLine(connection: Connection, refusal: string | null, now: Date): CheckLine {
  const line = { id: "authorization", label: "Authorization", required: true };
  const reconnect = { label: "Reconnect to QuickBooks", href: settingsOf(connection) };
  if (connection.state === "disconnected") {
    return {
      ...line,
      status: "wrong",
      message: `${connection.companyName} is disconnected from QuickBooks.`,
      fix: reconnect,
    };
  }
  if (connection.state === "reconnect_needed") {
    const message = `QuickBooks no longer accepts the authorization for ${connection.companyName}.`;
    return { ...line, status: "wrong", message, fix: reconnect };
  }
  if (refusal !== null) return { ...line, status: "wrong", message: refusal, fix: reconnect };
  const ends = [
    endOf("without use", connection.refreshExpiresAt, REFRESH_LOW_DAYS, now),
    endOf("for good", connection.refreshHardExpiresAt, HARD_END_LOW_DAYS, now),
  ].filter((end) => end !== null);
  const untilText = ends.map((end) => end.text).join(" and ");
  const message = `QuickBooks accepts the authorization${untilText === "" ? "" : `; it ends ${untilText}`}.`;
  const isLow = ends.some((end) => end.isLow);
  return { ...line, status: isLow ? "warning" : "ok", message, fix: isLow ? reconnect : null };
}

function endOf(how: string, at: string | null, lowDays: number, now: Date): { text: string; isLow: boolean } | null {
  if (at === null) return null;
  return { text: `on ${calendarDate(at)} ${how}`, isLow: Date.parse(at) - now.getTime() < lowDays * DAY_MS };
}

export function subscriptionLine(connection: Connection, isRefused: boolean): CheckLine {
  const facts = connection.company;
  const line = { id: "subscription", label: "QuickBooks subscription", required: true };
  const plan = facts.offeringSku ?? "QuickBooks Online";
  if (isRefused || isLapsed(facts)) {
    return {
      ...line,
      status: "wrong",
      message: `The subscription of ${connection.companyName} (${plan}) has ended or has a billing problem. Renew it in QuickBooks, then check again; held invoices then resume automatically.`,
      fix: null,
    };
  }
  const status = facts.subscriptionStatus;
  if (status === null)
    return { ...line, status: "ok", message: `${plan}; QuickBooks does not say whether it is paid.`, fix: null };
  if (status === "PAID") return { ...line, status: "ok", message: `${plan}, paid.`, fix: null };
  if (status === "TRIAL")
    return {
      ...line,
      status: "ok",
      message: `${plan}, trial. When the trial ends, invoices are held until it is paid.`,
      fix: null,
    };
  return { ...line, status: "warning", message: `${plan}; QuickBooks gives its state as '${status}'.`, fix: null };
}

export function documentNumberLine(facts: CompanyFacts): CheckLine {
  const line = { id: "document_numbers", label: "Invoice numbers", required: false, fix: null };
  if (facts.customTxnNumbers)
    return {
      ...line,
      status: "ok",
      message: "Custom transaction numbers are on: invoices keep the order system's numbers.",
    };
  return {
    ...line,
    status: "warning",
    message:
      "Custom transaction numbers are off in QuickBooks, so its own numbers may clash with the order system's. Turn them on in QuickBooks: Account and settings, Sales, Sales form content.",
  };
}

export function currencyLine(facts: CompanyFacts): CheckLine {
  const message = facts.multicurrency
    ? `Books are kept in ${facts.homeCurrency}; multicurrency is on, so orders in other currencies are booked in theirs.`
    : `Books are kept in ${facts.homeCurrency}; multicurrency is off, so orders in other currencies are not sent.`;
  return { id: "currency", label: "Currency", status: "ok", message, fix: null, required: false };
}

/** Shipping and discounts on sales forms: only listed if they are off. */
export function salesFormLines(facts: CompanyFacts): CheckLine[] {
  const lines: CheckLine[] = [];
  if (!facts.allowShipping) {
    lines.push({
      id: "shipping",
      label: "Shipping",
      status: "warning",
      message: "Shipping is off on QuickBooks' sales forms; shipping costs become a line with the item 'Shipping'.",
      fix: null,
      required: false,
    });
  }
  if (!facts.allowDiscount) {
    lines.push({
      id: "discount",
      label: "Discounts",
      status: "warning",
      message: "Discounts are off on QuickBooks' sales forms; a discount becomes a line with the item 'Discount'.",
      fix: null,
      required: false,
    });
  }
  return lines;
}

function settingsOf(connection: Connection): string {
  return `/settings/quickbooks/${connection.id}`;
}

/** Letters: only listed if QuickBooks was seen not to keep them all. */
export function lettersLines({ letters }: Pick<Connection, "letters">): CheckLine[] {
  if (letters === "all") return [];
  const message = LETTERS_WORDS[letters];
  return [{ id: "letters", label: "Letters", status: "warning", message, fix: null, required: false }];
}
