/**
 * What can be told, and to whom: the names of alerts and invoice events, and the ID of the one receiver of alerts.
 * Names are part of what receivers rely on; one that was used once must keep its meaning.
 */

/** The receiver of alerts; every other receiver has the ID of its instance. */
export const ALERTS_ENDPOINT = "alerts";

/** Each is told when it begins, and as `<kind>.resolved` when it is over. */
export const ALERT_KINDS = ["connection.attention", "invoices.failed", "backlog.delayed"] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

export const INVOICE_EVENTS = ["invoice.sent", "invoice.failed"] as const;
export type InvoiceEvent = (typeof INVOICE_EVENTS)[number];

/** What a person sends to see whether an address works. */
export const TEST_EVENT = "test";
