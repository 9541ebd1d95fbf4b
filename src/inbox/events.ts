/**
 * The four events of an order system (docs/contract.md, section 5): reads envelope and data and checks all of it. Pure;
 * it knows nothing of what is stored and decides nothing.
 */
import type { InvoiceContent } from "../invoices/invoice.ts";
import {
  MAX_ID_CHARACTERS,
  MAX_NUMBER_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  field,
  isJsonObject,
  readDate,
  readOptionalDate,
  readText,
  record,
  toFieldErrors,
  toIsoTime,
} from "../orders/field.ts";
import { type Order, parseOrder } from "../orders/order.ts";
import { parseExactJson } from "../platform/exact-json.ts";
import type { FieldError } from "../platform/problem.ts";
import { aboutData } from "./about.ts";

export const EVENT_TYPES = ["order.shipped", "order.cancelled", "invoice.created", "invoice.voided"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event. `at` is the envelope's time as ISO text in UTC, which orders the events. IDs are the order system's. */
export type OrderEvent =
  | { type: "order.shipped"; at: string; order: Order }
  | { type: "order.cancelled"; at: string; orderId: string }
  | { type: "invoice.created"; at: string; invoiceId: string; content: InvoiceContent }
  | { type: "invoice.voided"; at: string; invoiceId: string };

/** Why a body was refused. The rest is given if it could be read, for the record of deliveries. */
export interface Refusal {
  status: 400 | 422;
  title: string;
  errors: FieldError[];
  type: string | null;
  at: string | null;
  /** See `aboutData`. */
  about: string | null;
  number: string | null;
}

const UNREAD = { type: null, at: null, about: null, number: null };

export type ParsedEvent = { ok: true; event: OrderEvent } | { ok: false; refusal: Refusal };

/**
 * An envelope time further ahead than this is refused (docs/contract.md, section 5). The newest time wins, so an event
 * from a clock that is far ahead would make every later event of its order or invoice an older one.
 */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Reads an event from the text of a body. `receivedAt` is null for a replay of an accepted delivery: its time is not
 * checked again.
 */
export function parseEvent(text: string, receivedAt: Date | null = null): ParsedEvent {
  const json = parseJson(text);
  if ("fault" in json)
    return refuse({
      status: 400,
      title: "The body is not valid JSON",
      errors: [{ path: "", message: json.fault }],
      ...UNREAD,
    });
  const envelope = readEnvelope(json.value);
  if ("errors" in envelope) return refuse({ status: 400, title: "Invalid envelope", ...envelope });
  const { type, at, data } = envelope;
  const read = { type, at, ...aboutData(type, data) };
  if (!isKnownType(type)) {
    const message = `Unknown event type '${type}'. Use one of: ${EVENT_TYPES.join(", ")}.`;
    return refuse({ status: 422, title: "Unknown event type", errors: [{ path: "type", message }], ...read });
  }
  const parsed = parseData(type, at, data);
  const errors = [...aheadFaults(at, receivedAt), ...(parsed.ok ? [] : parsed.errors)];
  return parsed.ok && errors.length === 0 ? parsed : refuse({ status: 422, title: "Invalid data", errors, ...read });
}

function aheadFaults(at: string, receivedAt: Date | null): FieldError[] {
  if (receivedAt === null || Date.parse(at) - receivedAt.getTime() <= MAX_AHEAD_MS) return [];
  const message =
    `Must not be more than ${MAX_AHEAD_MS / 60_000} minutes in the future: it is ${at}, and the event arrived at ${receivedAt.toISOString()}. ` +
    "Check the sender's clock and the time's UTC offset.";
  return [{ path: "timestamp", message }];
}

function parseJson(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: parseExactJson(text) };
  } catch (cause) {
    // A RangeError means nesting beyond the parser's stack, which no event has.
    const detail = cause instanceof SyntaxError ? cause.message : "It is too deeply nested.";
    return { fault: `The body is not valid JSON. ${detail}` };
  }
}

type Envelope = { type: string; at: string; data: Record<string, unknown> };

function readEnvelope(raw: unknown): Envelope | Omit<Refusal, "status" | "title"> {
  if (!isJsonObject(raw))
    return { errors: [{ path: "", message: 'Must be an object with "type", "timestamp" and "data".' }], ...UNREAD };
  const errors: FieldError[] = [];
  const type = readText(raw["type"], MAX_TEXT_CHARACTERS);
  if ("fault" in type) errors.push({ path: "type", message: type.fault });
  const time = readText(raw["timestamp"], MAX_TEXT_CHARACTERS);
  const at = "fault" in time || !hasZone(time.value) ? null : toIsoTime(time.value);
  if (at === null)
    errors.push({ path: "timestamp", message: "Must be a time with a UTC offset, such as 2026-11-20T10:00:00Z." });
  const data = raw["data"];
  if (!isJsonObject(data)) errors.push({ path: "data", message: "Must be an object." });
  const known = "fault" in type ? null : type.value;
  if (errors.length > 0 || known === null || at === null || !isJsonObject(data))
    return { errors, type: known, at, ...aboutData(known ?? "", isJsonObject(data) ? data : {}) };
  return { type: known, at, data };
}

function hasZone(time: string): boolean {
  return /[Tt ].*([Zz]|[+-]\d{2}:\d{2})$/.test(time);
}

function isKnownType(type: string): type is EventType {
  return EVENT_TYPES.some((known) => known === type);
}

type ParsedData = { ok: true; event: OrderEvent } | { ok: false; errors: FieldError[] };

function parseData(type: EventType, at: string, data: Record<string, unknown>): ParsedData {
  switch (type) {
    case "order.shipped": {
      const parsed = parseOrder(data, "data");
      return parsed.ok ? { ok: true, event: { type, at, order: parsed.order } } : parsed;
    }
    case "order.cancelled": {
      const parsed = parseId(data);
      return parsed.ok ? { ok: true, event: { type, at, orderId: parsed.id } } : parsed;
    }
    case "invoice.voided": {
      const parsed = parseId(data);
      return parsed.ok ? { ok: true, event: { type, at, invoiceId: parsed.id } } : parsed;
    }
    case "invoice.created":
      return parseInvoice(at, data);
  }
}

const idField = field((raw) => readText(raw, MAX_ID_CHARACTERS));
const idOnly = record({ id: idField });
const invoiceFields = record({
  id: idField,
  number: field((raw) => readText(raw, MAX_NUMBER_CHARACTERS)),
  date: field(readDate),
  due_date: field(readOptionalDate),
});

function parseId(data: Record<string, unknown>): { ok: true; id: string } | { ok: false; errors: FieldError[] } {
  const parsed = idOnly.safeParse(data);
  return parsed.success ? { ok: true, id: parsed.data.id } : { ok: false, errors: toFieldErrors(parsed.error, "data") };
}

function parseInvoice(at: string, data: Record<string, unknown>): ParsedData {
  const fields = invoiceFields.safeParse(data);
  const order = parseOrder(data["order"], "data.order");
  if (!fields.success || !order.ok) {
    const own = fields.success ? [] : toFieldErrors(fields.error, "data");
    return { ok: false, errors: [...own, ...(order.ok ? [] : order.errors)] };
  }
  const { id, number, date, due_date: dueDate } = fields.data;
  return {
    ok: true,
    event: { type: "invoice.created", at, invoiceId: id, content: { number, date, dueDate, order: order.order } },
  };
}

function refuse(refusal: Refusal): ParsedEvent {
  return { ok: false, refusal };
}
