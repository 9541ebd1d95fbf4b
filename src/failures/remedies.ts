/**
 * The words for every refusal by QuickBooks: category → what happened, with the names involved, and what a person
 * should do next (docs/contract.md, section 4). Pure. Never says 'unknown error' and never nothing: where QuickBooks
 * gave no text, its code and what was being done say what there is to say.
 */
import { NUMBER_TAKEN, STALE_OBJECT } from "../quickbooks/codes.ts";
import type { Fault } from "../quickbooks/faults.ts";
import { categoryOf } from "./fault-categories.ts";
import { type ErrorCategory, type PushError, type Words, pushError } from "./push-error.ts";
import { type Subject, permissionText, resourceText } from "./subject.ts";
import { settingsPage } from "./words.ts";

/** A refusal that says nothing, e.g. an empty body. */
const WORDLESS: Fault = {
  code: "",
  message: "",
  detail: "QuickBooks refused without a word.",
  element: null,
  type: "ValidationFault",
};

/** The error of a refusal by QuickBooks. Of several faults the first decides: QuickBooks names the cause first. */
export function refusedError(
  refusal: { faults: readonly Fault[]; intuitTid: string | null },
  subject: Subject,
): PushError {
  const fault = refusal.faults[0] ?? WORDLESS;
  const byCode = categoryOf(fault);
  const isAccountRefused =
    subject.doing.kind === "account" && ["validation", "permission", "duplicate", "internal"].includes(byCode);
  const category: ErrorCategory = isAccountRefused ? "account_creation" : byCode;
  const words = wordsOf(category, fault, subject);
  return pushError(category, words, { code: fault.code || null, intuitTid: refusal.intuitTid });
}

function wordsOf(category: ErrorCategory, fault: Fault, subject: Subject): Words {
  const said = quoted(fault);
  const company = subject.connection.companyName;
  const settings = settingsPage(subject.connection.id);
  const thing = resourceText(subject);
  switch (category) {
    case "authentication":
      return {
        message: `QuickBooks refuses the access to ${company}: ${said}`,
        remedy: "Reconnect to QuickBooks, then send the invoice again.",
        fix: { label: "Reconnect to QuickBooks", href: settings },
      };
    case "permission":
      return {
        message: `QuickBooks does not allow the connected user to ${permissionText(subject.doing)} in ${company}: ${said}`,
        remedy:
          "Have a QuickBooks administrator of the company press Reconnect to QuickBooks, then send the invoice again.",
        fix: { label: "Reconnect to QuickBooks", href: settings },
      };
    case "account_creation":
      return {
        message: `The ${subject.doing.kind === "account" ? `${subject.doing.role} '${subject.doing.name}'` : "account"} could not be created in ${company}: ${said}`,
        remedy:
          "Create the account by hand in QuickBooks under this name, or choose another one in the settings; then send the invoice again.",
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "duplicate":
      return {
        message:
          fault.code === NUMBER_TAKEN
            ? `The number ${subject.invoiceNumber} is already used in ${company}: ${said}`
            : `The name of ${thing} is already taken in ${company}: ${said}`,
        remedy:
          fault.code === NUMBER_TAKEN
            ? "If that is this very invoice, link it; if it is another one, send this one under another number."
            : "Rename the other customer, vendor, employee or item in QuickBooks, then send the invoice again.",
      };
    case "closed_period":
      return {
        message: `Invoice ${subject.invoiceNumber} is dated ${subject.date}, and the books of ${company} are closed for that date: ${said}`,
        remedy:
          "Move the closing date in QuickBooks to before that date, or have the invoice dated later; then send it again.",
      };
    case "subscription":
      return {
        message: `The QuickBooks plan of ${company} lacks what is needed for ${thing}: ${said}`,
        remedy:
          "Upgrade the plan in QuickBooks, or choose Non-inventory or Service as Item type in the settings; then send the invoice again.",
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "inactive_reference":
      return {
        message: `Something that invoice ${subject.invoiceNumber} refers to was made inactive or deleted in ${company}: ${said}`,
        remedy: "Make it active again in QuickBooks, or send the invoice again so that it is looked up anew.",
      };
    case "rate_limited":
      return {
        message: `QuickBooks takes no more requests for ${company} at the moment: ${said}`,
        remedy: "Nothing to do: it is tried again by itself.",
      };
    case "unavailable":
      return {
        message: `QuickBooks could not ${permissionText(subject.doing)} in ${company}: ${said}`,
        remedy:
          "Send the invoice again; if it fails again, sign in to QuickBooks and look whether the company can be used, or give Intuit's support the trace ID.",
      };
    case "validation":
      return validationWords(fault, subject, said, thing, settings);
    case "internal":
      return {
        message: `QuickBooks could not read the request for ${thing}: ${said}`,
        remedy: "Send the invoice again; if it fails again, give the trace ID to whoever runs Bookbridge.",
      };
    case "missing_configuration":
    case "integration_disabled":
      return {
        message: said,
        remedy: "Open the QuickBooks settings.",
        fix: { label: "Open QuickBooks settings", href: settings },
      };
  }
}

function validationWords(fault: Fault, subject: Subject, said: string, thing: string, settings: string): Words {
  const openSettings = { label: "Open QuickBooks settings", href: settings };
  switch (fault.code) {
    case "6270":
      return {
        message: `Invoice ${subject.invoiceNumber} is dated ${subject.date}, before the inventory start date of an item on it${subject.inventoryStartDate ? ` (new items start on ${subject.inventoryStartDate})` : ""}: ${said}`,
        remedy: `Set the item's inventory start date in QuickBooks to ${subject.date} or earlier, and Inventory start date in the settings too; then send the invoice again.`,
        fix: openSettings,
      };
    case "2210":
      return {
        message: `QuickBooks does not take the e-mail address of ${thing}: ${said}`,
        remedy: "Correct the e-mail address in the order system, which sends the invoice anew.",
      };
    case "6430":
    case "6010":
      return {
        message: `An account in the settings has the wrong type for ${thing}: ${said}`,
        remedy:
          "Choose an account of the right type in the settings (Check configuration says which), then send the invoice again.",
        fix: openSettings,
      };
    case "6100":
    case "6160":
    case "6230":
    case "6470":
      return {
        message: `QuickBooks does not take the tax of invoice ${subject.invoiceNumber}: ${said}`,
        remedy:
          "Look at the sales tax set-up in QuickBooks and at the tax codes in the settings, then send the invoice again.",
        fix: openSettings,
      };
    case STALE_OBJECT:
      return {
        message: `Somebody changed ${thing} in QuickBooks at the same time: ${said}`,
        remedy: "Look at the invoice in QuickBooks, then send it again.",
      };
    default:
      return {
        message: `QuickBooks refused ${thing}: ${said}`,
        remedy:
          "Correct what QuickBooks names, in the order system, in QuickBooks or in the settings; then send the invoice again.",
      };
  }
}

/** What QuickBooks said, as a sentence of its own. */
function quoted(fault: Fault): string {
  const texts = [fault.detail, fault.message].map((said) => said.replace(/^[\s:]+/, "").trim());
  const text = texts.find((said) => said !== "") ?? `code ${fault.code || "missing"}, no text`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
