/**
 * What a person does in QuickBooks by giving a customer the name of another one: the two become one. The survivor takes
 * over transactions and balance; the other one no longer exists. Only webhooks report it, as one event.
 */
import type { CompanyContext } from "../company/context.ts";
import { businessRule, notFound } from "../wire/faults.ts";
import { decimalOf, parseJsonObject, textOf, type JsonObject } from "../wire/json.ts";
import { adjustBalance } from "./balances.ts";
import { invoiceKind } from "./invoice.ts";
import { paymentKind } from "./payment.ts";

/** Merges the first customer into the second and returns the survivor. */
export function mergeCustomers(context: CompanyContext, goneId: string, survivorId: string): JsonObject {
  const [gone, survivor] = [load(context, goneId), load(context, survivorId)];
  if (goneId === survivorId) throw businessRule("A customer cannot be merged into itself");
  const customerRef = { value: survivorId, name: textOf(survivor["DisplayName"]) ?? "" };
  for (const kind of [invoiceKind, paymentKind]) {
    for (const text of context.store.listBodies(kind.type, "AND customer_id = ?", [goneId])) {
      const moved: JsonObject = { ...parseJsonObject(text), CustomerRef: customerRef };
      const id = Number(textOf(moved["Id"]));
      context.store.update({ type: kind.type, id, body: moved, keys: kind.keys(moved) }, context.nowMs);
    }
  }
  const balance = decimalOf(gone["Balance"]);
  if (balance !== null) adjustBalance(context, survivorId, balance);
  context.store.remove("Customer", Number(goneId), context.nowMs);
  context.changes.push({ entity: "Customer", id: survivorId, verb: "Merge", atMs: context.nowMs, deletedId: goneId });
  return load(context, survivorId);
}

function load(context: CompanyContext, id: string): JsonObject {
  const body = context.store.find("Customer", id);
  if (body === null) throw notFound(`Customer ${id}`);
  return body;
}
