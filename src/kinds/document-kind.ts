/**
 * The operations of a kind of document in QuickBooks: map, send, read, look up. pushes/ delivers any kind through this
 * interface alone. A kind keeps no state, decides nothing about a delivery, and repeats no request.
 */
import type { invoices } from "../invoices/schema.ts";
import type { Operation } from "../documents/status.ts";
import type { ResolveContext } from "../mapping/resolve-task.ts";
import type { MappedInvoice } from "../mapping/to-qbo-invoice.ts";
import type { CallPermit, QuickBooks } from "../quickbooks/client.ts";
import type { WrittenInvoice } from "../quickbooks/invoices.ts";
import type { Invoice } from "../quickbooks/wire.ts";

/** What a kind needs to know about a row that it maps: the document's content, and its record in QuickBooks. */
export interface MappedRow extends Pick<typeof invoices.$inferSelect, "id" | "instanceId" | "docNumber" | "body"> {
  operation: Operation;
  qboInvoiceId: string | null;
  qboSyncToken: string | null;
}

/** The document to be mapped, and what that needs. */
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
   * The payload of a create or an update; customers, items and accounts that it refers to are found or created. Throws
   * `FailedWhile` if a QuickBooks call fails or is refused, and `LocalRefusal` if our own rules refuse.
   */
  map: (task: MappingTask) => Promise<MappedInvoice>;
  /** Sends frozen bytes, once, with a permit acquired before the freeze. Throws QuickBooksError. */
  send: (qb: QuickBooks, operation: Operation, request: FrozenRequest) => Promise<WrittenInvoice>;
  /** Null if it was deleted or never existed. */
  read: (qb: QuickBooks, qboId: string) => Promise<Invoice | null>;
  /** All documents with one of the numbers. */
  findByNumbers: (qb: QuickBooks, numbers: readonly string[]) => Promise<Invoice[]>;
  /** All documents of a customer created in that time. */
  findCreatedIn: (qb: QuickBooks, customerId: string, time: { from: Date; to: Date }) => Promise<Invoice[]>;
}

export interface FrozenRequest {
  bytes: string;
  requestId: string;
  permit: CallPermit;
}
