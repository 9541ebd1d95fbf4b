/**
 * How a company taxes, in words for pages and for Check configuration. Pure.
 */
import Big from "big.js";
import type { SalesTaxCode } from "../quickbooks/tax-codes.ts";
import type { CompanyFacts } from "./connection.ts";
import { wayOfTaxing } from "./taxing.ts";

/** A word or two for the way of taxing, and a sentence that says what it means for an invoice. */
export function taxingWords(company: CompanyFacts): { name: string; sentence: string } {
  switch (wayOfTaxing(company)) {
    case "automated":
      return {
        name: "Automated",
        sentence: "Automated sales tax is on. Invoices carry the order's own tax, so QuickBooks adds none.",
      };
    case "by_hand":
      return {
        name: "By hand",
        sentence:
          "Sales tax is set up by hand: each invoice carries one tax code, the one whose rate gives the order's tax.",
      };
    case "by_code":
      return { name: "By tax codes", sentence: "Sales tax is on: each line carries the tax code of its rate." };
    case "off":
      return { name: "Off", sentence: offSentence(company) };
  }
}

function offSentence({ usingSalesTax }: CompanyFacts): string {
  const why = usingSalesTax
    ? "Automated sales tax is not completely set up in QuickBooks"
    : "Sales tax is off in QuickBooks";
  return `${why}, so it books no tax. If orders carry tax, finish it there under Taxes.`;
}

/** `State tax (8.25 %)` */
export function codeWords({ name, percent }: SalesTaxCode): string {
  return `${name} (${percent} %)`;
}

/** The names of the codes by rate, ascending; reverse charge, which is never proposed, comes last. */
export function codesByRate(codes: readonly SalesTaxCode[]): { rate: string; names: string[] }[] {
  const named = (code: SalesTaxCode): string => (code.isReversed ? "Reverse charge" : `${code.percent} %`);
  const groups = [...Map.groupBy(codes, named)].map(([rate, group]) => ({ rate, group }));
  const order = ({ group: [first] }: (typeof groups)[number]): Big => new Big(first?.percent ?? 0);
  return groups
    .toSorted((a, b) => Number(a.group[0]?.isReversed) - Number(b.group[0]?.isReversed) || order(a).cmp(order(b)))
    .map(({ rate, group }) => ({ rate, names: group.map(({ name }) => name) }));
}
