/**
 * Finds or creates everything that a document refers to in QuickBooks. A known link costs no call; `findOrCreate` does
 * the rest.
 */
import type { ResolvedLinks } from "./to-qbo-invoice.ts";
import { itemsOf, referencesOf, toResolvedLinks } from "./references.ts";
import { resolveCustomer } from "./resolve-customer.ts";
import { resolveItems } from "./resolve-items.ts";
import type { ResolveTask } from "./resolve-task.ts";

/** Resolves all links of a document. Throws `FailedWhile`, or `LocalRefusal` if one of our own rules forbids it. */
export async function resolveLinks(task: ResolveTask): Promise<ResolvedLinks> {
  const references = referencesOf(task.context.connection, task.instanceId, task.content.order);
  const customer = await resolveCustomer(task, references.customer);
  const items = await resolveItems(task, itemsOf(references));
  return toResolvedLinks(references, {
    customer,
    itemOf: ({ key }) => {
      const link = items.get(key);
      if (!link) throw new Error(`No link for ${key}`);
      return link;
    },
  });
}
