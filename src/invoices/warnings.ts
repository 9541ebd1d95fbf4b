/**
 * The codes of the warnings that order systems cause (pushes/ and mapping/ have their own). What a warning is:
 * failures/warning.ts.
 */

/** The order system changed an invoice that QuickBooks has; goes away when an update was accepted. */
export const CHANGED_AFTER_SENDING = "changed_after_sending";
/** The order was cancelled: a person decides what becomes of the invoice. */
export const ORDER_CANCELLED = "order_cancelled";
/** The invoice was told again after it was voided; it stays voided. */
export const CREATED_AFTER_VOID = "created_after_void";
/** The order system voided it, but it can't be voided in QuickBooks now. */
export const VOID_WAITS = "void_waits";
