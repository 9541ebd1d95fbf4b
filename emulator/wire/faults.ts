/**
 * Every fault that the emulator can return is made here, in both of Intuit's dialects (docs/qbo-api.md, sections 1.9
 * and 9): the capitalised one of QuickBooks and the lower-case one of the gateway in front of it. No other file
 * contains a fault code's message, status or type.
 */

export type FaultType =
  | "ValidationFault"
  | "SystemFault"
  | "AuthenticationFault"
  | "AuthorizationFault"
  | "AUTHENTICATION"
  | "SERVICE";

interface FaultKind {
  message: string;
  status: number;
  type: FaultType;
}

const validation = (message: string): FaultKind => ({ message, status: 400, type: "ValidationFault" });

const CATALOGUE: Record<string, FaultKind> = {
  "100": { message: "General Authentication Error", status: 401, type: "AuthenticationFault" },
  "110": { message: "Authentication OAuth Error", status: 401, type: "AuthenticationFault" },
  "120": { message: "Authorization Failure", status: 401, type: "AuthorizationFault" },
  "130": { message: "Accessing Wrong Cluster", status: 401, type: "AuthenticationFault" },
  "140": { message: "Company Locked Out", status: 403, type: "AuthorizationFault" },
  "150": { message: "Company Under Maintenance", status: 503, type: "SystemFault" },
  "400": validation("MalformedRequest"),
  "500": validation("Unsupported Operation"),
  "600": validation("Duplicate Request ID"),
  "610": validation("Object Not Found"),
  "620": validation("Transaction can not be linked"),
  "800": validation("Object cannot be deleted"),
  "900": validation("A parent cannot be a child of itself"),
  "1000": validation("Operation failed"),
  "1040": validation("Batch size exceeds the allowed limit"),
  "1050": validation("Invalid content type"),
  "2010": validation("Request has invalid or unsupported property"),
  "2020": validation("Required param missing, need to supply the required value for the API"),
  "2030": validation("Invalid ID"),
  "2040": validation("Invalid String. The string has unsupported or illegal characters"),
  "2050": validation("String length is either shorter or longer than supported by specification"),
  "2060": validation("Invalid date format"),
  "2070": validation("Invalid date"),
  "2100": validation("Invalid decimal format"),
  "2110": validation("Invalid decimal value"),
  "2120": validation("Invalid type"),
  "2130": validation("Invalid Request Id Format"),
  "2140": validation("Invalid amount"),
  "2150": validation("Invalid percent"),
  "2160": validation("Invalid quantity"),
  "2170": validation("Invalid Enumeration"),
  "2200": validation("Invalid URL format"),
  "2210": validation("Invalid Email Address format"),
  "2220": validation("Invalid currency"),
  "2230": validation("Invalid boolean"),
  "2240": validation("Invalid number range"),
  "2250": validation("Missing lines"),
  "2280": validation("Tax amount is missing"),
  "2290": validation("Negative amount is not allowed"),
  "2500": validation("Invalid Reference Id"),
  "2600": validation("Conflicting elements in the request"),
  "3000": validation("Invalid custom field"),
  "4000": validation("Error parsing query"),
  "4001": validation("Invalid query"),
  "4002": validation("Error processing query"),
  "5010": validation("Stale Object Error"),
  "5020": validation("Permission Denied Error"),
  "5030": validation("Feature Not Supported Error"),
  "6000": validation("A business validation error has occurred while processing your request"),
  "6010": validation("AccountType or AccountSubType is required, and they have to fit each other"),
  "6070": validation("Amount calculation incorrect in the request"),
  "6080": validation("No name provided"),
  "6090": validation("Discount line has neither amount nor percent"),
  "6100": validation("Invalid line TaxCode"),
  "6140": validation("Duplicate Document Number Error"),
  "6150": validation("ParentRef is required"),
  "6160": validation("Invalid TaxCodeRef"),
  "6170": validation("TxnTaxDetail is not allowed when GlobalTaxCalculation is NotApplicable"),
  "6180": validation("Sub-level limit exceeded"),
  "6190": validation("Invalid Company Status"),
  "6200": validation("Account Period Closed Error"),
  "6210": validation("Account Period Closed, Cannot Update Through Services API"),
  "6220": validation("Object with a balance cannot be deleted"),
  "6240": validation("Duplicate Name Exists Error"),
  "6250": validation("Invalid sales customer"),
  "6270": validation("Inventory transaction is dated before the start date of the item"),
  "6310": validation("Missing customer"),
  "6420": validation("An e-mail address is required"),
  "6430": validation("Invalid account type used"),
  "6440": validation("Transaction Detail Information Required"),
  "6450": validation("Void failed"),
  "6470": validation("Tax is not allowed on this transaction, or no rate was given"),
  "6480": validation("Matched transaction cannot be deleted"),
  "6520": validation("Missing Tracked Inventory Item Quantity"),
  "6530": validation("Card number found in the request"),
  "6540": validation("Deposited Transaction cannot be changed"),
  "6560": validation("CustomerRef is missing in the request"),
  "10000": {
    message: "An application error has occurred while processing your request",
    status: 500,
    type: "SystemFault",
  },
  "10100": validation("Result set is too large"),
  "10200": validation("Company was reset"),
};

export interface FaultParts {
  status?: number | undefined;
  type?: string | undefined;
  message?: string | undefined;
  element?: string | undefined;
}

/** A refusal by QuickBooks. Thrown by rules, caught in one place, where the response is written. */
export class QuickBooksFault extends Error {
  readonly code: string;
  readonly detail: string;
  readonly status: number;
  readonly type: string;
  readonly element: string;

  constructor(code: string, detail: string, parts: FaultParts = {}) {
    const kind = CATALOGUE[code] ?? validation("A validation error has occurred");
    super(parts.message ?? kind.message);
    this.name = "QuickBooksFault";
    this.code = code;
    this.detail = detail;
    this.status = parts.status ?? kind.status;
    this.type = parts.type ?? kind.type;
    this.element = parts.element ?? "";
  }
}

/** The `Fault` object of one refusal, as it appears in an envelope or a batch item. */
export function faultObject(fault: QuickBooksFault): string {
  return JSON.stringify({
    Error: [{ Message: fault.message, Detail: fault.detail, code: fault.code, element: fault.element }],
    type: fault.type,
  });
}

export type GatewayFault =
  | "token_expired"
  | "token_malformed"
  | "token_revoked"
  | "wrong_realm"
  | "scope_missing"
  | "throttled";

const GATEWAY: Record<
  GatewayFault,
  { status: number; code: string; message: string; detail: string | null; type: FaultType }
> = {
  token_expired: authentication("Token expired"),
  token_malformed: authentication("Malformed bearer token: too short or too long"),
  token_revoked: authentication("Token revoked"),
  wrong_realm: authorization(null),
  scope_missing: authorization("Insufficient scope"),
  throttled: {
    status: 429,
    code: "3001",
    message: "message=ThrottleExceeded; errorCode=003001; statusCode=429",
    detail: "The request limit was reached.",
    type: "SERVICE",
  },
};

/** The gateway's own response (lower-case dialect, `time` in epoch milliseconds). */
export function gatewayRefusal(fault: GatewayFault, nowMs: number): { status: number; code: string; body: string } {
  const { status, code, message, detail, type } = GATEWAY[fault];
  const body = JSON.stringify({
    warnings: null,
    intuitObject: null,
    fault: { error: [{ message, detail, code, element: null }], type },
    report: null,
    queryResponse: null,
    batchItemResponse: [],
    attachableResponse: [],
    syncErrorResponse: null,
    requestId: null,
    time: nowMs,
    status: null,
    cdcresponse: [],
  });
  return { status, code, body };
}

function authentication(detail: string) {
  const message = "message=AuthenticationFailed; errorCode=003200; statusCode=401";
  return { status: 401, code: "3200", message, detail, type: "AUTHENTICATION" as const };
}

function authorization(detail: string | null) {
  const message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403";
  return { status: 403, code: "3100", message, detail, type: "SERVICE" as const };
}

/** The fault for a reference to something that does not exist. `path` as in `Line.SalesItemLineDetail.ItemRef`. */
export function invalidReference(path: string): QuickBooksFault {
  return new QuickBooksFault("2500", `Invalid Reference Id : ${path}`, { element: path });
}

/** The fault for a reference to something inactive (documented as 610 and as 2500; both have the same message). */
export function inactiveReference(path: string, code = "610"): QuickBooksFault {
  const detail =
    "Object Not Found : Something you're trying to use has been made inactive. Check the fields with accounts, customers, items, vendors or employees.";
  return new QuickBooksFault(code, detail, { element: path });
}

export function missingParameter(path: string): QuickBooksFault {
  return new QuickBooksFault("2020", `Required parameter ${path} is missing in the request`, { element: path });
}

export function businessRule(reason: string): QuickBooksFault {
  return new QuickBooksFault("6000", `Business Validation Error: ${reason}`);
}

export function notFound(what: string): QuickBooksFault {
  return new QuickBooksFault(
    "610",
    `Object Not Found : ${what} was not found. Another user has deleted this transaction.`,
  );
}

export function staleObject(entity: string): QuickBooksFault {
  return new QuickBooksFault(
    "5010",
    `Stale Object Error : You and another user were working on this at the same time. The other user finished before you did, so your work was not saved. Entity=${entity}`,
  );
}

export function duplicateName(kind: "customer" | "item" | "account" | "term", id: string): QuickBooksFault {
  const who = kind === "customer" ? "customer, vendor or employee" : kind;
  return new QuickBooksFault(
    "6240",
    `The name supplied already exists. : Another ${who} is already using this name. Please use a different name. Id=${id}`,
  );
}

export function subscriptionLapsed(offering: string, as200: boolean): QuickBooksFault {
  const detail = `Subscription period has ended or canceled or there was a billing problem : You can't add data to ${offering} because your trial or subscription period ended.`;
  return new QuickBooksFault("6190", detail, { status: as200 ? 200 : 400 });
}

export function planLacksInventory(offering: string): QuickBooksFault {
  return new QuickBooksFault(
    "5030",
    `Feature Not Supported Error : This feature is not included in your ${offering} subscription`,
  );
}

export function unsupportedOperation(what: string): QuickBooksFault {
  return new QuickBooksFault("500", `Operation ${what} is not supported.`);
}
