/**
 * QuickBooks' error codes that a decision hangs on, by name (docs/qbo-api.md, section 9); nothing else may spell one out.
 */

/** The name is held by another record of that list, or by a vendor or an employee. */
export const NAME_TAKEN = "6240";
