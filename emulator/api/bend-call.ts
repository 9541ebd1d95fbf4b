/**
 * What a scenario does to one API call: it replaces the company's work, changes it, or spoils its response. The
 * catalogue of scenarios is in control/scenario-catalogue.ts; a new one does not compile until it is handled here.
 */
import type { CallBend } from "../company/context.ts";
import type { Bend, ScenarioOptions } from "../control/scenario-store.ts";
import { QuickBooksFault, faultObject, type GatewayFault } from "../wire/faults.ts";
import { pacificStampMs } from "../wire/pacific.ts";
import { xmlFromJson } from "../wire/xml.ts";

const DEFAULT_HANG_S = 125;

/** What a broken response looks like on the wire. */
export type Spoiled =
  | { as: "reply"; status: number; contentType: string; body: string; faultCode: string | null }
  | { as: "truncated" }
  | { as: "dropped" }
  | { as: "hang"; seconds: number };

/** The whole plan for one call; without a scenario nothing is set. */
export interface CallPlan {
  gateway: GatewayFault | null;
  company: CallBend;
  /** Respond in the company's place; the company is then called only if `commits`. */
  spoiled: Spoiled | null;
  commits: boolean;
}

const UNBENT: CallPlan = { gateway: null, company: {}, spoiled: null, commits: true };

export function planCall(bend: Bend | null, nowMs: number): CallPlan {
  if (bend === null) return UNBENT;
  const { options } = bend;
  const before = (spoiled: Spoiled): CallPlan => ({ ...UNBENT, spoiled, commits: options["commit"] === true });
  const after = (spoiled: Spoiled): CallPlan => ({ ...UNBENT, spoiled, commits: options["commit"] !== false });
  const faulty = (code: string, parts: { detail?: string; status?: number } = {}): CallPlan =>
    before(faultReply(code, options, parts, nowMs));
  switch (bend.scenario) {
    case "token_expired":
    case "token_revoked":
    case "throttled":
      return { ...UNBENT, gateway: bend.scenario };
    case "unavailable_before":
      return before(unavailable(options));
    case "unavailable_after":
      return after(unavailable(options));
    case "dropped_before":
      return before({ as: "dropped" });
    case "dropped_after":
      return after({ as: "dropped" });
    case "hang":
      return after({ as: "hang", seconds: numberOption(options, "seconds", DEFAULT_HANG_S) });
    case "html":
      return after(htmlReply(200, "Service page"));
    case "truncated_json":
      return after({ as: "truncated" });
    case "empty_body":
      return after({ as: "reply", status: 200, contentType: "application/json", body: "", faultCode: null });
    case "fault_in_200":
      return faulty(textOption(options, "code", "6000"), { status: 200 });
    case "xml_fault": {
      const fault = faultReply(textOption(options, "code", "6000"), options, {}, nowMs);
      return before({ ...fault, contentType: "application/xml", body: xmlFromJson(fault.body) });
    }
    case "system_fault":
      return faulty("10000", { detail: "System Failure Error: an unexpected error occurred" });
    case "account_creation_refused":
      return faulty(textOption(options, "code", "6000"), {
        detail: "Business Validation Error: The account could not be created",
      });
    case "permission_denied":
      return permissionDenied(options, nowMs);
    case "subscription_lapsed": {
      const detail =
        "Subscription period has ended or canceled or there was a billing problem : You can't add data to QuickBooks Online Plus because your trial or subscription period ended.";
      return faulty("6190", { detail, status: numberOption(options, "status", 400) });
    }
    case "plan_without_inventory":
      return { ...UNBENT, company: { withoutInventory: true } };
    case "books_closed":
      return { ...UNBENT, company: { closedBooks: options["code"] === "6210" ? "6210" : "6200" } };
    case "deactivate":
      return { ...UNBENT, company: { deactivate: deactivation(options) } };
    case "requestid_not_honoured":
      return { ...UNBENT, company: { ignoreRequestId: true } };
    case "duplicate_number_unchecked":
      return { ...UNBENT, company: { allowDuplicateNumbers: true } };
    case "company_locked":
      return faulty("140", { detail: "Company Locked Out" });
    case "maintenance":
      return faulty("150", { detail: "Company Under Maintenance" });
    case "fault":
      return faulty(textOption(options, "code", "6000"));
    case "token_endpoint_unavailable":
    case "rotate_and_drop":
      return UNBENT;
  }
}

/** A fault in QuickBooks' dialect; the options may set its code, message, detail, status, type and element. */
function faultReply(
  code: string,
  options: ScenarioOptions,
  parts: { detail?: string; status?: number },
  nowMs: number,
): Extract<Spoiled, { as: "reply" }> {
  const optional = (name: string): string | undefined =>
    typeof options[name] === "string" && options[name] !== "" ? options[name] : undefined;
  const status = options["status"] === undefined ? parts.status : numberOption(options, "status", 400);
  const fault = new QuickBooksFault(code, optional("detail") ?? parts.detail ?? "Set by a scenario of the emulator", {
    message: optional("message"),
    type: optional("type"),
    element: optional("element"),
    status,
  });
  const body = `{"Fault":${faultObject(fault)},"time":"${pacificStampMs(nowMs)}"}`;
  return { as: "reply", status: fault.status, contentType: "application/json", body, faultCode: code };
}

function permissionDenied(options: ScenarioOptions, nowMs: number): CallPlan {
  const code = textOption(options, "code", "3100");
  if (code === "3100") return { ...UNBENT, gateway: "wrong_realm" };
  const detail =
    code === "120"
      ? ": -11014-You do not have access to use QuickBooks Online Plus."
      : "Permission Denied Error : Sorry, you do not have the access rights to use this feature";
  return { ...UNBENT, spoiled: faultReply(code, options, { detail }, nowMs), commits: false };
}

function unavailable(options: ScenarioOptions): Spoiled {
  const status = numberOption(options, "status", 503);
  return htmlReply(
    status,
    status === 502
      ? "502 Bad Gateway"
      : status === 504
        ? "504 Gateway Time-out"
        : "503 Service Temporarily Unavailable",
  );
}

export function htmlReply(status: number, title: string): Extract<Spoiled, { as: "reply" }> {
  const body = `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr>\r\n</body>\r\n</html>\r\n`;
  return { as: "reply", status, contentType: "text/html", body, faultCode: null };
}

function deactivation(options: ScenarioOptions): NonNullable<CallBend["deactivate"]> {
  const entity = textOption(options, "entity", "item").toLowerCase();
  const type = entity === "customer" ? "Customer" : entity === "account" ? "Account" : "Item";
  return { type, code: textOption(options, "code", "610") };
}

export function numberOption(options: ScenarioOptions, name: string, fallback: number): number {
  const value = Number(options[name] ?? fallback);
  return Number.isFinite(value) ? value : fallback;
}

function textOption(options: ScenarioOptions, name: string, fallback: string): string {
  const value = options[name];
  return value === undefined ? fallback : String(value);
}
