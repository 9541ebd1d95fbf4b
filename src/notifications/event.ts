/**
 * What we notify of, and whom: the names of alerts and invoice events, and the ID of the single receiver of alerts.
 * Receivers rely on these names; a name that was ever used must keep its meaning.
 */

/** The receiver of alerts; every other receiver has the ID of its instance. */
export const ALERTS_ENDPOINT = "alerts";

/** Each is sent when it begins, and as `<kind>.resolved` when it ends. */
export const ALERT_KINDS = [
  "connection.attention",
  "invoices.failed",
  "backlog.delayed",
  "deliveries.refused",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const INVOICE_EVENTS = ["invoice.sent", "invoice.failed", "invoice.paid"] as const;
export type InvoiceEvent = (typeof INVOICE_EVENTS)[number];

/** A test that a person sends to check an address. */
export const TEST_EVENT = "test";
