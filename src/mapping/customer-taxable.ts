/**
 * Whether QuickBooks charges a customer sales tax (US): an exempt customer's invoice gets none, whatever it says. Remembered
 * with the link; read again where it is not known, and before an invoice would be refused for it, since somebody may have
 * changed it in the meantime.
 */
import { whileDoing } from "../failures/failed-while.ts";
import type { QuickBooks } from "../quickbooks/client.ts";
import { readCustomerIfThere } from "../quickbooks/customers.ts";
import { recordTaxable } from "./links.ts";
import type { ResolveTask } from "./resolve-task.ts";
import type { ResolvedLinks } from "./to-qbo-invoice.ts";

/** One read, none for a customer that is known to be taxable. Throws `FailedWhile`. */
export async function isCustomerTaxable(
  { context, qb, content }: Pick<ResolveTask, "context" | "qb" | "content">,
  { customerId, isCustomerTaxable: isKnown }: Pick<ResolvedLinks, "customerId" | "isCustomerTaxable">,
): Promise<boolean> {
  if (isKnown === true) return true;
  const { name } = content.order.customer;
  const isTaxable = await whileDoing({ kind: "customer", name, id: customerId }, () => readTaxable(qb, customerId));
  await recordTaxable(context.db, context.connection.id, customerId, isTaxable);
  return isTaxable;
}

/** A customer that is gone is QuickBooks' to refuse. */
async function readTaxable(qb: QuickBooks, customerId: string): Promise<boolean> {
  return (await readCustomerIfThere(qb, customerId))?.isTaxable ?? true;
}
