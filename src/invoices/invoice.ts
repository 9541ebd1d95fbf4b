/**
 * An invoice: what it says, where its delivery stands, and which state may follow which (architecture.md, section 6).
 * Pure; reads and writes are in store.ts. What a push does in each state is decided in pushes/, never here.
 */
import type { InferInsertModel, InferSelectModel } from "drizzle-orm";
import { z } from "zod";
import { orderSchema, withoutGuestId } from "../orders/order.ts";
import { absentAsNull, storedJson } from "../platform/stored-json.ts";
import type { INVOICE_STATES, invoices } from "./schema.ts";
import { ORDER_CANCELLED, parseWarnings } from "./warnings.ts";

export type InvoiceRow = InferSelectModel<typeof invoices>;
export type NewInvoiceRow = InferInsertModel<typeof invoices>;
export type InvoiceState = (typeof INVOICE_STATES)[number];
export type Operation = InvoiceRow["operation"];

/** What an invoice says: JSON in `invoices.body`, and the one input of the QuickBooks payload. */
export const invoiceContentSchema = z.object({
  number: z.string(),
  /** Calendar dates. */
  date: z.string(),
  dueDate: absentAsNull(z.string()),
  order: orderSchema,
});
export type InvoiceContent = z.infer<typeof invoiceContentSchema>;

/** How the content is kept in `invoices.body`. */
const storedContent = storedJson(invoiceContentSchema, [
  (content) => ({ ...content, order: withoutGuestId(z.looseObject({}).parse(content["order"])) }),
]);

/** Reads `invoices.body`, whichever release wrote it. Throws if it is none of them. */
export function readContent(body: string): InvoiceContent {
  return storedContent.read(body);
}

/** Whether two contents say the same; the bodies they were read from may differ, having been written by other releases. */
export function isSameContent(a: InvoiceContent, b: InvoiceContent): boolean {
  return storedContent.isSame(a, b);
}

/** The columns that follow from the content. */
export function contentColumns(content: InvoiceContent) {
  return {
    number: content.number,
    date: content.date,
    dueDate: content.dueDate,
    customerName: content.order.customer.name,
    currency: content.order.currency,
    totalMinor: content.order.totalMinor,
    orderExternalId: content.order.id,
    orderNumber: content.order.number,
    body: storedContent.write(content),
  };
}

/** The operation under way and how far it is. */
export interface Stand {
  operation: Operation;
  state: InvoiceState;
}

const FIRST_STATES: readonly InvoiceState[] = ["not_sent", "queued", "held", "voided"];

/** What may follow within one operation. */
const TRANSITIONS: Readonly<Record<Operation, Readonly<Record<InvoiceState, readonly InvoiceState[]>>>> = {
  create: {
    not_sent: ["queued", "held", "voided"],
    queued: ["sending", "held", "failed", "voided"],
    // To not sent: what held it was the switch of an instance that was removed.
    held: ["queued", "not_sent", "failed", "voided"],
    // To sent: a person linked the invoice that holds the number.
    failed: ["queued", "held", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "voided"],
    sent: ["voided"],
    voided: [],
  },
  update: {
    not_sent: ["queued", "held", "sent", "voided"],
    queued: ["sending", "held", "failed", "sent", "voided"],
    held: ["queued", "not_sent", "failed", "sent", "voided"],
    failed: ["queued", "held", "not_sent", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "not_sent", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "not_sent", "voided"],
    sent: ["queued", "held", "not_sent", "failed", "voided"],
    voided: [],
  },
  void: {
    not_sent: ["queued", "held", "sent", "voided"],
    queued: ["sending", "held", "failed", "sent", "voided"],
    held: ["queued", "failed", "sent", "voided"],
    failed: ["queued", "held", "not_sent", "sent", "voided"],
    sending: ["sent", "queued", "failed", "held", "unknown", "voided"],
    unknown: ["sent", "queued", "failed", "held", "voided"],
    sent: ["queued", "held", "not_sent", "failed", "voided"],
    voided: [],
  },
};

/** States in which nothing is under way, so that another operation may take its place. */
const RESTING: readonly InvoiceState[] = ["not_sent", "queued", "held", "failed", "sent"];
/** States in which an outcome is awaited. */
const OPEN: readonly InvoiceState[] = ["sending", "unknown"];
/** States in which an update or a void of a sent invoice begins. */
const BEGINNINGS: readonly InvoiceState[] = ["not_sent", "queued", "held", "failed"];

export class IllegalTransitionError extends Error {
  override readonly name = "IllegalTransitionError";
  constructor(from: Stand | null, to: Stand) {
    super(
      `An invoice can't go from ${from ? `${from.operation}/${from.state}` : "nothing"} to ${to.operation}/${to.state}`,
    );
  }
}

/** Answers `to` where it may follow `from` (null: a new invoice); throws IllegalTransitionError where it may not. */
export function transition(from: Stand | null, to: Stand): Stand {
  if (!isLegal(from, to)) throw new IllegalTransitionError(from, to);
  return to;
}

function isLegal(from: Stand | null, to: Stand): boolean {
  if (from === null) return to.operation === "create" && FIRST_STATES.includes(to.state);
  if (from.operation === to.operation) return TRANSITIONS[from.operation][from.state].includes(to.state);
  if (from.state === "voided") return false;
  // An update or a void that came to its end leaves the invoice simply sent.
  if (to.operation === "create") return to.state === "sent" && from.state !== "sent";
  // An update or a void begins on what QuickBooks has, or at the outcome by which it is found to have it.
  return (
    BEGINNINGS.includes(to.state) &&
    (OPEN.includes(from.state) || (RESTING.includes(from.state) && isInQuickBooks(from)))
  );
}

/** Whether QuickBooks has the invoice, as far as we know. */
export function isInQuickBooks(row: Stand): boolean {
  return row.operation !== "create" || row.state === "sent";
}

/** Whether a request may be on its way: what QuickBooks made of it is not known yet. */
export function isOutcomeOpen(row: Stand & { sentAt?: string | null }): boolean {
  return OPEN.includes(row.state) || (row.sentAt ?? null) !== null;
}

/**
 * What was asked for while the outcome was open, and is to be done once it is known. A cancellation voids an invoice
 * that did not get in; one that did stays sent, flagged for a person by its `order_cancelled` warning. A void goes on
 * to QuickBooks in that case.
 */
export function rememberedWish(row: Pick<InvoiceRow, "voidRequestedAt" | "warnings">): "void" | "cancellation" | null {
  if (row.voidRequestedAt === null) return null;
  return parseWarnings(row.warnings).some(({ code }) => code === ORDER_CANCELLED) ? "cancellation" : "void";
}

/** What people and the API see: an invoice that is in QuickBooks stays sent while its update or void waits. */
export function publicStatus(row: Stand): InvoiceState {
  return row.operation === "create" || row.state === "voided" ? row.state : "sent";
}
