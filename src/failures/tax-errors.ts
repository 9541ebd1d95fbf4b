/**
 * The wording of what our own tax rules refuse or warn of (docs/contract.md, section 8, *Tax*): a tax code that is not set,
 * an amount that QuickBooks can't keep, a total that it would make different. Pure.
 */
import { type PushError, pushError } from "./push-error.ts";
import type { Warning } from "./warning.ts";
import { listText, settingsPage } from "./words.ts";

/** QuickBooks' total is not the order's. */
export const TOTAL_DIFFERS = "total_differs";
/** The total is, but not the tax that it contains. */
const TAX_DIFFERS = "tax_differs";

/** What the messages name. */
export interface TaxSubject {
  connection: { id: string; companyName: string };
  invoiceNumber: string;
  /** The order's tax with its currency, e.g. `8.25 USD`. */
  tax: string;
}

/** Why a rate has no tax code. */
export interface MissingCode {
  /** In per cent. */
  rate: string;
  /** The setting to fill in, e.g. `Tax code for 5 %`. */
  setting: string;
  /** `none`: the company has no active code with that rate; `several`: none of them is chosen. */
  reason: "none" | "several" | { unfit: string; hasOtherRate: boolean };
}

/** Rates of the order have no tax code. */
export function missingTaxCodesError({ connection }: TaxSubject, missing: readonly MissingCode[]): PushError {
  const { companyName } = connection;
  const settings = listText(missing.map(({ setting }) => setting));
  const isUnknown = missing.every(({ reason }) => reason === "none");
  return pushError("missing_configuration", {
    message: missing.map((one) => `${whyNoCode(one, companyName)}.`).join(" "),
    remedy: isUnknown
      ? `Add a tax code with that rate in QuickBooks and check the configuration on the QuickBooks settings page, or have the order sent with another rate; then send the invoice again.`
      : `Set ${settings} on the QuickBooks settings page and save, then send the invoice again.`,
    fix: openSettings(connection),
    concerns: settings,
  });
}

function whyNoCode({ rate, setting, reason }: MissingCode, company: string): string {
  if (reason === "none") return `${company} has no active tax code for ${rate} % in QuickBooks (${setting})`;
  if (reason === "several")
    return `${setting} is not set for ${company}, which has several tax codes for ${rate} % in QuickBooks`;
  return reason.hasOtherRate
    ? `The ${setting} of ${company}, '${reason.unfit}', has another rate in QuickBooks`
    : `The ${setting} of ${company}, '${reason.unfit}', is no active tax code in QuickBooks`;
}

/** US, by hand: nothing says which code the invoice has. `chosen`: the setting, if it names no active code. */
export function missingSalesTaxCodeError(
  { connection, invoiceNumber, tax }: TaxSubject,
  chosen: string | null,
): PushError {
  const { companyName } = connection;
  const why =
    chosen === null
      ? `Sales tax code is not set for ${companyName}`
      : `The Sales tax code of ${companyName}, '${chosen}', is no active tax code in QuickBooks`;
  return pushError("missing_configuration", {
    message: `${why}, and not exactly one of its tax codes gives the tax of invoice ${invoiceNumber}, ${tax}.`,
    remedy: "Set Sales tax code on the QuickBooks settings page and save, then send the invoice again.",
    fix: openSettings(connection),
    concerns: "Sales tax code",
  });
}

/** The company's tax codes were never read. */
export function unreadTaxCodesError(connection: TaxSubject["connection"]): PushError {
  return pushError("missing_configuration", {
    message: `The tax codes of ${connection.companyName} have not been read from QuickBooks yet.`,
    remedy: "Check the configuration on the QuickBooks settings page; sending the invoice reads them too.",
    fix: openSettings(connection),
    concerns: "tax codes",
  });
}

/** QuickBooks keeps two decimals of every amount (docs/qbo-api.md, *Newer facts*). */
export function tooFineAmountError(
  invoiceNumber: string,
  { what, amount }: { what: string; amount: string },
): PushError {
  return pushError("validation", {
    message: `${what} in invoice ${invoiceNumber} is ${amount}, but QuickBooks keeps only two decimals of an amount.`,
    remedy: "Have the order system round its amounts to two decimals, then send the invoice again.",
    concerns: "decimals",
  });
}

/** Why QuickBooks makes another total. */
export type TotalReason =
  | { kind: "tax_off" }
  | { kind: "customer_exempt"; customerName: string }
  | { kind: "rate_not_stated"; tried: readonly string[]; count: number }
  | { kind: "stated_differently"; comesTo: string }
  | { kind: "code_differs"; code: string; gives: string };

/** `theirs` and `ours`: what QuickBooks would have and what the order has, with the currency. */
export interface Difference {
  /** `tax`: the totals are the same, since the prices include the tax. */
  of: "total" | "tax";
  theirs: string;
  ours: string;
  reason: TotalReason;
}

/** *When totals would differ* is *Do not send*. */
export function totalWouldDifferError(subject: TaxSubject, difference: Difference): PushError {
  const { of, theirs, ours, reason } = difference;
  return pushError("validation", {
    message: `QuickBooks would give invoice ${subject.invoiceNumber} a ${of} of ${theirs} instead of the order's ${ours}: ${reasonText(reason, subject)}.`,
    remedy: `${remedyOf(reason)}, or choose 'Send with a warning' under When totals would differ on the QuickBooks settings page and save; then send the invoice again.`,
    fix: openSettings(subject.connection),
    concerns: `total: ${causeOf(reason)}`,
  });
}

/** *When totals would differ* is *Send with a warning*. */
export function totalWouldDifferWarning(subject: TaxSubject, { of, theirs, ours, reason }: Difference): Warning {
  return {
    code: of === "total" ? TOTAL_DIFFERS : TAX_DIFFERS,
    message: `QuickBooks gives the invoice a ${of} of ${theirs} instead of the order's ${ours}: ${reasonText(reason, subject)}.`,
  };
}

function reasonText(reason: TotalReason, { tax }: TaxSubject): string {
  switch (reason.kind) {
    case "tax_off":
      return "sales tax is off there";
    case "customer_exempt":
      return `the customer '${reason.customerName}' is exempt from tax there`;
    case "rate_not_stated":
      return `the order does not state its tax rates, and ${fittingText(reason)} (${listText(reason.tried.map((rate) => `${rate} %`))}) ${reason.count > 1 ? "give" : "gives"} its tax of ${tax}`;
    case "stated_differently":
      return `the taxes and rates that the order states come to ${reason.comesTo}, and its tax is ${tax}`;
    case "code_differs":
      return `by the tax code '${reason.code}' the tax is ${reason.gives} there, and the order's is ${tax}`;
  }
}

/** Without what is the order's own: orders with the same one need the same fix. */
function causeOf(reason: TotalReason): string {
  switch (reason.kind) {
    case "tax_off":
      return "sales tax is off";
    case "customer_exempt":
      return `customer '${reason.customerName}' is exempt`;
    case "rate_not_stated":
      return "tax rates are not stated";
    case "stated_differently":
      return "taxes do not add up";
    case "code_differs":
      return `tax code '${reason.code}'`;
  }
}

function fittingText({ count }: { count: number }): string {
  return count > 1 ? `${count} of the company's rates` : "none of the company's rates";
}

function remedyOf(reason: TotalReason): string {
  switch (reason.kind) {
    case "tax_off":
      return "Turn on sales tax in QuickBooks and check the configuration on the QuickBooks settings page";
    case "customer_exempt":
      return "Make the customer taxable in QuickBooks, or have the order sent without tax";
    case "rate_not_stated":
      return "Have the order system send tax_rate with each line";
    case "stated_differently":
      return "Have the order system correct tax, tax_rate or the order's tax";
    case "code_differs":
      return "Check Sales tax code on the QuickBooks settings page and the order's tax";
  }
}

function openSettings({ id }: { id: string }): PushError["fix"] & object {
  return { label: "Open QuickBooks settings", href: settingsPage(id) };
}
