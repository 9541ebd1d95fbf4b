/**
 * Lines of Check configuration about tax, totals and dates: how the company taxes, which code each of its rates has, and the
 * time zone in force. What nobody has set is never called right. Pure: the facts were read just before.
 */
import type { CheckLine } from "./check-line.ts";
import { fieldOf, lineOf, notSet } from "./check-settings.ts";
import type { Connection } from "./connection.ts";
import {
  codesOfRate,
  codeNamed,
  furtherRates,
  onlyCodeOf,
  settingOfRate,
  type Taxing,
  taxingOf,
  type TotalPolicy,
} from "./taxing.ts";
import { codeWords, taxingWords } from "./taxing-words.ts";
import { proposedTimeZone, timeZoneOf } from "./time-zone.ts";

/** All of these lines. */
export function taxingLines(connection: Connection): CheckLine[] {
  const taxing = taxingOf(connection);
  return [
    salesTaxLine(connection, taxing),
    ...codeLines(connection, taxing),
    totalPolicyLine(connection),
    timeZoneLine(connection),
  ];
}

function salesTaxLine(connection: Connection, taxing: Taxing): CheckLine {
  const line = { id: "sales_tax", label: "Sales tax", fix: null, required: false };
  const { sentence } = taxingWords(connection.company);
  switch (taxing.kind) {
    case "automated":
    case "by_code":
      return { ...line, status: "ok", message: sentence };
    case "by_hand": {
      if (taxing.codes.length > 0) return { ...line, status: "ok", message: sentence };
      const message =
        "Sales tax is set up by hand, but no active tax code has a rate. Add one in QuickBooks under Taxes.";
      return { ...line, status: "wrong", message };
    }
    case "off":
      return { ...line, status: "warning", message: `${sentence} ${differenceSentence(connection.totalPolicy)}` };
    case "unread":
      return {
        ...line,
        status: "warning",
        message: "The company's tax codes could not be read yet. Check again later.",
      };
  }
}

/** What becomes of an order whose total QuickBooks would make different. */
function differenceSentence(policy: TotalPolicy): string {
  return policy === "refuse"
    ? "Until then, orders with tax are not sent."
    : "Until then, orders with tax are sent without it, with a warning.";
}

function codeLines(connection: Connection, taxing: Taxing): CheckLine[] {
  switch (taxing.kind) {
    case "by_hand":
      return [byHandLine(connection, taxing)];
    case "by_code":
      return [
        codeLine(connection, "sales_tax_code"),
        codeLine(connection, "zero_rate_code"),
        ...furtherRates(connection).map((rate) => rateLine(connection, taxing, rate)),
      ];
    case "automated":
    case "off":
    case "unread":
      return [];
  }
}

/** Not required: an order whose tax is that of exactly one code needs no other. */
function byHandLine(connection: Connection, taxing: Taxing & { kind: "by_hand" }): CheckLine {
  const line = { ...lineOf("sales_tax_code"), required: false };
  if (connection.salesTaxCode !== null) return { ...codeLine(connection, "sales_tax_code"), required: false };
  const names = taxing.codes.map(codeWords).join(", ");
  const message = `${line.label} is not set. An order whose tax is not that of exactly one code is not sent. QuickBooks has: ${names || "none"}.`;
  return { ...line, status: "warning", message, fix: setLink(connection, "sales_tax_code", line.label) };
}

function codeLine(connection: Connection, field: "sales_tax_code" | "zero_rate_code"): CheckLine {
  const line = lineOf(field);
  const name = field === "sales_tax_code" ? connection.salesTaxCode : connection.zeroRateCode;
  if (name === null) return notSet(connection, line);
  const code = codeNamed(connection.company.taxCodes ?? [], name);
  const fix = { label: `Change ${line.label}`, href: fieldOf(connection, field) };
  if (code === null) return { ...line, status: "wrong", message: unknownSentence(name), fix };
  if (field === "zero_rate_code" && code.percent !== "0")
    return { ...line, status: "wrong", message: `${codeWords(code)} is no code of 0 %. Choose another one.`, fix };
  return { ...line, status: "ok", message: `${codeWords(code)} is there and active.`, fix: null };
}

function rateLine(connection: Connection, taxing: Taxing & { kind: "by_code" }, rate: string): CheckLine {
  const field = `tax_codes:${rate}`;
  const line = { id: field, label: settingOfRate(rate), required: false };
  const chosen = connection.taxCodes?.find((choice) => choice.rate === rate)?.tax_code ?? null;
  const fix = setLink(connection, field, line.label);
  if (chosen !== null) {
    const unfit = taxing.unfit.find(({ setting }) => setting === line.label);
    if (unfit === undefined) return { ...line, status: "ok", message: `${chosen} is there and active.`, fix: null };
    const message = unfit.reason === "unknown" ? unknownSentence(chosen) : `${chosen} has another rate than ${rate} %.`;
    return { ...line, status: "wrong", message, fix };
  }
  const only = onlyCodeOf(taxing.codes, rate);
  if (only !== null) {
    const message = `Not set: ${only.name} is used, the only active code with ${rate} %.`;
    return { ...line, status: "warning", message, fix };
  }
  const names = codesOfRate(taxing.codes, rate).map(({ name }) => name);
  const message = `Not set, and several codes have ${rate} %: ${names.join(", ")}. Until one is chosen, orders with ${rate} % are not sent.`;
  return { ...line, status: "wrong", message, fix };
}

function unknownSentence(name: string): string {
  return `QuickBooks has no active tax code '${name}'. Choose one that it has.`;
}

function setLink(connection: Connection, field: string, label: string) {
  return { label: `Set ${label}`, href: fieldOf(connection, field) };
}

function totalPolicyLine({ totalPolicy }: Connection): CheckLine {
  const message =
    totalPolicy === "refuse"
      ? "An invoice whose total QuickBooks would make different is not sent."
      : "An invoice whose total QuickBooks would make different is sent all the same, with a warning.";
  return { ...lineOf("total_policy"), status: "ok", message, fix: null, required: false };
}

function timeZoneLine(connection: Connection): CheckLine {
  const line = { ...lineOf("time_zone"), required: false };
  const zone = timeZoneOf(connection);
  if (connection.timeZone !== null)
    return { ...line, status: "ok", message: `Invoice dates are days in ${zone}.`, fix: null };
  const why =
    proposedTimeZone(connection.company) === null ? "the company's country is not known" : "from the company's address";
  const message = `Not set: ${zone} is used (${why}).`;
  return { ...line, status: "warning", message, fix: setLink(connection, "time_zone", line.label) };
}
