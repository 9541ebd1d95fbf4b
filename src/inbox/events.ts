/**
 * The four events of an order system (docs/contract.md, section 5): envelope and data, read and checked whole.
 * Pure; it knows nothing of what we have stored and decides nothing.
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

export const EVENT_TYPES = ["order.shipped", "order.cancelled", "invoice.created", "invoice.voided"] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** An event; `at` is the envelope's time as ISO text in UTC, by which events are ordered. IDs are the order system's. */
export type OrderEvent =
  | { type: "order.shipped"; at: string; order: Order }
  | { type: "order.cancelled"; at: string; orderId: string }
  | { type: "invoice.created"; at: string; invoiceId: string; content: InvoiceContent }
  | { type: "invoice.voided"; at: string; invoiceId: string };

/** Why a body is not an event. `type` and `at` where they could be read, for the record of deliveries. */
export interface Refusal {
  status: 400 | 422;
  title: string;
  errors: FieldError[];
  type: string | null;
  at: string | null;
}

export type ParsedEvent = { ok: true; event: OrderEvent } | { ok: false; refusal: Refusal };

/**
 * An envelope further ahead than this is refused (docs/contract.md, section 5): the newest time wins, so one sent by a
 * clock that is far ahead would make every later event of that order or invoice an older one.
 */
const MAX_AHEAD_MS = 5 * 60_000;

/** Reads an event out of the body's text. `cameAt` is when it came; null: its time is not judged. */
export function parseEvent(text: string, cameAt: Date | null = null): ParsedEvent {
  const json = parseJson(text);
  if ("fault" in json)
    return refuse({
      status: 400,
      title: "The body is not JSON",
      errors: [{ path: "", message: json.fault }],
      type: null,
      at: null,
    });
  const envelope = readEnvelope(json.value);
  if ("errors" in envelope)
    return refuse({
      status: 400,
      title: "The envelope is wrong",
      errors: envelope.errors,
      type: envelope.type,
      at: envelope.at,
    });
  const { type, at, data } = envelope;
  if (!isKnownType(type)) {
    const message = `The type '${type}' is not known. The known ones are ${EVENT_TYPES.join(", ")}.`;
    return refuse({ status: 422, title: "Unknown event type", errors: [{ path: "type", message }], type, at });
  }
  const parsed = parseData(type, at, data);
  const errors = [...aheadFaults(at, cameAt), ...(parsed.ok ? [] : parsed.errors)];
  return parsed.ok && errors.length === 0
    ? parsed
    : refuse({ status: 422, title: "The data breaks a rule", errors, type, at });
}

function aheadFaults(at: string, cameAt: Date | null): FieldError[] {
  if (cameAt === null || Date.parse(at) - cameAt.getTime() <= MAX_AHEAD_MS) return [];
  const message =
    `This is more than ${MAX_AHEAD_MS / 60_000} minutes ahead: it is ${at}, and it came at ${cameAt.toISOString()}. ` +
    "Set the sender's clock right, and name the zone that the time is in.";
  return [{ path: "timestamp", message }];
}

function parseJson(text: string): { value: unknown } | { fault: string } {
  try {
    return { value: parseExactJson(text) };
  } catch (cause) {
    // A RangeError is nesting beyond the parser's stack: no event looks like that either.
    const detail = cause instanceof SyntaxError ? cause.message : "It is nested too deeply.";
    return { fault: `This can't be read as JSON. ${detail}` };
  }
}

type Envelope = { type: string; at: string; data: Record<string, unknown> };

function readEnvelope(raw: unknown): Envelope | { errors: FieldError[]; type: string | null; at: string | null } {
  if (!isJsonObject(raw))
    return {
      errors: [{ path: "", message: 'This must be an object: {"type", "timestamp", "data"}.' }],
      type: null,
      at: null,
    };
  const errors: FieldError[] = [];
  const type = readText(raw["type"], MAX_TEXT_CHARACTERS);
  if ("fault" in type) errors.push({ path: "type", message: type.fault });
  const time = readText(raw["timestamp"], MAX_TEXT_CHARACTERS);
  const at = "fault" in time || !hasZone(time.value) ? null : toIsoTime(time.value);
  if (at === null)
    errors.push({ path: "timestamp", message: "This must be a time with its zone, such as 2026-11-20T10:00:00Z." });
  const data = raw["data"];
  if (!isJsonObject(data)) errors.push({ path: "data", message: "This must be an object." });
  const known = "fault" in type ? null : type.value;
  if (errors.length > 0 || known === null || at === null || !isJsonObject(data)) return { errors, type: known, at };
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
