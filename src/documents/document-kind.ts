/**
 * What a kind of document can do in QuickBooks: be mapped, sent, read and looked for. pushes/ delivers any kind by this
 * alone. A kind keeps no state, decides nothing about a delivery, and repeats no request.
 */
import type { invoices } from "../invoices/schema.ts";
import type { Operation } from "../invoices/status.ts";
import type { ResolveContext } from "../mapping/resolve-task.ts";
import type { MappedInvoice } from "../mapping/to-qbo-invoice.ts";
import type { CallPermit, QuickBooks } from "../quickbooks/client.ts";
import type { WrittenInvoice } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";

/** What a kind has to know of a row that it maps: what the document says, and what of it QuickBooks has. */
export interface MappedRow extends Pick<typeof invoices.$inferSelect, "id" | "instanceId" | "docNumber" | "body"> {
  operation: Operation;
  qboInvoiceId: string | null;
  qboSyncToken: string | null;
}

/** What is to be mapped, and what that needs. */
export interface MappingTask {
  context: ResolveContext;
  qb: QuickBooks;
  row: MappedRow;
  /** The revision that the payload is to be frozen under. */
  revision: number;
  /** Renews the document's lease if it is time. Throws if it is lost. */
  keepLease: () => Promise<void>;
}

export interface DocumentKind {
  /**
   * The payload of a create or an update; customers, items and accounts that it refers to are found or made. Throws
   * `FailedWhile` where QuickBooks fails or refuses on the way, and `LocalRefusal` where our own rules say no.
   */
  map: (task: MappingTask) => Promise<MappedInvoice>;
  /** Sends frozen bytes, once, with leave that was got before the freeze. Throws QuickBooksError. */
  send: (qb: QuickBooks, operation: Operation, request: FrozenRequest) => Promise<WrittenInvoice>;
  /** Null if it was deleted, or never was there. */
  read: (qb: QuickBooks, qboId: string) => Promise<Invoice | null>;
  /** All with one of the document numbers. */
  findByNumbers: (qb: QuickBooks, numbers: readonly string[]) => Promise<Invoice[]>;
  /** All of a customer that were made in that time. */
  findCreatedIn: (qb: QuickBooks, customerId: string, time: { from: Date; to: Date }) => Promise<Invoice[]>;
}

export interface FrozenRequest {
  bytes: string;
  requestId: string;
  permit: CallPermit;
}
