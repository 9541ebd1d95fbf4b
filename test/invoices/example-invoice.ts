/** Contents and rows of invoices for tests, made by the code under test from the example order. */
import { newInvoiceRow } from "../../src/invoicing/new-invoice.ts";
import type { InvoiceContent } from "../../src/invoices/invoice.ts";
import type { InvoiceRow, NewInvoiceRow } from "../../src/invoicing/invoice-row.ts";
import type { DeliveryState } from "../../src/documents/status.ts";
import { sql } from "drizzle-orm";
import { parseOrder } from "../../src/orders/order.ts";
import type { BatchItem, Db } from "../../src/platform/db.ts";
import { makeInvoice } from "../../src/invoicing/invoice-writes.ts";
import { parseExactJson } from "../../src/platform/exact-json.ts";
import { newId } from "../../src/platform/ids.ts";
import { exampleOrder } from "../orders/example-order.ts";

export const NOW = new Date("2026-11-20T10:00:00.000Z");

export function content(
  orderChanges: Record<string, unknown> = {},
  changes: Partial<InvoiceContent> = {},
): InvoiceContent {
  const parsed = parseOrder(parseExactJson(JSON.stringify(exampleOrder(orderChanges))), "data");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return { number: "INV-1", date: "2026-11-20", dueDate: null, order: parsed.order, ...changes };
}

export function newRow(changes: Partial<NewInvoiceRow> = {}, received: InvoiceContent = content()): NewInvoiceRow {
  const identity = {
    id: newId(NOW),
    instanceId: "instance-1",
    externalId: newId(NOW),
    orderId: newId(NOW),
    madeBy: "webhook" as const,
  };
  const row = newInvoiceRow(
    { ...identity, content: received, eventAt: NOW.toISOString() },
    { state: "not_sent", error: null },
    "connection-1",
    NOW,
  );
  return { ...row, ...changes };
}

/** Stores rows as they are, each with its push; for a batch. */
export function storing(db: Db, ...rows: NewInvoiceRow[]): BatchItem[] {
  return rows.flatMap((row) => makeInvoice(db, row, sql`true`));
}

/** A complete row as D1 would return it, in the given state. */
export function storedRow(delivery: DeliveryState, changes: Partial<InvoiceRow> = {}): InvoiceRow {
  const blank = {
    kind: "invoice",
    externalId: null,
    dueDate: null,
    pushStatus: null,
    connectionId: "connection-1",
    dueAt: null,
    frozenPayload: null,
    frozenContentVersion: null,
    frozenWarnings: null,
    frozenTotalMinor: null,
    docNumber: null,
    sentAt: null,
    refusedHash: null,
    voidRequestedAt: null,
    error: null,
    qboId: null,
    qboSyncToken: null,
    qboTotalMinor: null,
    qboBalanceMinor: null,
    qboLastUpdatedAt: null,
    paidOn: null,
    requestedAt: null,
    deliveredAt: null,
    contentVersion: 1,
    fence: 0,
    openClaims: 0,
    unansweredCount: 0,
    retryCount: 0,
    crashCount: 0,
    revision: 1,
    closedRevision: 0,
    warnings: "[]",
    attemptCount: 0,
    rowVersion: 0,
  };
  return { ...blank, ...newRow(), ...delivery, ...changes } as InvoiceRow;
}
