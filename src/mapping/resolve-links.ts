/**
 * Finds or makes everything that an invoice refers to in QuickBooks: customer, items, and outside the US tax codes.
 * What is known by a link costs no call. Each thing is looked up before it is created, and again when QuickBooks
 * says that its name is taken, so an answer that got lost never makes a second one (architecture.md 3, rule 8).
 */
import { needsTaxCodes } from "../connections/connection.ts";
import type { Link } from "./links.ts";
import { listTaxCodes, pickTaxCode } from "../quickbooks/tax-codes.ts";
import { whileDoing } from "../failures/failed-while.ts";
import { LocalRefusal } from "../failures/local-refusal.ts";
import { missingSettingsError } from "../failures/own-errors.ts";
import { resolveCustomer } from "./resolve-customer.ts";
import { plainItem, resolveItems } from "./resolve-items.ts";
import { type Resolving, linkOnce } from "./resolving.ts";
import { type ResolvedLinks, discountMinor } from "./to-qbo-invoice.ts";

/** Resolves all links of an invoice. Throws FailedWhile, or LocalRefusal where our own rules say no. */
export async function resolveLinks(work: Resolving): Promise<ResolvedLinks> {
  const { connection } = work.context;
  const { order } = work.content;
  const customer = await resolveCustomer(work);
  const items = await resolveItems(work);
  const needsShippingItem = order.shippingMinor > 0 && !connection.company.allowShipping;
  const needsDiscountItem = discountMinor(order) > 0 && !connection.company.allowDiscount;
  return {
    customerId: customer.qboId,
    itemIds: items.map((item) => item.qboId),
    shippingItemId: needsShippingItem ? (await plainItem(work, "Shipping")).qboId : null,
    discountItemId: needsDiscountItem ? (await plainItem(work, "Discount")).qboId : null,
    taxCodes: needsTaxCodes(connection.company) ? await resolveTaxCodes(work) : null,
    warnings: [...customer.warnings, ...items.flatMap((item) => item.warnings)],
  };
}

async function resolveTaxCodes(work: Resolving): Promise<{ sales: string; zero: string }> {
  const { connection } = work.context;
  const sales = await taxCodeLink(work, connection.salesTaxCode ?? "", "Sales tax code");
  const zero = await taxCodeLink(work, connection.zeroRateCode ?? "", "Zero-rate code");
  return { sales: sales.qboId, zero: zero.qboId };
}

function taxCodeLink(work: Resolving, name: string, label: string): Promise<Link> {
  const { connection } = work.context;
  return linkOnce(work, "tax_code", `name:${name.toLowerCase()}`, async () => {
    const code = pickTaxCode(await whileDoing({ kind: "company" }, () => listTaxCodes(work.qb)), name);
    if (!code)
      throw new LocalRefusal(missingSettingsError(connection, [`${label} ('${name}' is not in QuickBooks, so it)`]));
    return { qboId: code.id, name: code.name, warnings: [] };
  });
}
