/**
 * The codes of warnings that order systems cause (pushes/ and mapping/ have their own). failures/warning.ts defines
 * what a warning is.
 */

/** The order system changed a document that QuickBooks has; removed when an update is accepted. */
export const CHANGED_AFTER_SENDING = "changed_after_sending";
/** The order was cancelled; a person decides what to do with the document. */
export const ORDER_CANCELLED = "order_cancelled";
/** The document was sent again after it was voided; it stays voided. */
export const CREATED_AFTER_VOID = "created_after_void";
/** The order system voided it, but it can't be voided in QuickBooks now. */
export const VOID_WAITS = "void_waits";
