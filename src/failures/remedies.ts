/**
 * The wording for every refusal by QuickBooks: what happened, with the names involved, and what to do next
 * (docs/contract.md, section 4). Pure. Never says 'unknown error' and is never empty: if QuickBooks gave no text, the
 * message names its code and the step that failed.
 */
import { NUMBER_TAKEN, STALE_OBJECT } from "../quickbooks/codes.ts";
import type { Fault } from "../quickbooks/faults.ts";
import { categoryOf } from "./fault-categories.ts";
import { type ErrorCategory, type PushError, type Words, pushError } from "./push-error.ts";
import { type Subject, nameOf, permissionText, resourceText, upperNameOf } from "./subject.ts";
import { settingsPage } from "./words.ts";

/** A refusal without any explanation, e.g. an empty body. */
const WORDLESS: Fault = {
  code: "",
  message: "",
  detail: "QuickBooks gave no reason.",
  element: null,
  type: "ValidationFault",
};

/** The error of a refusal by QuickBooks. If there are several faults, the first one decides, because QuickBooks names the cause first. */
export function refusedError(
  refusal: { faults: readonly Fault[]; intuitTid: string | null },
  subject: Subject,
): PushError {
  const fault = refusal.faults[0] ?? WORDLESS;
  const byCode = categoryOf(fault);
  const isAccountRefused =
    subject.doing.kind === "account" && ["validation", "permission", "duplicate", "internal"].includes(byCode);
  const category: ErrorCategory = isAccountRefused ? "account_creation" : byCode;
  const words = { ...wordsOf(category, fault, subject), concerns: concernOf(subject) };
  return pushError(category, words, { code: fault.code || null, intuitTid: refusal.intuitTid });
}

/** A refused document is about no record that we know. */
function concernOf({ doing }: Subject): string | undefined {
  switch (doing.kind) {
    case "customer":
    case "item":
      return `${doing.kind} '${doing.name}'`;
    case "account":
      return `${doing.role} '${doing.name}'`;
    case "document":
    case "company":
      return undefined;
  }
}

function wordsOf(category: ErrorCategory, fault: Fault, subject: Subject): Words {
  const said = quoted(fault);
  const company = subject.connection.companyName;
  const settings = settingsPage(subject.connection.id);
  const thing = resourceText(subject);
  switch (category) {
    case "authentication":
      return {
        message: `QuickBooks denied access to ${company}: ${said}`,
        remedy: `Reconnect to QuickBooks, then send the ${subject.noun} again.`,
        fix: { label: "Reconnect to QuickBooks", href: settings },
      };
    case "permission":
      return {
        message: `QuickBooks does not allow the connected user to ${permissionText(subject)} in ${company}: ${said}`,
        remedy: `Ask a QuickBooks administrator of the company to click Reconnect to QuickBooks, then send the ${subject.noun} again.`,
        fix: { label: "Reconnect to QuickBooks", href: settings },
      };
    case "account_creation":
      return {
        message: `The ${subject.doing.kind === "account" ? `${subject.doing.role} '${subject.doing.name}'` : "account"} could not be created in ${company}: ${said}`,
        remedy: `Create the account by hand in QuickBooks with this name, or choose another account in the settings, then send the ${subject.noun} again.`,
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "duplicate":
      return {
        message:
          fault.code === NUMBER_TAKEN
            ? `The number ${subject.number} is already used in ${company}: ${said}`
            : `The name of ${thing} is already taken in ${company}: ${said}`,
        remedy:
          fault.code === NUMBER_TAKEN
            ? `If it is the same ${subject.noun}, link it; if it is a different one, send this ${subject.noun} under another number.`
            : `Rename the other customer, vendor, employee or item in QuickBooks, then send the ${subject.noun} again.`,
      };
    case "closed_period":
      return {
        message: `${upperNameOf(subject)} is dated ${subject.date}, but the books of ${company} are closed for that date: ${said}`,
        remedy: `Move the closing date in QuickBooks to before that date, or have the ${subject.noun} dated later, then send it again.`,
      };
    case "subscription":
      return {
        message: `The QuickBooks plan of ${company} does not support ${thing}: ${said}`,
        remedy: `Upgrade the plan in QuickBooks, or choose Non-inventory or Service as Item type in the settings, then send the ${subject.noun} again.`,
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "inactive_reference":
      return {
        message: `A record that ${nameOf(subject)} refers to is inactive or was deleted in ${company}: ${said}`,
        remedy: `Make active again whatever is inactive in QuickBooks, or send the ${subject.noun} again to look up its records once more.`,
      };
    case "rate_limited":
      return {
        message: `QuickBooks is limiting requests for ${company} right now: ${said}`,
        remedy: "No action needed: Bookbridge tries again automatically.",
      };
    case "unavailable":
      return {
        message: `QuickBooks could not ${permissionText(subject)} in ${company}: ${said}`,
        remedy: `Send the ${subject.noun} again. If it fails again, sign in to QuickBooks and check that the company is usable, or give Intuit support the trace ID.`,
      };
    case "validation":
      return validationWords(fault, subject, said);
    case "internal":
      return {
        message: `QuickBooks could not read the request for ${thing}: ${said}`,
        remedy: `Send the ${subject.noun} again; if it fails again, give the trace ID to your Bookbridge administrator.`,
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

function validationWords(fault: Fault, subject: Subject, said: string): Words {
  const thing = resourceText(subject);
  const openSettings = { label: "Open QuickBooks settings", href: settingsPage(subject.connection.id) };
  switch (fault.code) {
    case "6270":
      return {
        message: `${upperNameOf(subject)} is dated ${subject.date}, before the inventory start date of an item on it${subject.inventoryStartDate ? ` (new items start on ${subject.inventoryStartDate})` : ""}: ${said}`,
        remedy: `Set the item's inventory start date in QuickBooks to ${subject.date} or earlier, change Inventory start date in the settings as well, then send the ${subject.noun} again.`,
        fix: openSettings,
      };
    case "2210":
      return {
        message: `QuickBooks does not accept the email address of ${thing}: ${said}`,
        remedy: `Correct the email address in the order system; it then sends the ${subject.noun} again.`,
      };
    case "6430":
    case "6010":
      return {
        message: `An account in the settings has the wrong type for ${thing}: ${said}`,
        remedy: `Choose an account of the right type in the settings (Check configuration shows which one), then send the ${subject.noun} again.`,
        fix: openSettings,
      };
    case "6100":
    case "6160":
    case "6230":
    case "6470":
      return {
        message: `QuickBooks does not accept the tax on ${nameOf(subject)}: ${said}`,
        remedy: `Check the sales tax setup in QuickBooks and the tax codes in the settings, then send the ${subject.noun} again.`,
        fix: openSettings,
      };
    case STALE_OBJECT:
      return {
        message: `Someone changed ${thing} in QuickBooks at the same time: ${said}`,
        remedy: `Check the ${subject.noun} in QuickBooks, then send it again.`,
      };
    default:
      return {
        message: `QuickBooks refused ${thing}: ${said}`,
        remedy: `Correct this in the order system, in QuickBooks or in the settings, then send the ${subject.noun} again.`,
      };
  }
}

/** QuickBooks' own text, as a full sentence. */
function quoted(fault: Fault): string {
  const texts = [fault.detail, fault.message].map((said) => said.replace(/^[\s:]+/, "").trim());
  const text = texts.find((said) => said !== "") ?? `code ${fault.code || "missing"}, no text`;
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
