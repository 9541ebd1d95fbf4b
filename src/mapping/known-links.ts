/**
 * The references of a document as far as they are known without a call to QuickBooks, for the preview. A record that is
 * not in QuickBooks yet is shown as its name in brackets, since its ID only exists after the push.
 */
import type { Connection } from "../connections/connection.ts";
import type { Order } from "../orders/order.ts";
import type { Db } from "../platform/db.ts";
import type { Desired } from "./find-or-create.ts";
import { guestWarnings, isOtherBuyer } from "./known-buyer.ts";
import { findLinks } from "./links.ts";
import { type LinkOrPlaceholder, itemsOf, referencesOf, toResolvedLinks } from "./references.ts";
import type { ResolvedLinks } from "./to-qbo-invoice.ts";

/** The references of an order of this instance, from links only. Two database reads. */
export async function knownLinks(
  db: Db,
  connection: Connection,
  instanceId: string,
  order: Order,
): Promise<ResolvedLinks> {
  const references = referencesOf(connection, instanceId, order);
  const { customer } = references;
  const customers = await findLinks(db, connection.id, "customer", [customer.key, customer.formerKey ?? customer.key]);
  const known = customers.get(customer.key) ?? customers.get(customer.formerKey ?? customer.key);
  const isKnown = known && !isOtherBuyer(known.buyer, customer.buyer);
  const keys = itemsOf(references).map(({ key }) => key);
  const items = await findLinks(db, connection.id, "item", keys);
  return toResolvedLinks(references, {
    customer: isKnown
      ? { ...known, warnings: [...known.warnings, ...guestWarnings(known, customer)] }
      : pending(customer),
    itemOf: (item) => items.get(item.key) ?? pending(item),
  });
}

/** A placeholder for an ID that does not exist before the push. */
function pending({ name }: Desired): LinkOrPlaceholder {
  return { qboId: `[${name}]`, isTaxable: null, warnings: [] };
}
