/**
 * What a transaction changes elsewhere: the customer's balance and the quantities of stocked items. These are computed
 * values: changing them makes no new SyncToken, and nobody is notified.
 */
import Big from "big.js";
import type { CompanyContext } from "../company/context.ts";
import { decimalOf, listOf, objectOf, refOf, type JsonObject } from "../wire/json.ts";

const ZERO = new Big(0);

/** Adds to a customer's balance, and to BalanceWithJobs of it and everyone above it. */
export function adjustBalance(context: CompanyContext, customerId: string | null, by: Big): void {
  if (customerId === null || by.eq(0)) return;
  let isOwn = true;
  for (let id: string | null = customerId; id !== null; isOwn = false) {
    const body: JsonObject | null = context.store.find("Customer", id);
    if (body === null) return;
    const changed: JsonObject = {
      ...body,
      ...(isOwn ? { Balance: (decimalOf(body["Balance"]) ?? ZERO).plus(by) } : {}),
      BalanceWithJobs: (decimalOf(body["BalanceWithJobs"]) ?? ZERO).plus(by),
    };
    context.store.replaceBody("Customer", id, changed);
    id = refOf(body["ParentRef"]);
  }
}

/** Quantities sold by an invoice, by item Id. */
export function quantitiesOf(invoice: JsonObject | null): Map<string, Big> {
  const sold = new Map<string, Big>();
  for (const line of listOf(invoice?.["Line"])) {
    const detail = objectOf(objectOf(line)?.["SalesItemLineDetail"]);
    const id = refOf(detail?.["ItemRef"]);
    const quantity = decimalOf(detail?.["Qty"]);
    if (id !== null && quantity !== null) sold.set(id, (sold.get(id) ?? ZERO).plus(quantity));
  }
  return sold;
}

/** Takes from stock what is sold now and was not before. Stock may fall below zero, as in QuickBooks. */
export function adjustQuantities(context: CompanyContext, before: Map<string, Big>, after: Map<string, Big>): void {
  for (const id of new Set([...before.keys(), ...after.keys()])) {
    const by = (before.get(id) ?? ZERO).minus(after.get(id) ?? ZERO);
    const item = by.eq(0) ? null : context.store.find("Item", id);
    if (item === null || item["Type"] !== "Inventory") continue;
    context.store.replaceBody("Item", id, { ...item, QtyOnHand: (decimalOf(item["QtyOnHand"]) ?? ZERO).plus(by) });
  }
}
