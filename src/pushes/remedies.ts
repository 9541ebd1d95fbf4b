/**
 * The words of every error: what happened, with the names involved, and what a person should do next
 * (contract.md section 4). Pure. Never says 'unknown error' and never nothing: where QuickBooks gave no text, the
 * HTTP status and what was being done say what there is to say.
 */
import type { Fault } from "../quickbooks/faults.ts";
import { CATEGORY_TITLES, type ErrorCategory, type PushError } from "./error.ts";
import { categoryOf } from "./fault-categories.ts";

/** What was being done when the error came. */
export type Doing =
  | { kind: "customer"; name: string; id?: string }
  | { kind: "item"; name: string; sku: string | null; id?: string }
  | { kind: "account"; name: string; role: string }
  | { kind: "invoice"; operation: "create" | "update" | "void" }
  | { kind: "company" };

/** The names that messages may use. */
export interface Subject {
  connection: { id: string; companyName: string };
  invoiceNumber: string;
  date: string;
  customerName: string;
  inventoryStartDate?: string | null;
  doing: Doing;
}

interface Words {
  message: string;
  remedy: string;
  fix?: PushError["fix"];
}

/** The error of a refusal by QuickBooks. */
export function refusedError(faults: readonly Fault[], subject: Subject, intuitTid: string | null, nowIso: string): PushError {
  const fault = faults[0] ?? { code: "", message: "", detail: "QuickBooks refused without a word.", element: null, type: "ValidationFault" };
  const byCode = categoryOf(fault);
  const isAccountRefused = subject.doing.kind === "account" && ["validation", "permission", "duplicate", "internal"].includes(byCode);
  const category: ErrorCategory = isAccountRefused ? "account_creation" : byCode;
  const words = wordsOf(category, fault, subject);
  return make(category, words, { code: fault.code || null, intuitTid, nowIso, retryable: false });
}

/** QuickBooks did not answer, or not readably. */
export function unansweredError(
  failure: { reason: string; httpStatus: number | null; intuitTid: string | null; detail: string; faults: readonly Fault[] },
  subject: Subject,
  nowIso: string,
): PushError {
  const isSent = subject.doing.kind === "invoice";
  const what = UNANSWERED_WORDS[failure.reason] ?? "gave no usable answer";
  const status = failure.httpStatus ? ` (HTTP ${failure.httpStatus})` : "";
  return make(
    "unavailable",
    {
      message: isSent
        ? `QuickBooks ${what}${status} when invoice ${subject.invoiceNumber} was sent, so it is not known whether it arrived.`
        : `QuickBooks ${what}${status} while ${doingText(subject.doing)}. Nothing of invoice ${subject.invoiceNumber} has been sent yet.`,
      remedy: isSent
        ? "Nothing to do: Bookbridge looks it up in QuickBooks before it sends anything again."
        : "Nothing to do: it is tried again by itself.",
    },
    { code: failure.faults[0]?.code || null, intuitTid: failure.intuitTid, nowIso, retryable: true },
  );
}

const UNANSWERED_WORDS: Readonly<Record<string, string>> = {
  timeout: "did not answer in time",
  network: "broke the connection off",
  server_error: "answered with a fault of its own",
  unreadable: "sent an answer that can't be read",
};

/** A worker of ours stopped while the invoice was out. */
export function interruptedError(invoiceNumber: string, nowIso: string): PushError {
  return make(
    "unavailable",
    {
      message: `Bookbridge was interrupted while invoice ${invoiceNumber} was being sent, so it is not known whether it arrived.`,
      remedy: "Nothing to do: Bookbridge looks it up in QuickBooks before it sends anything again.",
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}

/** Still no answer after many sends, and nothing of it in QuickBooks. */
export function neverAnsweredError(subject: Subject, sends: number, last: PushError | null, nowIso: string): PushError {
  return make(
    "unavailable",
    {
      message: `QuickBooks gave no usable answer to invoice ${subject.invoiceNumber} ${sends} times, and it is not in QuickBooks.`,
      remedy: `Send it again later; if it fails again, give Intuit's support the trace ID${last?.intuit_tid ? ` ${last.intuit_tid}` : ""}.`,
    },
    { code: last?.code ?? null, intuitTid: last?.intuit_tid ?? null, nowIso, retryable: false },
  );
}

/** QuickBooks or our own pace says: not now. */
export function throttledError(subject: Subject, until: string, intuitTid: string | null, nowIso: string): PushError {
  return make(
    "rate_limited",
    {
      message: `QuickBooks takes no more requests for ${subject.connection.companyName} at the moment.`,
      remedy: `Nothing to do: invoice ${subject.invoiceNumber} is tried again at ${clock(until)}.`,
    },
    { code: "3001", intuitTid, nowIso, retryable: true },
  );
}

/** The circuit is open: several calls in a row stayed unanswered. */
export function circuitError(companyName: string, until: string, nowIso: string): PushError {
  return make(
    "unavailable",
    {
      message: `QuickBooks did not answer several times in a row for ${companyName}, so requests pause until ${clock(until)}.`,
      remedy: "Nothing to do: sending goes on by itself when QuickBooks answers again.",
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}

/** The tokens can't be had just now (vault or token endpoint); not a disconnect. */
export function tokenUnavailableError(companyName: string, nowIso: string): PushError {
  return make(
    "unavailable",
    {
      message: `Intuit's sign-in service did not renew the access to ${companyName} just now.`,
      remedy: "Nothing to do: it is tried again by itself. The connection is still there.",
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}

/** QuickBooks refuses a token that was renewed a moment ago. */
export function tokenRefusedError(subject: Subject, fault: Fault | undefined, intuitTid: string | null, nowIso: string): PushError {
  return make(
    "authentication",
    {
      message: `QuickBooks refuses the access to ${subject.connection.companyName}${fault?.detail ? ` (${fault.detail})` : ""}.`,
      remedy: "Reconnect to QuickBooks; the invoice then goes on by itself.",
      fix: { label: "Reconnect to QuickBooks", href: settingsOf(subject.connection.id) },
    },
    { code: fault?.code || null, intuitTid, nowIso, retryable: true },
  );
}

/** The connection is gone or has to be renewed. */
export function notConnected(connection: { id: string; companyName: string; state: string }, nowIso: string): PushError {
  const isDisconnected = connection.state === "disconnected";
  return make(
    "authentication",
    {
      message: isDisconnected
        ? `${connection.companyName} is disconnected from QuickBooks.`
        : `QuickBooks no longer accepts the authorization for ${connection.companyName}.`,
      remedy: "Reconnect to QuickBooks; waiting invoices then go on by themselves.",
      fix: { label: "Reconnect to QuickBooks", href: settingsOf(connection.id) },
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}

/** 6190: the company's subscription has lapsed; looked at again every hour. */
export function subscriptionLapsed(connection: { id: string; companyName: string }, nowIso: string): PushError {
  return make(
    "subscription",
    {
      message: `The QuickBooks subscription of ${connection.companyName} has ended or has a billing problem, so QuickBooks takes no new data.`,
      remedy: "Renew the subscription in QuickBooks, then press Check configuration; waiting invoices go on by themselves.",
      fix: { label: "Check configuration", href: settingsOf(connection.id) },
    },
    { code: "6190", intuitTid: null, nowIso, retryable: true },
  );
}

/** An Enable switch is off. */
export function integrationOff(what: { kind: "connection" | "instance"; id: string; name: string }, nowIso: string): PushError {
  const isConnection = what.kind === "connection";
  return make(
    "integration_disabled",
    {
      message: isConnection ? `The QuickBooks integration of ${what.name} is switched off.` : `The instance ${what.name} is switched off.`,
      remedy: isConnection
        ? "Turn on Enable integration on the QuickBooks settings page; waiting invoices then go on by themselves."
        : "Turn on Enable on the instance's page; waiting invoices then go on by themselves.",
      fix: {
        label: isConnection ? "Open QuickBooks settings" : "Open the instance",
        href: isConnection ? settingsOf(what.id) : `/settings/instances/${what.id}`,
      },
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}

/** The instance has no QuickBooks company. */
export function noConnection(instance: { id: string; name: string }, nowIso: string): PushError {
  return make(
    "missing_configuration",
    {
      message: `No QuickBooks connection is associated with the instance ${instance.name}.`,
      remedy: "Choose a QuickBooks connection on the instance's page, save, then send the invoice.",
      fix: { label: "Choose a connection", href: `/settings/instances/${instance.id}` },
    },
    { code: null, intuitTid: null, nowIso, retryable: false },
  );
}

/** Settings that a push needs are not there. */
export function missingSettingsError(connection: { id: string; companyName: string }, labels: readonly string[], nowIso: string): PushError {
  const list = listText(labels);
  return make(
    "missing_configuration",
    {
      message: `${list} ${labels.length === 1 ? "is" : "are"} not set for ${connection.companyName}.`,
      remedy: `Set ${list} on the QuickBooks settings page, save, then send the invoice again.`,
      fix: { label: "Open QuickBooks settings", href: settingsOf(connection.id) },
    },
    { code: null, intuitTid: null, nowIso, retryable: false },
  );
}

/** The order's currency can't be booked in this company. */
export function currencyError(subject: Subject, orderCurrency: string, homeCurrency: string, nowIso: string): PushError {
  return make(
    "validation",
    {
      message: `Invoice ${subject.invoiceNumber} is in ${orderCurrency}, but ${subject.connection.companyName} keeps its books in ${homeCurrency} only.`,
      remedy: `Turn on multicurrency in QuickBooks and press Check configuration, or have the order invoiced in ${homeCurrency}; then send the invoice again.`,
      fix: { label: "Check configuration", href: settingsOf(subject.connection.id) },
    },
    { code: null, intuitTid: null, nowIso, retryable: false },
  );
}

/** The number is taken in QuickBooks by an invoice that is not ours. */
export function numberTaken(
  subject: Subject,
  found: { qboId: string; total: string; customerName: string } | null,
  error: { code: string | null; intuitTid: string | null },
  nowIso: string,
): PushError {
  const who = found ? ` It belongs to an invoice of ${found.total} for ${found.customerName}.` : "";
  return make(
    "duplicate",
    {
      message: `The number ${subject.invoiceNumber} is already used in ${subject.connection.companyName}.${who}`,
      remedy: "If that is this very invoice, link it; if it is another one, send this one under another number.",
      fix: {
        label: "Link it or use another number",
        action: "link_duplicate",
        ...(found ? { subject: { kind: "invoice", id: found.qboId, name: subject.invoiceNumber } } : {}),
      },
    },
    { code: error.code ?? "6140", intuitTid: error.intuitTid, nowIso, retryable: false },
  );
}

/** Our fault; `reference` finds it in the log. */
export function internalError(reference: string, what: string, nowIso: string): PushError {
  return make(
    "internal",
    {
      message: `${what} Reference ${reference}.`,
      remedy: "Send the invoice again; if it fails again, give the reference to whoever runs Bookbridge.",
    },
    { code: null, intuitTid: null, nowIso, retryable: false },
  );
}

function wordsOf(category: ErrorCategory, fault: Fault, subject: Subject): Words {
  const said = quoted(fault);
  const company = subject.connection.companyName;
  const settings = settingsOf(subject.connection.id);
  const thing = thingText(subject.doing, subject);
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
        remedy: "Have a QuickBooks administrator of the company press Reconnect to QuickBooks, then send the invoice again.",
        fix: { label: "Reconnect to QuickBooks", href: settings },
      };
    case "account_creation":
      return {
        message: `The ${subject.doing.kind === "account" ? `${subject.doing.role} '${subject.doing.name}'` : "account"} could not be created in ${company}: ${said}`,
        remedy: "Create the account by hand in QuickBooks under this name, or choose another one in the settings; then send the invoice again.",
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "duplicate":
      return {
        message:
          fault.code === "6140"
            ? `The number ${subject.invoiceNumber} is already used in ${company}: ${said}`
            : `The name of ${thing} is already taken in ${company}: ${said}`,
        remedy:
          fault.code === "6140"
            ? "If that is this very invoice, link it; if it is another one, send this one under another number."
            : "Rename the other customer, vendor, employee or item in QuickBooks, then send the invoice again.",
      };
    case "closed_period":
      return {
        message: `Invoice ${subject.invoiceNumber} is dated ${subject.date}, and the books of ${company} are closed for that date: ${said}`,
        remedy: "Move the closing date in QuickBooks to before that date, or have the invoice dated later; then send it again.",
      };
    case "subscription":
      return {
        message: `The QuickBooks plan of ${company} lacks what is needed for ${thing}: ${said}`,
        remedy: "Upgrade the plan in QuickBooks, or choose Non-inventory or Service as Item type in the settings; then send the invoice again.",
        fix: { label: "Open QuickBooks settings", href: settings },
      };
    case "inactive_reference":
      return {
        message: `Something that invoice ${subject.invoiceNumber} refers to was made inactive or deleted in ${company}: ${said}`,
        remedy: "Make it active again in QuickBooks, or send the invoice again so that it is looked up anew.",
      };
    case "rate_limited":
      return { message: `QuickBooks takes no more requests for ${company} at the moment: ${said}`, remedy: "Nothing to do: it is tried again by itself." };
    case "unavailable":
      return {
        message: `QuickBooks could not ${permissionText(subject.doing)} in ${company}: ${said}`,
        remedy: "Send the invoice again; if it fails again, sign in to QuickBooks and look whether the company can be used, or give Intuit's support the trace ID.",
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
      return { message: said, remedy: "Open the QuickBooks settings.", fix: { label: "Open QuickBooks settings", href: settings } };
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
        remedy: "Choose an account of the right type in the settings (Check configuration says which), then send the invoice again.",
        fix: openSettings,
      };
    case "6100":
    case "6160":
    case "6230":
    case "6470":
      return {
        message: `QuickBooks does not take the tax of invoice ${subject.invoiceNumber}: ${said}`,
        remedy: "Look at the sales tax set-up in QuickBooks and at the tax codes in the settings, then send the invoice again.",
        fix: openSettings,
      };
    case "5010":
      return {
        message: `Somebody changed ${thing} in QuickBooks at the same time: ${said}`,
        remedy: "Look at the invoice in QuickBooks, then send it again.",
      };
    default:
      return {
        message: `QuickBooks refused ${thing}: ${said}`,
        remedy: "Correct what QuickBooks names, in the order system, in QuickBooks or in the settings; then send the invoice again.",
      };
  }
}

/** What QuickBooks said, as a sentence of its own. */
function quoted(fault: Fault): string {
  const text = (fault.detail || fault.message || `code ${fault.code || "missing"}, no text`).trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function thingText(doing: Doing, subject: Subject): string {
  switch (doing.kind) {
    case "customer":
      return `the customer '${doing.name}'`;
    case "item":
      return `the item '${doing.name}'${doing.sku ? ` (SKU ${doing.sku})` : ""}`;
    case "account":
      return `the ${doing.role} '${doing.name}'`;
    case "invoice":
      return `invoice ${subject.invoiceNumber} for ${subject.customerName}`;
    case "company":
      return `the company ${subject.connection.companyName}`;
  }
}

function doingText(doing: Doing): string {
  switch (doing.kind) {
    case "customer":
      return `the customer '${doing.name}' was looked up or created`;
    case "item":
      return `the item '${doing.name}' was looked up or created`;
    case "account":
      return `the ${doing.role} '${doing.name}' was looked up or created`;
    case "invoice":
      return "the invoice was sent";
    case "company":
      return "the company was read";
  }
}

function permissionText(doing: Doing): string {
  switch (doing.kind) {
    case "customer":
      return `create the customer '${doing.name}'`;
    case "item":
      return `create the item '${doing.name}'`;
    case "account":
      return `create the account '${doing.name}'`;
    case "invoice":
      return `${doing.operation} invoices`;
    case "company":
      return "read the company";
  }
}

function make(
  category: ErrorCategory,
  words: Words,
  rest: { code: string | null; intuitTid: string | null; nowIso: string; retryable: boolean },
): PushError {
  return {
    category,
    title: CATEGORY_TITLES[category],
    message: words.message,
    remedy: words.remedy,
    code: rest.code,
    retryable: rest.retryable,
    intuit_tid: rest.intuitTid,
    occurred_at: rest.nowIso,
    fix: words.fix ?? null,
  };
}

function settingsOf(connectionId: string): string {
  return `/settings/quickbooks/${connectionId}`;
}

function clock(iso: string): string {
  return `${iso.slice(11, 16)} UTC`;
}

function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
