/**
 * A tax that the caller gives outside the United States: TotalTax together with every TaxLine (docs/qbo-api.md, section
 * 5.6). Whatever does not fit the transaction's own rates is refused; no amount is ever corrected.
 */
import Big from "big.js";
import { businessRule, missingParameter, QuickBooksFault } from "../wire/faults.ts";
import { decimalOf, objectOf, refOf, type Json, type JsonObject } from "../wire/json.ts";
import { amountOf } from "./currency.ts";
import { taxLine, type Charge } from "./tax-code.ts";

const LINE = "TxnTaxDetail.TaxLine";
const DETAIL = `${LINE}.TaxLineDetail`;

/** The TxnTaxDetail as sent. Throws 2020, 2280, 6470, or 6000 where sums are wrong. */
export function overriddenTax(
  sent: readonly Json[],
  total: Big | null,
  charges: readonly Charge[],
  places: number,
): JsonObject {
  if (total === null) throw missingParameter("TxnTaxDetail.TotalTax");
  const lines = new Map<string, { amount: Big; charge: Charge }>();
  for (const part of sent) {
    const line = objectOf(part) ?? {};
    if (line["DetailType"] === undefined) throw missingParameter(`${LINE}.DetailType`);
    const amount = amountOf(line["Amount"], places, `${LINE}.Amount`);
    if (amount === null)
      throw new QuickBooksFault("2280", "Tax amount is missing on a TaxLine", { element: `${LINE}.Amount` });
    const charge = chargeOf(objectOf(line["TaxLineDetail"]) ?? {}, charges);
    if (lines.has(charge.rate.rateId)) throw wrongLine("Two tax lines name one tax rate", "TaxRateRef");
    lines.set(charge.rate.rateId, { amount, charge });
  }
  if (lines.size < charges.length) {
    throw new QuickBooksFault(
      "6470",
      "TotalTax is overridden, so every tax rate of the transaction needs its TaxLine",
      {
        element: LINE,
      },
    );
  }
  const sum = [...lines.values()].reduce((all, { amount }) => all.plus(amount), new Big(0));
  if (!sum.eq(total)) throw businessRule("TotalTax is not the sum of the tax lines");
  return { TotalTax: total, TaxLine: [...lines.values()].map(({ amount, charge }) => taxLine(amount, charge)) };
}

function chargeOf(detail: JsonObject, charges: readonly Charge[]): Charge {
  const rateId = refOf(detail["TaxRateRef"]);
  const charge = charges.find(({ rate }) => rate.rateId === rateId);
  if (charge === undefined)
    throw wrongLine("A TaxLine names a tax rate that no line of the transaction carries", "TaxRateRef");
  const percent = decimalOf(detail["TaxPercent"]);
  if (percent !== null && !percent.eq(charge.rate.percent))
    throw wrongLine("TaxPercent is not the percent of the tax rate", "TaxPercent");
  const taxable = decimalOf(detail["NetAmountTaxable"]);
  if (taxable !== null && !taxable.eq(charge.taxable))
    throw businessRule("NetAmountTaxable is not the amount of the lines with that tax rate");
  return charge;
}

function wrongLine(reason: string, property: string): QuickBooksFault {
  return new QuickBooksFault("6470", reason, { element: `${DETAIL}.${property}` });
}
