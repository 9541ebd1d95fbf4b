/**
 * An invoice: what it says. Pure; where its delivery stands is told by pushes/.
 */
import { z } from "zod";
import { orderSchema } from "../orders/order.ts";

/** What an invoice says: JSON in `invoices.body`, and the one input of the QuickBooks payload. */
export const invoiceContentSchema = z.object({
  number: z.string(),
  /** Calendar dates. */
  date: z.string(),
  dueDate: z.string().nullable(),
  order: orderSchema,
});
export type InvoiceContent = z.infer<typeof invoiceContentSchema>;

/** Reads `invoices.body`. Throws where it is not what was written there. */
export function readContent(body: string): InvoiceContent {
  return invoiceContentSchema.parse(JSON.parse(body));
}

/** The columns that follow from the content. The same content gives the same `body`, whatever the order of its keys. */
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
    body: JSON.stringify(invoiceContentSchema.parse(content)),
  };
}
