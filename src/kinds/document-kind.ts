/**
 * What a kind of document can do. pushes/ knows a document as `{kind, id}` and delivers it through these interfaces alone.
 * A kind keeps no state, decides nothing about a delivery, and repeats no request.
 *
 * A kind is given back only rows that were read from its own table, so it may ask for its own columns in them (`Row`).
 */
import type { AnySQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import type { Connection } from "../connections/connection.ts";
import type { DeliveryState, Operation } from "../documents/status.ts";
import type { Warning } from "../failures/warning.ts";
import type { ResolveContext } from "../mapping/resolve-task.ts";
import type { BatchItem, Db } from "../platform/db.ts";
import type { CallPermit, QuickBooks } from "../quickbooks/client.ts";

/** What every document says, whatever its kind. */
export interface DocumentFacts {
  id: string;
  /** As people know it. */
  number: string;
  /** Calendar date. */
  date: string;
  customerName: string;
  currency: string;
  totalMinor: number;
}

/** A document and what a kind needs to know of its delivery. */
export interface KnownDocument extends DocumentFacts, DeliveryState {
  instanceId: string;
  qboId: string | null;
  qboSyncToken: string | null;
  qboBalanceMinor: number | null;
  /** Calendar date. */
  paidOn: string | null;
  /** JSON, as stored. */
  error: string | null;
  warnings: string;
  dueAt: string | null;
  attemptCount: number;
  rowVersion: number;
}

export interface DocumentKind<Row extends KnownDocument = KnownDocument>
  extends StoredDocuments<Row>, MappedDocuments<Row>, QboDocuments {
  /** In messages for people, e.g. 'invoice'. */
  noun: string;
}

type Text = AnySQLiteColumn<{ data: string; notNull: true }>;
type Integer = AnySQLiteColumn<{ data: number; notNull: true }>;

/** The table of its documents, which holds no column of their delivery. */
export interface StoredDocuments<Row> {
  table: SQLiteTable;
  /** What is read of a document; further columns are for the kind itself. None may have the name of one of `pushes`. */
  columns: Record<"id" | "number" | "date" | "customerName" | "currency", Text> & { totalMinor: Integer };
  /**
   * What else is written when a push is moved: statements that go after the move in the same batch, and that write nothing
   * if it did not take effect. `after` is the row as the batch writes it, with its new version.
   */
  alsoWrite(db: Db, before: Row, after: Row, now: Date): BatchItem[];
}

/** The document to be mapped, and what that needs. */
export interface MappingTask<Row> {
  context: ResolveContext;
  qb: QuickBooks;
  row: Row;
  /** The revision that the payload is to be frozen under; our mark says it. */
  revision: number;
  /** Renews the document's lease if it is time. Throws if it is lost. */
  keepLease: () => Promise<void>;
}

/** The exact bytes that QuickBooks gets. */
export interface MappedDocument {
  json: string;
  warnings: Warning[];
}

/** What is read again in a frozen payload. */
export interface FrozenDocument {
  number: string;
  customerId: string;
  itemIds: string[];
  hasShippingAddress: boolean;
  /** Decimal text; null if it says nothing of tax. */
  totalTax: string | null;
}

/** The payload of a document, with our mark in its private note. */
export interface MappedDocuments<Row> {
  /**
   * The payload of a create or an update; customers, items and accounts that it refers to are found or created. Throws
   * `FailedWhile` if a QuickBooks call fails or is refused, and `LocalRefusal` if our own rules refuse.
   */
  map(task: MappingTask<Row>): Promise<MappedDocument>;
  /** The frozen create or update; null if no such payload is frozen. */
  readFrozen(payload: string | null): FrozenDocument | null;
  /** The numbers that its sends may have had in QuickBooks, and the key of its customer's link. */
  searchTerms(row: Row, connection: Connection): { numbers: string[]; customerKey: string };
}

/** A document as QuickBooks has it. */
export interface QboDocument {
  id: string;
  syncToken: string;
  /** Calendar date. */
  txnDate: string | null;
  customer: { value: string; name: string | null } | null;
  currency: string | null;
  /** Decimal texts, in the document's currency. */
  totalAmount: string;
  totalTax: string;
  balance: string;
  privateNote: string | null;
  /** As QuickBooks writes it, with an offset. */
  lastUpdatedAt: string | null;
  /** Each in one line; null if it has none. */
  billingAddress: string | null;
  shippingAddress: string | null;
  /** Each character outside ISO-8859-1 in it: shows whether QuickBooks kept what was sent. */
  foreignCharacters: string;
}

/** What a write brought back, with the status and trace ID of the response. */
export interface WrittenDocument {
  document: QboDocument;
  httpStatus: number;
  intuitTid: string | null;
}

export interface FrozenRequest {
  bytes: string;
  requestId: string;
  permit: CallPermit;
}

/** Its documents in QuickBooks. Every call throws QuickBooksError. */
export interface QboDocuments {
  /** In Intuit's events, in lower case. */
  entity: string;
  /** Another entity whose events change the balance of its documents; null if there is none. */
  payments: Payments | null;
  /** Sends frozen bytes, once, with a permit acquired before the freeze. */
  send(qb: QuickBooks, operation: Operation, request: FrozenRequest): Promise<WrittenDocument>;
  /** Null if it was deleted or never existed. */
  read(qb: QuickBooks, qboId: string): Promise<QboDocument | null>;
  /** All documents with one of the numbers. Throws RangeError if there are more than can be read. */
  findByNumbers(qb: QuickBooks, numbers: readonly string[]): Promise<QboDocument[]>;
  /** All documents of a customer created in that time. Throws RangeError if there are more than can be read. */
  findCreatedIn(qb: QuickBooks, customerId: string, time: { from: Date; to: Date }): Promise<QboDocument[]>;
  isVoided(found: QboDocument): boolean;
}

export interface Payments {
  /** In Intuit's events, in lower case. */
  entity: string;
  /** Its calendar date, and the IDs of the documents that it pays; null if it was deleted. */
  read(qb: QuickBooks, id: string): Promise<{ date: string | null; documentIds: string[] } | null>;
}
