/**
 * One call to /v3/company/<realm>/… inside the company: which operation it is, whether its request ID is a repeat, the
 * response. The gateway's checks (tokens, throttles) came before; faults thrown by rules become responses here and
 * nowhere else.
 */
import { noteChange, type Change, type CompanyContext } from "../company/context.ts";
import { mayWrite } from "../company/profile.ts";
import { companyInfo } from "../entities/company-info.ts";
import { invoiceKind } from "../entities/invoice.ts";
import { kindOfPath, typeOfName } from "../entities/kinds.ts";
import { preferences } from "../entities/preferences.ts";
import { rewriteEntity } from "../entities/write-entity.ts";
import {
  faultObject,
  missingParameter,
  notFound,
  QuickBooksFault,
  subscriptionLapsed,
  unsupportedOperation,
} from "../wire/faults.ts";
import { parseJsonObject, printJson, textOf, objectOf, type JsonObject } from "../wire/json.ts";
import { pacificStamp, pacificStampMs } from "../wire/pacific.ts";
import { runBatch } from "./batch.ts";
import { changesSince } from "./cdc.ts";
import { invoicePdf } from "./invoice-pdf.ts";
import { runQuery } from "./query-run.ts";
import { writeOperation, type OperationResult } from "./write-operation.ts";

const MAX_REQUEST_ID_CHARS = 50;

export interface ApiCall {
  method: string;
  /** Path below the realm, e.g. `["invoice", "145"]`. */
  path: string[];
  query: Record<string, string>;
  body: string;
  /** False if the body's bytes were not UTF-8; `body` is then empty. */
  isUtf8: boolean;
  contentType: string;
}

export interface ApiResponse {
  status: number;
  /** Always JSON, whatever the caller accepts; the envelope's dialect is decided outside. */
  body: string;
  /** The bytes of a PDF, one character each, instead of `body`. */
  pdf: string | null;
  faultCode: string | null;
  committed: boolean;
  /** Type and Id of what the call created or changed. */
  entityType: string | null;
  entityId: string | null;
  /** True if a stored response was returned again and nothing was done. */
  replayed: boolean;
  changes: Change[];
}

/** Handles one call. Never throws for a caller's mistake: that is a response with a fault. */
export function dispatch(context: CompanyContext, call: ApiCall): ApiResponse {
  try {
    const requestId = call.method === "POST" && call.path[0] !== "query" ? requestIdOf(call) : null;
    const seen = requestId === null || !honours(context) ? null : context.store.findRequest(requestId, context.nowMs);
    if (seen !== null) {
      return { ...emptyResponse(context), status: seen.status, body: seen.body, replayed: true };
    }
    const pdf = call.method === "GET" ? findPdf(context, call) : null;
    if (pdf !== null) return { ...emptyResponse(context), pdf };
    return context.atomically(() => {
      const result = operate(context, call);
      const body = envelope(context, result.members);
      if (requestId !== null) context.store.recordRequest(requestId, { status: 200, body }, context.nowMs);
      return {
        ...emptyResponse(context),
        body,
        committed: result.committed === true,
        entityType: result.entityType ?? null,
        entityId: result.entityId ?? null,
      };
    });
  } catch (error) {
    if (!(error instanceof QuickBooksFault)) throw error;
    return faultResponse(context, call, error);
  }
}

function faultResponse(context: CompanyContext, call: ApiCall, fault: QuickBooksFault): ApiResponse {
  context.changes.length = 0;
  const body = envelope(context, `"Fault":${faultObject(fault)}`);
  const requestId = call.query["requestid"] ?? "";
  if (context.profile.replay_faults && requestId !== "" && requestId.length <= MAX_REQUEST_ID_CHARS) {
    context.store.recordRequest(requestId, { status: fault.status, body }, context.nowMs);
  }
  return { ...emptyResponse(context), status: fault.status, body, faultCode: fault.code };
}

function emptyResponse(context: CompanyContext): ApiResponse {
  return {
    status: 200,
    body: "",
    pdf: null,
    faultCode: null,
    committed: false,
    entityType: null,
    entityId: null,
    replayed: false,
    changes: context.changes,
  };
}

function envelope(context: CompanyContext, members: string): string {
  return `{${members},"time":"${pacificStampMs(context.nowMs)}"}`;
}

function honours(context: CompanyContext): boolean {
  return context.profile.honour_requestid && context.bend.ignoreRequestId !== true;
}

function requestIdOf(call: ApiCall): string | null {
  const id = call.query["requestid"];
  if (id === undefined) return null;
  const max = call.path[0] === "batch" ? 36 : MAX_REQUEST_ID_CHARS;
  if (id === "" || id.length > max || /[^\x21-\x7e]/.test(id)) {
    throw new QuickBooksFault("2130", `Invalid Request Id Format : at most ${max} characters. Supplied value:${id}`);
  }
  return id;
}

function operate(context: CompanyContext, call: ApiCall): OperationResult {
  const [head = "", id, action] = call.path;
  if (call.method === "GET") return read(context, call);
  if (!call.isUtf8) throw unsupportedOperation("with bytes that are not UTF-8");
  if (call.method !== "POST") throw unsupportedOperation(`${call.method} ${call.path.join("/")}`);
  if (head === "query" && id === undefined) {
    requireContentType(call, "application/text");
    return { members: `"QueryResponse":${runQuery(context, call.body)}` };
  }
  if (head === "batch" && id === undefined) {
    requireContentType(call, "application/json");
    return {
      members: `"BatchItemResponse":${runBatch(context, parseBody(call), call.query["requestid"])}`,
      committed: true,
    };
  }
  const kind = kindOfPath(head);
  if (kind === null) throw unsupportedResource(call);
  if (kind === invoiceKind && action === "send" && id !== undefined) return sendInvoice(context, call, id);
  if (id !== undefined) throw unsupportedResource(call);
  requireContentType(call, "application/json");
  return writeOperation(context, kind, parseBody(call), call.query);
}

function read(context: CompanyContext, call: ApiCall): OperationResult {
  const [head = "", id, action] = call.path;
  if (action !== undefined) throw unsupportedResource(call);
  if (head === "query" && id === undefined) {
    const source = call.query["query"];
    if (source === undefined || source === "") throw missingParameter("query");
    return { members: `"QueryResponse":${runQuery(context, source)}` };
  }
  if (head === "cdc" && id === undefined) {
    const changes = changesSince(context, call.query["entities"] ?? null, call.query["changedSince"] ?? null);
    return { members: `"CDCResponse":${changes}` };
  }
  if (head === "preferences" && id === undefined)
    return { members: `"Preferences":${printJson(preferences(context))}` };
  if (head === "companyinfo") {
    if (id !== context.realmId) throw notFound(`CompanyInfo ${id ?? ""}`);
    return { members: `"CompanyInfo":${printJson(companyInfo(context))}` };
  }
  const type = head === head.toLowerCase() ? typeOfName(head) : null;
  if (type === null || id === undefined) throw unsupportedResource(call);
  if (!/^[1-9]\d{0,14}$/.test(id)) throw new QuickBooksFault("2030", `Invalid ID : Supplied value:${id}`);
  const body = context.store.find(type, id);
  if (body === null) throw notFound(`${type} ${id}`);
  return { members: `"${type}":${printJson(body)}` };
}

/** The PDF that `GET /invoice/<id>/pdf` asks for; null for any other call. */
function findPdf(context: CompanyContext, call: ApiCall): string | null {
  const [head, id = "", action, more] = call.path;
  if (head !== "invoice" || action !== "pdf" || more !== undefined) return null;
  const invoice = context.store.find("Invoice", id);
  if (invoice === null) throw notFound(`Invoice ${id}`);
  return invoicePdf(context.profile.name, invoice);
}

/**
 * E-mails an invoice: nothing leaves the machine, but the invoice is marked as sent (docs/qbo-api.md, section 5.8).
 */
function sendInvoice(context: CompanyContext, call: ApiCall, id: string): OperationResult {
  requireContentType(call, "application/octet-stream");
  if (!mayWrite(context.profile))
    throw subscriptionLapsed(context.profile.offering_sku, context.profile.reply_6190_as_200);
  const invoice = context.store.find("Invoice", id);
  if (invoice === null) throw notFound(`Invoice ${id}`);
  const address = call.query["sendTo"] ?? textOf(objectOf(invoice["BillEmail"])?.["Address"]);
  if (address === null || address === "")
    throw new QuickBooksFault("6420", "An e-mail address is required to send the transaction");
  const body = rewriteEntity(context, invoiceKind, invoice, {
    ...invoice,
    BillEmail: { Address: address },
    EmailStatus: "EmailSent",
    DeliveryInfo: { DeliveryType: "Email", DeliveryTime: pacificStamp(context.nowMs) },
  });
  noteChange(context, "Invoice", id, "Emailed");
  return { members: `"Invoice":${printJson(body)}`, committed: true, entityType: "Invoice", entityId: id };
}

function parseBody(call: ApiCall): JsonObject {
  try {
    const body = parseJsonObject(call.body);
    if (body !== null) return body;
  } catch {
    // Unreadable JSON, and JSON of another kind, get the same response, below.
  }
  throw new QuickBooksFault(
    "2010",
    "Request has invalid or unsupported property : Property Name:the body is not a readable JSON object",
  );
}

function requireContentType(call: ApiCall, wanted: string): void {
  const given = call.contentType.split(";")[0]?.trim().toLowerCase();
  if (given !== wanted) throw new QuickBooksFault("1050", `Invalid content type : ${call.contentType}. Use ${wanted}`);
}

function unsupportedResource(call: ApiCall): QuickBooksFault {
  return new QuickBooksFault(
    "500",
    `Operation Could not find resource for relative : /${call.path.join("/")} is not supported.`,
  );
}
