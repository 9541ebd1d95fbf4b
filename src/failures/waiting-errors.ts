/**
 * The words of errors that mend themselves or wait for the connection: no answer, throttled, switched off,
 * disconnected. None of them is the invoice's fault. Pure.
 */
import type { Fault } from "../quickbooks/faults.ts";
import type { PushError } from "./push-error.ts";
import { type Subject, clock, doingText, instancePage, make, settingsOf } from "./subject.ts";

/** QuickBooks did not answer, or not readably. */
export function unansweredError(
  failure: {
    reason: string;
    httpStatus: number | null;
    intuitTid: string | null;
    detail: string;
    faults: readonly Fault[];
  },
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

/** It went out unanswered, and QuickBooks can't process the query that would find it. */
export function lookRefusedError(subject: Subject, nowIso: string): PushError {
  return make(
    "unavailable",
    {
      message: `QuickBooks can't look up invoice ${subject.invoiceNumber}, so it is not known whether it arrived.`,
      remedy:
        "Look for it in QuickBooks and correct the record that breaks the search, such as one with a bad e-mail address; then send it again: it is looked up once more before anything is sent.",
    },
    { code: null, intuitTid: null, nowIso, retryable: false },
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

/** QuickBooks refused the access token. That is no lost connection: another one is got by itself. */
export function tokenRefusedError(
  subject: Subject,
  fault: Fault | undefined,
  intuitTid: string | null,
  nowIso: string,
): PushError {
  return make(
    "authentication",
    {
      message: `QuickBooks refuses the access to ${subject.connection.companyName}${fault?.detail ? ` (${fault.detail})` : ""}.`,
      remedy: "Nothing to do: the access is renewed and the invoice tried again by itself.",
    },
    { code: fault?.code || null, intuitTid, nowIso, retryable: true },
  );
}

/** The connection is gone or has to be renewed. */
export function notConnected(
  connection: { id: string; companyName: string; state: string },
  nowIso: string,
): PushError {
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
      remedy:
        "Renew the subscription in QuickBooks, then press Check configuration; waiting invoices go on by themselves.",
      fix: { label: "Check configuration", href: settingsOf(connection.id) },
    },
    { code: "6190", intuitTid: null, nowIso, retryable: true },
  );
}

/** An Enable switch is off. */
export function integrationOff(
  what: { kind: "connection" | "instance"; id: string; name: string },
  nowIso: string,
): PushError {
  const isConnection = what.kind === "connection";
  return make(
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
        href: isConnection ? settingsOf(what.id) : instancePage(what.id),
      },
    },
    { code: null, intuitTid: null, nowIso, retryable: true },
  );
}
