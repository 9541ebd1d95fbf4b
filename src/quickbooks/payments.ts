/**
 * Payments of a company: which invoices they pay. Never writes.
 */
import { z } from "zod";
import { type QuickBooks, call } from "./client.ts";
import { OBJECT_NOT_FOUND } from "./codes.ts";
import { isRefusedWith } from "./faults.ts";
import { readPart } from "./wire.ts";

export interface Payment {
  id: string;
  /** Calendar date. */
  date: string | null;
  invoiceIds: string[];
}

const linked = z.array(z.object({ TxnId: z.string(), TxnType: z.string() })).nullish();
const payment = z
  .object({ Id: z.string(), TxnDate: z.string().nullish(), Line: z.array(z.object({ LinkedTxn: linked })).nullish() })
  .transform((row): Payment => ({
    id: row.Id,
    date: row.TxnDate ?? null,
    invoiceIds: (row.Line ?? [])
      .flatMap((line) => line.LinkedTxn ?? [])
      .flatMap((txn) => (txn.TxnType === "Invoice" ? [txn.TxnId] : [])),
  }));

/** The payment, or null if it was deleted. One read. */
export async function readPayment(qb: QuickBooks, id: string): Promise<Payment | null> {
  try {
    const answer = await call(qb, { kind: "read", method: "GET", path: `/payment/${encodeURIComponent(id)}` });
    return readPart(payment as z.ZodType<Payment>, answer, "Payment");
  } catch (error) {
    if (isRefusedWith(error, OBJECT_NOT_FOUND)) return null;
    throw error;
  }
}
