/**
 * Errors that go away on their own or wait for the connection: no answer, throttled, switched off, disconnected. None
 * of them is the invoice's fault. Pure.
 */
import { SUBSCRIPTION_LAPSED, THROTTLED } from "../quickbooks/codes.ts";
import type { Fault, UnansweredFailure } from "../quickbooks/faults.ts";
import { type PushError, pushError } from "./push-error.ts";
import { type Named, type Subject, nameOf, stepText, upperNameOf } from "./subject.ts";
import { clock, instancePage, settingsPage } from "./words.ts";

/** Why there is no usable answer. */
type Silence = Pick<UnansweredFailure, "httpStatus" | "intuitTid"> & {
  faults: readonly Fault[];
  /** `unconfirmed`: there was an answer, but it may belong to an earlier send. */
  reason: UnansweredFailure["reason"] | "unconfirmed";
};

/** QuickBooks did not answer, or its answer can't be read. */
export function unansweredError(silence: Silence, subject: Subject): PushError {
  const isSent = subject.doing.kind === "document";
  const status = silence.httpStatus ? ` (HTTP ${silence.httpStatus})` : "";
  const what = `QuickBooks ${UNANSWERED_WORDS[silence.reason]}${status}`;
  return pushError(
    "unavailable",
    {
      message: isSent
        ? `${what} when ${nameOf(subject)} was sent, so it is not known whether it arrived.`
        : `${what} while ${stepText(subject)}. Nothing of ${nameOf(subject)} has been sent yet.`,
      remedy: isSent
        ? "No action needed: Bookbridge looks it up in QuickBooks before it sends anything again."
        : "No action needed: Bookbridge tries again automatically.",
    },
    { code: silence.faults[0]?.code || null, intuitTid: silence.intuitTid, retryable: true },
  );
}

const UNANSWERED_WORDS: Readonly<Record<Silence["reason"], string>> = {
  timeout: "did not answer in time",
  network: "closed the connection",
  server_error: "answered with a server error",
  unreadable: "sent an answer that can't be read",
  unconfirmed: "gave no usable answer",
};

/** One of our workers stopped while the invoice was being sent. */
export function interruptedError(document: Named): PushError {
  return pushError(
    "unavailable",
    {
      message: `Bookbridge was interrupted while ${nameOf(document)} was being sent, so it is not known whether it arrived.`,
      remedy: "No action needed: Bookbridge looks it up in QuickBooks before it sends anything again.",
    },
    { retryable: true },
  );
}

/** No answer after many sends, and the invoice is not in QuickBooks. */
export function neverAnsweredError(subject: Subject, sends: number, last: PushError | null): PushError {
  return pushError(
    "unavailable",
    {
      message: `${upperNameOf(subject)} was sent ${sends} times without a usable answer from QuickBooks, and it is not in QuickBooks.`,
      remedy: `Send it again later; if it fails again, give Intuit support the trace ID${last?.intuitTid ? ` ${last.intuitTid}` : ""}.`,
    },
    { code: last?.code ?? null, intuitTid: last?.intuitTid ?? null },
  );
}

/** It was sent without an answer, and QuickBooks can't process the query that would find it. */
export function lookRefusedError(subject: Subject): PushError {
  return pushError("unavailable", {
    message: `QuickBooks can't look up ${nameOf(subject)}, so it is not known whether it arrived.`,
    remedy:
      "Look for it in QuickBooks and correct the record that breaks the search, such as one with an invalid email address. Then send it again: Bookbridge looks it up once more before it sends anything.",
  });
}

/** QuickBooks' limits or our own pace do not allow a call yet. */
export function throttledError(subject: Subject, until: Date, intuitTid: string | null = null): PushError {
  return pushError(
    "rate_limited",
    {
      message: `QuickBooks is limiting requests for ${subject.connection.companyName} right now.`,
      remedy: `No action needed: ${nameOf(subject)} is tried again at ${clock(until)}.`,
    },
    { code: THROTTLED, intuitTid, retryable: true },
  );
}

/** The circuit is open: several calls in a row got no answer. */
export function circuitError(companyName: string, until: Date): PushError {
  return pushError(
    "unavailable",
    {
      message: `QuickBooks did not answer several times in a row for ${companyName}, so requests pause until ${clock(until)}.`,
      remedy: "No action needed: sending resumes automatically when QuickBooks answers again.",
    },
    { retryable: true },
  );
}

/** The tokens are temporarily unavailable (vault or token endpoint); the company is still connected. */
export function tokenUnavailableError(companyName: string): PushError {
  return pushError(
    "unavailable",
    {
      message: `Intuit's sign-in service could not renew the access to ${companyName}.`,
      remedy: "No action needed: Bookbridge tries again automatically. The company is still connected.",
    },
    { retryable: true },
  );
}

/** QuickBooks refused the access token. The connection is not lost: a new token is obtained automatically. */
export function tokenRefusedError(
  refusal: { faults: readonly Fault[]; intuitTid: string | null },
  subject: Subject,
): PushError {
  const [fault] = refusal.faults;
  return pushError(
    "authentication",
    {
      message: `QuickBooks denied access to ${subject.connection.companyName}${fault?.detail ? ` (${fault.detail})` : ""}.`,
      remedy: "No action needed: Bookbridge renews the access and tries the invoice again automatically.",
    },
    { code: fault?.code || null, intuitTid: refusal.intuitTid, retryable: true },
  );
}

/** The company is disconnected, or its authorization has to be renewed. `refusal`: QuickBooks' answer, if a call revealed it. */
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
      remedy: "Reconnect to QuickBooks; waiting invoices then resume automatically.",
      fix: { label: "Reconnect to QuickBooks", href: settingsPage(connection.id) },
    },
    { code: refusal.code, intuitTid: refusal.intuitTid, retryable: true },
  );
}

/** 6190: the company's subscription has lapsed; it is checked again every hour. */
export function subscriptionLapsed(
  connection: { id: string; companyName: string },
  intuitTid: string | null = null,
): PushError {
  return pushError(
    "subscription",
    {
      message: `The QuickBooks subscription of ${connection.companyName} has ended or has a billing problem, so QuickBooks accepts no new data.`,
      remedy:
        "Renew the subscription in QuickBooks, then click Check configuration; waiting invoices then resume automatically.",
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
        ? "Turn on Enable integration on the QuickBooks settings page; waiting invoices then resume automatically."
        : "Turn on Enable on the instance's page; waiting invoices then resume automatically.",
      fix: {
        label: isConnection ? "Open QuickBooks settings" : "Open the instance",
        href: isConnection ? settingsPage(what.id) : instancePage(what.id),
      },
    },
    { retryable: true },
  );
}
