/**
 * The words of errors that mend themselves or wait for the connection: no answer, throttled, switched off,
 * disconnected. None of them is the invoice's fault. Pure.
 */
import { SUBSCRIPTION_LAPSED, THROTTLED } from "../quickbooks/codes.ts";
import type { Fault, UnansweredFailure } from "../quickbooks/faults.ts";
import { type PushError, pushError } from "./push-error.ts";
import { type Subject, stepText } from "./subject.ts";
import { clock, instancePage, settingsPage } from "./words.ts";

/** What is said of an answer that did not come, or can't be used. */
type Silence = Pick<UnansweredFailure, "httpStatus" | "intuitTid"> & {
  faults: readonly Fault[];
  /** `unconfirmed`: an answer came, but may be that of an earlier send. */
  reason: UnansweredFailure["reason"] | "unconfirmed";
};

/** QuickBooks did not answer, or not readably. */
export function unansweredError(silence: Silence, subject: Subject): PushError {
  const isSent = subject.doing.kind === "invoice";
  const status = silence.httpStatus ? ` (HTTP ${silence.httpStatus})` : "";
  const what = `QuickBooks ${UNANSWERED_WORDS[silence.reason]}${status}`;
  return pushError(
    "unavailable",
    {
      message: isSent
        ? `${what} when invoice ${subject.invoiceNumber} was sent, so it is not known whether it arrived.`
        : `${what} while ${stepText(subject.doing)}. Nothing of invoice ${subject.invoiceNumber} has been sent yet.`,
      remedy: isSent
        ? "Nothing to do: Bookbridge looks it up in QuickBooks before it sends anything again."
        : "Nothing to do: it is tried again by itself.",
    },
    { code: silence.faults[0]?.code || null, intuitTid: silence.intuitTid, retryable: true },
  );
}

const UNANSWERED_WORDS: Readonly<Record<Silence["reason"], string>> = {
  timeout: "did not answer in time",
  network: "broke the connection off",
  server_error: "answered with a fault of its own",
  unreadable: "sent an answer that can't be read",
  unconfirmed: "gave no usable answer",
};

/** A worker of ours stopped while the invoice was out. */
export function interruptedError(invoiceNumber: string): PushError {
  return pushError(
    "unavailable",
    {
      message: `Bookbridge was interrupted while invoice ${invoiceNumber} was being sent, so it is not known whether it arrived.`,
      remedy: "Nothing to do: Bookbridge looks it up in QuickBooks before it sends anything again.",
    },
    { retryable: true },
  );
}

/** Still no answer after many sends, and nothing of it in QuickBooks. */
export function neverAnsweredError(subject: Subject, sends: number, last: PushError | null): PushError {
  return pushError(
    "unavailable",
    {
      message: `QuickBooks gave no usable answer to invoice ${subject.invoiceNumber} ${sends} times, and it is not in QuickBooks.`,
      remedy: `Send it again later; if it fails again, give Intuit's support the trace ID${last?.intuitTid ? ` ${last.intuitTid}` : ""}.`,
    },
    { code: last?.code ?? null, intuitTid: last?.intuitTid ?? null },
  );
}

/** It went out unanswered, and QuickBooks can't process the query that would find it. */
export function lookRefusedError(subject: Subject): PushError {
  return pushError("unavailable", {
    message: `QuickBooks can't look up invoice ${subject.invoiceNumber}, so it is not known whether it arrived.`,
    remedy:
      "Look for it in QuickBooks and correct the record that breaks the search, such as one with a bad e-mail address; then send it again: it is looked up once more before anything is sent.",
  });
}

/** QuickBooks or our own pace says: not now. */
export function throttledError(subject: Subject, until: Date, intuitTid: string | null = null): PushError {
  return pushError(
    "rate_limited",
    {
      message: `QuickBooks takes no more requests for ${subject.connection.companyName} at the moment.`,
      remedy: `Nothing to do: invoice ${subject.invoiceNumber} is tried again at ${clock(until)}.`,
    },
    { code: THROTTLED, intuitTid, retryable: true },
  );
}

/** The circuit is open: several calls in a row stayed unanswered. */
export function circuitError(companyName: string, until: Date): PushError {
  return pushError(
    "unavailable",
    {
      message: `QuickBooks did not answer several times in a row for ${companyName}, so requests pause until ${clock(until)}.`,
      remedy: "Nothing to do: sending goes on by itself when QuickBooks answers again.",
    },
    { retryable: true },
  );
}

/** The tokens can't be had just now (vault or token endpoint); not a disconnect. */
export function tokenUnavailableError(companyName: string): PushError {
  return pushError(
    "unavailable",
    {
      message: `Intuit's sign-in service did not renew the access to ${companyName} just now.`,
      remedy: "Nothing to do: it is tried again by itself. The connection is still there.",
    },
    { retryable: true },
  );
}

/** QuickBooks refused the access token. That is no lost connection: another one is got by itself. */
export function tokenRefusedError(
  refusal: { faults: readonly Fault[]; intuitTid: string | null },
  subject: Subject,
): PushError {
  const [fault] = refusal.faults;
  return pushError(
    "authentication",
    {
      message: `QuickBooks refuses the access to ${subject.connection.companyName}${fault?.detail ? ` (${fault.detail})` : ""}.`,
      remedy: "Nothing to do: the access is renewed and the invoice tried again by itself.",
    },
    { code: fault?.code || null, intuitTid: refusal.intuitTid, retryable: true },
  );
}

/** The connection is gone or has to be renewed. `refusal`: what QuickBooks said, where a call found it out. */
export function notConnected(
  connection: { id: string; companyName: string; state: string },
  refusal: { code: string | null; intuitTid: string | null } = { code: null, intuitTid: null },
): PushError {
  const isDisconnected = connection.state === "disconnected";
  return pushError(
    "authentication",
    {
      message: isDisconnected
        ? `${connection.companyName} is disconnected from QuickBooks.`
        : `QuickBooks no longer accepts the authorization for ${connection.companyName}.`,
      remedy: "Reconnect to QuickBooks; waiting invoices then go on by themselves.",
      fix: { label: "Reconnect to QuickBooks", href: settingsPage(connection.id) },
    },
    { code: refusal.code, intuitTid: refusal.intuitTid, retryable: true },
  );
}

/** 6190: the company's subscription has lapsed; looked at again every hour. */
export function subscriptionLapsed(
  connection: { id: string; companyName: string },
  intuitTid: string | null = null,
): PushError {
  return pushError(
    "subscription",
    {
      message: `The QuickBooks subscription of ${connection.companyName} has ended or has a billing problem, so QuickBooks takes no new data.`,
      remedy:
        "Renew the subscription in QuickBooks, then press Check configuration; waiting invoices go on by themselves.",
      fix: { label: "Check configuration", href: settingsPage(connection.id) },
    },
    { code: SUBSCRIPTION_LAPSED, intuitTid, retryable: true },
  );
}

/** An Enable switch is off. */
export function integrationOff(what: { kind: "connection" | "instance"; id: string; name: string }): PushError {
  const isConnection = what.kind === "connection";
  return pushError(
    "integration_disabled",
    {
      message: isConnection
        ? `The QuickBooks integration of ${what.name} is switched off.`
        : `The instance ${what.name} is switched off.`,
      remedy: isConnection
        ? "Turn on Enable integration on the QuickBooks settings page; waiting invoices then go on by themselves."
        : "Turn on Enable on the instance's page; waiting invoices then go on by themselves.",
      fix: {
        label: isConnection ? "Open QuickBooks settings" : "Open the instance",
        href: isConnection ? settingsPage(what.id) : instancePage(what.id),
      },
    },
    { retryable: true },
  );
}
