/**
 * An invoice: what it says. Pure; where its delivery stands is told by pushes/.
 */
import { z } from "zod";
import { orderSchema, withoutGuestId } from "../orders/order.ts";
import { absentAsNull, storedJson } from "../platform/stored-json.ts";

/** What an invoice says: JSON in `invoices.body`, and the one input of the QuickBooks payload. */
export const invoiceContentSchema = z.object({
  number: z.string(),
  /** Calendar dates. */
  date: z.string(),
  dueDate: absentAsNull(z.string()),
  order: orderSchema,
});
export type InvoiceContent = z.infer<typeof invoiceContentSchema>;

/** How the content is kept in `invoices.body`. */
const storedContent = storedJson(invoiceContentSchema, [
  (content) => ({ ...content, order: withoutGuestId(z.looseObject({}).parse(content["order"])) }),
]);

/** Reads `invoices.body`, whichever release wrote it. Throws if it is none of them. */
export function readContent(body: string): InvoiceContent {
  return storedContent.read(body);
}

/** Whether two contents say the same; the bodies they were read from may differ, having been written by other releases. */
export function isSameContent(a: InvoiceContent, b: InvoiceContent): boolean {
  return storedContent.isSame(a, b);
}

/** The columns that follow from the content. */
export function contentColumns(content: InvoiceContent) {
  return {
    number: content.number,
    date: content.date,
    dueDate: content.dueDate,
    customerName: content.order.customer.name,
    currency: content.order.currency,
    totalMinor: content.order.totalMinor,
    orderExternalId: content.order.id,
    orderNumber: content.order.number,
    body: storedContent.write(content),
  };
}
