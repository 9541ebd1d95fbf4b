/**
 * Reads a response from QuickBooks and decides what it means. Pure: no network, no clock, so every odd response ever seen
 * can be a test. It must never accept a response that contains a Fault, and never report a write as refused if it may have
 * been done (docs/architecture.md, section 3, rule 5).
 */
import { ExactNumber, parseExactJson } from "../platform/exact-json.ts";
import { type NotLetInReason, CODES, type CodeMeaning } from "./codes.ts";
import type { AnswerFailure, Fault } from "./faults.ts";

const MAX_DETAIL_CHARS = 300;
const MAX_FAULTS = 20;
const MAX_FAULT_TEXT_CHARS = 4000;

/** The object in the response (numbers as `ExactNumber`), or what went wrong. */
export type ReadAnswer = { json: Record<string, unknown> } | { failure: AnswerFailure };

/**
 * Reads one answer. Both dialects of Intuit (`Fault` of QuickBooks, `fault` of the gateway before it), XML faults,
 * HTML, empty and truncated bodies, and a Fault inside a 200 (docs/qbo-api.md, sections 1.9, 2 and 9).
 */
export function readAnswer(httpStatus: number, headers: Headers, bodyText: string): ReadAnswer {
  const intuitTid = headers.get("intuit_tid");
  const body = readBody(bodyText);
  const faults = body.faults.slice(0, MAX_FAULTS);
  const unanswered = (reason: "server_error" | "unreadable", detail: string): ReadAnswer => ({
    failure: { kind: "unanswered", reason, httpStatus, intuitTid, detail, faults },
  });

  if (httpStatus >= 500) return unanswered("server_error", body.summary);
  const closed = notLetIn(httpStatus, faults);
  if (closed !== null) return { failure: { kind: "not_let_in", reason: closed, faults, httpStatus, intuitTid } };
  if (faults.length > 0) return { failure: failureOf(faults, httpStatus, intuitTid) };
  if (body.json !== null && !body.hasFault && httpStatus >= 200 && httpStatus < 300) return { json: body.json };
  return unanswered("unreadable", body.summary);
}

/** The meaning of faults with a status below 500: those of a response, or of one item of a batch. */
export function failureOf(faults: Fault[], httpStatus: number, intuitTid: string | null): AnswerFailure {
  const closed = notLetIn(httpStatus, faults);
  if (closed !== null) return { kind: "not_let_in", reason: closed, faults, httpStatus, intuitTid };
  const namesNoRule = ({ code, type }: Fault): boolean =>
    code === "" || CODES.get(code)?.meaning === "open" || type === "SystemFault";
  if (faults.length > 0 && !faults.some(namesNoRule)) return { kind: "refused", faults, httpStatus, intuitTid };
  return { kind: "unanswered", reason: "server_error", httpStatus, intuitTid, detail: summaryOf(faults), faults };
}

/** Why the request was rejected at the gateway, or null if it was not. A fault's code is checked before the status, because it says more. */
function notLetIn(httpStatus: number, faults: Fault[]): NotLetInReason | null {
  const has = (meaning: CodeMeaning): boolean => faults.some((fault) => CODES.get(fault.code)?.meaning === meaning);
  if (httpStatus === 429 || has("throttled")) return "throttled";
  if (has("locked")) return "locked";
  if (has("permission")) return "permission";
  if (has("token")) return "token";
  if (httpStatus === 401) return "token";
  if (httpStatus === 403) return "permission";
  if (faults.some((fault) => fault.type === "AUTHENTICATION" || fault.type === "AuthenticationFault")) return "token";
  if (faults.some((fault) => fault.type === "AuthorizationFault")) return "permission";
  return null;
}

interface Body {
  json: Record<string, unknown> | null;
  /** There is a fault envelope, even if it lists no error. */
  hasFault: boolean;
  faults: Fault[];
  /** For the attempt's record: the first fault, or the kind of response. Never a customer's data. */
  summary: string;
}

function readBody(bodyText: string): Body {
  const text = bodyText.trim();
  const nothing = { json: null, hasFault: false, faults: [] };
  if (text === "") return { ...nothing, summary: "The answer was empty." };
  if (text.startsWith("<")) return readMarkup(text);
  let json: unknown;
  try {
    json = parseExactJson(text);
  } catch {
    return { ...nothing, summary: `The answer was cut off or is not JSON (${text.length} characters).` };
  }
  if (!isRecord(json)) return { ...nothing, summary: "The answer was JSON, but not an object." };
  const envelope = json["Fault"] ?? json["fault"] ?? null;
  if (envelope === null) return { json, hasFault: false, faults: [], summary: "The answer was JSON without a fault." };
  const faults = faultsOf(envelope);
  return { json, hasFault: true, faults, summary: summaryOf(faults) };
}

/** Reads the faults out of a fault envelope of either dialect; also used for the items of a batch. */
export function faultsOf(envelope: unknown): Fault[] {
  if (!isRecord(envelope)) return [];
  const type = spelled(textOf(envelope["type"]));
  const errors = envelope["Error"] ?? envelope["error"];
  if (!Array.isArray(errors)) return [];
  return errors.filter(isRecord).map((error) => ({
    code: plainCode(textOf(error["code"])),
    message: textOf(error["Message"] ?? error["message"]),
    detail: textOf(error["Detail"] ?? error["detail"]),
    element: textOf(error["element"] ?? error["Element"]) || null,
    type,
  }));
}

/** XML from QuickBooks or its gateway (they sometimes send it although JSON was requested), or HTML from a proxy. */
function readMarkup(text: string): Body {
  const fault = /<(?:\w+:)?Fault\b([^>]*)>([\s\S]*?)<\/(?:\w+:)?Fault>/.exec(text);
  if (fault === null) {
    const title = /<title>([^<]*)<\/title>/i.exec(text)?.[1]?.trim();
    const summary = /<html|<!doctype html/i.test(text) ? "The answer was a web page" : "The answer was XML";
    return {
      json: null,
      hasFault: false,
      faults: [],
      summary: `${summary}${title ? `: ${title.slice(0, MAX_DETAIL_CHARS)}` : ""}.`,
    };
  }
  const type = spelled(attribute(fault[1] ?? "", "type"));
  const errors = [...(fault[2] ?? "").matchAll(/<(?:\w+:)?Error\b([^>]*)>([\s\S]*?)<\/(?:\w+:)?Error>/g)];
  const faults = errors.map(([, attributes = "", inner = ""]) => ({
    code: plainCode(attribute(attributes, "code")),
    message: element(inner, "Message"),
    detail: element(inner, "Detail"),
    element: attribute(attributes, "element") || null,
    type,
  }));
  return { json: null, hasFault: true, faults, summary: summaryOf(faults) };
}

function attribute(attributes: string, name: string): string {
  return unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

function element(inner: string, name: string): string {
  return unescapeXml(new RegExp(`<(?:\\w+:)?${name}>([\\s\\S]*?)</(?:\\w+:)?${name}>`).exec(inner)?.[1]?.trim() ?? "");
}

function unescapeXml(text: string): string {
  const plain: Record<string, string> = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&" };
  return text.replace(/&(?:lt|gt|quot|apos|amp);/g, (entity) => plain[entity] ?? entity).slice(0, MAX_FAULT_TEXT_CHARS);
}

function summaryOf(faults: Fault[]): string {
  const first = faults[0];
  if (first === undefined) return "The answer was a fault that names no error.";
  return `${first.code} ${first.message || first.detail}`.trim().slice(0, MAX_DETAIL_CHARS);
}

/** The gateway's `003200` is `3200` in the code table. */
function plainCode(code: string): string {
  return code.trim().replace(/^0+(?=\d)/, "");
}

/** Intuit's schema and real responses misspell one fault type (docs/qbo-api.md, section 1.9). */
function spelled(type: string): string {
  return type === "AuthorizatonFault" ? "AuthorizationFault" : type;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value.slice(0, MAX_FAULT_TEXT_CHARS);
  return value instanceof ExactNumber ? value.text : "";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}
