/** Orders planned and judged as a push does it, for tests: what QuickBooks would be sent, or why nothing is. */
import { z } from "zod";
import type { CompanyFacts } from "../../../src/connections/connection.ts";
import type { TaxSettings, TotalPolicy } from "../../../src/connections/taxing.ts";
import { LocalRefusal } from "../../../src/failures/local-refusal.ts";
import type { PushError } from "../../../src/failures/push-error.ts";
import type { Warning } from "../../../src/failures/warning.ts";
import type { InvoiceContent } from "../../../src/invoices/invoice.ts";
import { type PlannedTax, planOrder } from "../../../src/mapping/tax/plan-order.ts";
import { totalWarnings } from "../../../src/mapping/tax/total-policy.ts";
import { toQboInvoice } from "../../../src/mapping/to-qbo-invoice.ts";
import { UK_COMPANY } from "../../connections/company-fixture.ts";
import { contentOf, linksFor } from "../make-content.ts";

/** The company of a test and what its connection has set. */
export interface TaxCase extends Partial<Omit<TaxSettings, "company">> {
  company: CompanyFacts;
  totalPolicy?: TotalPolicy;
  isTaxableCustomer?: boolean;
}

/** Codes 1 (20 %), 2 (5 %) and 3 (0 %) with the rates r1 to r3. */
export const UK: TaxCase = { company: UK_COMPANY, salesTaxCode: "20.0% S", zeroRateCode: "0.0% Z" };

/** An order in pounds. */
export function inPounds(given: Record<string, unknown>): InvoiceContent {
  return contentOf({ currency: "GBP", ...given });
}

/** One piece at that price. */
export function lineOf(unit_price: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { sku: "A", quantity: "1", unit_price, ...more };
}

const ID = "0192f000-0000-7000-8000-000000000001";

/** The tax plan. Throws LocalRefusal. */
export function taxFor(content: InvoiceContent, given: TaxCase): PlannedTax {
  return planOrder(connectionOf(given), content);
}

function connectionOf({ company, totalPolicy = "refuse", ...settings }: TaxCase) {
  const { salesTaxCode = null, zeroRateCode = null, taxCodes = null } = settings;
  const names = { id: "c-1", companyName: "Thames Wholesale Ltd" };
  return { ...names, company, totalPolicy, salesTaxCode, zeroRateCode, taxCodes };
}

const reference = z.object({ value: z.string() });
const payloadSchema = z.object({
  Line: z.array(
    z.object({
      DetailType: z.string(),
      Amount: z.number(),
      SalesItemLineDetail: z
        .object({
          ItemRef: reference,
          Qty: z.number().optional(),
          UnitPrice: z.number().optional(),
          TaxCodeRef: reference.optional(),
        })
        .optional(),
    }),
  ),
  TxnTaxDetail: z.object({
    TxnTaxCodeRef: reference.optional(),
    TotalTax: z.number(),
    TaxLine: z
      .array(
        z.object({
          Amount: z.number(),
          TaxLineDetail: z.object({ TaxRateRef: reference, NetAmountTaxable: z.number() }),
        }),
      )
      .optional(),
  }),
  GlobalTaxCalculation: z.string().optional(),
  ApplyTaxAfterDiscount: z.boolean().optional(),
});
type Payload = z.infer<typeof payloadSchema>;

export type Made = { json: string; warnings: Warning[] } | { refused: PushError };
export type Booked = Exclude<Made, { refused: PushError }> & { payload: Payload };

/** What becomes of the invoice. */
export function make(content: InvoiceContent, given: TaxCase): Made {
  const { company, isTaxableCustomer = true } = given;
  try {
    const tax = taxFor(content, given);
    const warnings = totalWarnings({ connection: connectionOf(given), content, tax, isTaxableCustomer });
    const links = linksFor(content, { shippingItemId: company.allowShipping ? null : "7", discountItemId: "8" });
    const task = {
      invoiceId: ID,
      revision: 1,
      content,
      docNumber: null,
      company,
      timeZone: "UTC",
      letters: "all",
      customerMode: "per_buyer",
      existing: null,
    } as const;
    const mapped = toQboInvoice({ ...task, links, tax });
    return { json: mapped.json, warnings: [...mapped.warnings, ...warnings] };
  } catch (error) {
    if (error instanceof LocalRefusal) return { refused: error.error };
    throw error;
  }
}

/** The payload. Throws if it is refused. */
export function booked(content: InvoiceContent, given: TaxCase): Booked {
  const made = make(content, given);
  if ("refused" in made) throw new Error(made.refused.message);
  return { ...made, payload: payloadSchema.parse(JSON.parse(made.json)) };
}

/** The refusal. Throws if there is none. */
export function refusal(content: InvoiceContent, given: TaxCase): PushError {
  const made = make(content, given);
  if ("refused" in made) return made.refused;
  throw new Error(`It was booked: ${made.json}`);
}

/** `[amount, code]` of every line, in order. */
export function linesIn({ payload }: { payload: Payload }): [number, string | undefined][] {
  return payload.Line.map((line) => [line.Amount, line.SalesItemLineDetail?.TaxCodeRef?.value]);
}

/** `[rate, amount, net amount]` of every TaxLine, in order. */
export function taxLinesIn({ payload }: { payload: Payload }): [string, number, number][] {
  return (payload.TxnTaxDetail.TaxLine ?? []).map(({ Amount, TaxLineDetail }) => [
    TaxLineDetail.TaxRateRef.value,
    Amount,
    TaxLineDetail.NetAmountTaxable,
  ]);
}
