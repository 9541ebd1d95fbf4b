/**
 * The words of our own refusals (contract.md section 4: only missing settings and what would be booked wrongly) and of
 * our own faults. Pure.
 */
import { type PushError, pushError } from "./push-error.ts";
import type { Subject } from "./subject.ts";
import { instancePage, listText, settingsPage } from "./words.ts";

/** The instance has no QuickBooks company. */
export function noConnection(instance: { id: string; name: string; removedAt?: string | null }): PushError {
  if (instance.removedAt) {
    return pushError("missing_configuration", {
      message: `The instance ${instance.name} was removed while no QuickBooks connection was associated with it.`,
      remedy: "Void the invoice here; if it is owed, have it sent by another instance or make it in QuickBooks.",
    });
  }
  return pushError("missing_configuration", {
    message: `No QuickBooks connection is associated with the instance ${instance.name}.`,
    remedy: "Choose a QuickBooks connection on the instance's page, save, then send the invoice.",
    fix: { label: "Choose a connection", href: instancePage(instance.id) },
  });
}

/** Settings that a push needs are not there. */
export function missingSettingsError(
  connection: { id: string; companyName: string },
  labels: readonly string[],
): PushError {
  const list = listText(labels);
  return pushError("missing_configuration", {
    message: `${list} ${labels.length === 1 ? "is" : "are"} not set for ${connection.companyName}.`,
    remedy: `Set ${list} on the QuickBooks settings page, save, then send the invoice again.`,
    fix: { label: "Open QuickBooks settings", href: settingsPage(connection.id) },
  });
}

/** The order's currency can't be booked in this company. */
export function currencyError(subject: Subject, orderCurrency: string, homeCurrency: string): PushError {
  return pushError("validation", {
    message: `Invoice ${subject.invoiceNumber} is in ${orderCurrency}, but ${subject.connection.companyName} keeps its books in ${homeCurrency} only.`,
    remedy: `Turn on multicurrency in QuickBooks and press Check configuration, or have the order invoiced in ${homeCurrency}; then send the invoice again.`,
    fix: { label: "Check configuration", href: settingsPage(subject.connection.id) },
  });
}

/** A person asks to send what is voided, or what went out and is being looked for. */
export function notSendable(row: { number: string; state: string }): PushError {
  return row.state === "voided"
    ? pushError("validation", {
        message: `Invoice ${row.number} is voided.`,
        remedy: "A voided invoice stays voided; have the order system make a new one.",
      })
    : pushError(
        "unavailable",
        {
          message: `Invoice ${row.number} went out and QuickBooks has not answered yet; it is being looked up.`,
          remedy: "Wait until it is found out; it is never sent twice.",
        },
        { retryable: true },
      );
}

/** What was found in QuickBooks as this invoice stands for another one here. */
export function heldElsewhere(row: { number: string }, qboInvoiceId: string): PushError {
  return pushError("duplicate", {
    message: `Invoice ${row.number} was found in QuickBooks as invoice ${qboInvoiceId}, which stands for another invoice of Bookbridge's.`,
    remedy: "Look at both in QuickBooks: if this one is owed, send it under another number; if not, void it here.",
    fix: { label: "Use another number", action: "choose_number" },
  });
}

/** Our fault; `reference` finds it in the log. */
export function internalError(reference: string, what: string): PushError {
  return pushError("internal", {
    message: `${what} Reference ${reference}.`,
    remedy: "Send the invoice again; if it fails again, give the reference to whoever runs Bookbridge.",
  });
}
