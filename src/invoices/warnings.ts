/**
 * The warnings of an invoice: what differs from what was asked, in words for a person. One per code; the codes here
 * are those that order systems cause, pushes/ adds its own. Pure.
 */
import { z } from "zod";

const warningListSchema = z.array(z.object({ code: z.string(), message: z.string() }));
export type Warning = z.infer<typeof warningListSchema>[number];

/** The order system changed an invoice that QuickBooks has; goes away when an update was accepted. */
export const CHANGED_AFTER_SENDING = "changed_after_sending";
/** The order was cancelled: a person decides what becomes of the invoice. */
export const ORDER_CANCELLED = "order_cancelled";
/** The invoice was told again after it was voided; it stays voided. */
export const CREATED_AFTER_VOID = "created_after_void";
/** The order system voided it, but it can't be voided in QuickBooks now. */
export const VOID_WAITS = "void_waits";

/** Reads a `warnings` column. */
export function parseWarnings(json: string): Warning[] {
  return warningListSchema.parse(JSON.parse(json));
}

/** The column with the warning in it; an older one of the same code gives way. */
export function withWarning(json: string, warning: Warning): string {
  return JSON.stringify([...parseWarnings(json).filter(({ code }) => code !== warning.code), warning]);
}

/** The column without warnings of these codes. */
export function withoutWarnings(json: string, codes: readonly string[]): string {
  return JSON.stringify(parseWarnings(json).filter(({ code }) => !codes.includes(code)));
}
