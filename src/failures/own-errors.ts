/**
 * The errors that we raise ourselves: our own refusals (docs/contract.md, section 4: only missing settings and whatever
 * would be booked wrongly) and our own faults. Pure.
 */
import { type Fix, type PushError, pushError } from "./push-error.ts";
import { type Named, type Subject, nameOf, upperNameOf } from "./subject.ts";
import { instancePage, listText, settingsPage } from "./words.ts";

/** The instance has no QuickBooks company. */
export function noConnection(instance: { id: string; name: string; removedAt?: string | null }): PushError {
  if (instance.removedAt) {
    return pushError("missing_configuration", {
      message: `The instance ${instance.name} was removed while no QuickBooks connection was associated with it.`,
      remedy:
        "Void the invoice here; if it is still owed, send it through another instance or create it in QuickBooks.",
    });
  }
  return pushError("missing_configuration", {
    message: `No QuickBooks connection is associated with the instance ${instance.name}.`,
    remedy: "Choose a QuickBooks connection on the instance's page and save, then send the invoice.",
    fix: { label: "Choose a connection", href: instancePage(instance.id) },
    concerns: `instance ${instance.name}`,
  });
}

/** Settings that a push needs are missing. */
export function missingSettingsError(
  connection: { id: string; companyName: string },
  labels: readonly string[],
): PushError {
  const list = listText(labels);
  return pushError("missing_configuration", {
    message: `${list} ${labels.length === 1 ? "is" : "are"} not set for ${connection.companyName}.`,
    remedy: `Set ${list} on the QuickBooks settings page and save, then send the invoice again.`,
    fix: { label: "Open QuickBooks settings", href: settingsPage(connection.id) },
    concerns: list,
  });
}

/** The order's currency can't be booked in this company. */
export function currencyError(subject: Subject, orderCurrency: string, homeCurrency: string): PushError {
  return pushError("validation", {
    message: `${upperNameOf(subject)} is in ${orderCurrency}, but ${subject.connection.companyName} keeps its books in ${homeCurrency} only.`,
    remedy: `Turn on multicurrency in QuickBooks and click Check configuration, or have the order invoiced in ${homeCurrency}; then send the ${subject.noun} again.`,
    fix: { label: "Check configuration", href: settingsPage(subject.connection.id) },
    concerns: `currency ${orderCurrency}`,
  });
}

/** Somebody asked to send an invoice that is voided, or one that was sent and is being looked up. */
export function notSendable(row: { number: string; state: string }): PushError {
  return row.state === "voided"
    ? pushError("validation", {
        message: `Invoice ${row.number} is voided.`,
        remedy: "A voided invoice stays voided; create a new one in the order system.",
      })
    : pushError(
        "unavailable",
        {
          message: `Invoice ${row.number} was sent, but QuickBooks has not confirmed it yet; Bookbridge is looking it up.`,
          remedy: "Wait for the result of the look-up; the invoice is never sent twice.",
        },
        { retryable: true },
      );
}

/** A document of ours that holds the one in QuickBooks. */
export interface Holder {
  id: string;
  number: string;
  customerName: string;
}

/** The document found in QuickBooks already belongs to another one here; `holder` null: to one that is no longer stored. */
export function heldElsewhere(document: Named, qboId: string, holder: Holder | null): PushError {
  return pushError("duplicate", {
    message: `${upperNameOf(document)} was found in QuickBooks as ${nameOf({ ...document, number: qboId })}, which belongs to ${holderText(document.noun, holder)}.`,
    remedy: "Check both in QuickBooks. If this one is owed, send it under another number; if not, void it here.",
    fix: onlyNumberFix(holder),
  });
}

/** As in 'which belongs to …'. */
export function holderText(noun: string, holder: Holder | null): string {
  return holder === null
    ? `another ${noun} of Bookbridge`
    : `${nameOf({ noun, number: holder.number })} for ${holder.customerName} in Bookbridge`;
}

/** The number is taken, and what has it can't be linked. */
export function onlyNumberFix(holder: Holder | null): Fix {
  const heldBy = holder === null ? {} : { heldBy: { id: holder.id, name: holder.number } };
  return { label: "Use another number", action: "choose_number", ...heldBy };
}

/** Our own fault; search the log for `reference`. */
export function internalError(reference: string, what: string): PushError {
  return pushError("internal", {
    message: `${what} Reference ${reference}.`,
    remedy: "Send the invoice again; if it fails again, give this reference to your Bookbridge administrator.",
  });
}
