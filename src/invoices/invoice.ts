/**
 * The content of an invoice: everything that it says. Pure; pushes/ knows its delivery.
 */
import { z } from "zod";
import { storedOrderSchema } from "../orders/order.ts";
import { absentAsNull, storedJson } from "../platform/stored-json.ts";

/** An invoice's content: JSON in `invoices.body`, and the only input of the QuickBooks payload. */
export const invoiceContentSchema = z.object({
  number: z.string(),
  /** Calendar dates. */
  date: z.string(),
  dueDate: absentAsNull(z.string()),
  order: storedOrderSchema,
});
export type InvoiceContent = z.infer<typeof invoiceContentSchema>;

/** How the content is stored in `invoices.body`. */
const storedContent = storedJson(invoiceContentSchema, []);

/** Reads `invoices.body`, whichever release wrote it. Throws if no release did. */
export function readContent(body: string): InvoiceContent {
  return storedContent.read(body);
}

/** Whether two contents are the same; their stored texts may differ if different releases wrote them. */
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
