/**
 * The books of one QuickBooks company, limited to what Bookbridge writes and reads: the reference in tests of exactly
 * once. They know nothing about Bookbridge. An answer is created when the request is processed; network.ts decides what
 * reaches the caller. The emulator is much more complete; this is small enough for thousands of runs.
 */
import { type Row, select } from "./books-query.ts";

export interface BooksOptions {
  /** A repeat with the same `requestid` gets the first answer; users report that this can't be relied on. */
  rememberRequestIds: boolean;
  /** Whether a refusal is also remembered under its `requestid`. */
  rememberRefusals: boolean;
  /** 6140 for a number that is taken. */
  hasUniqueNumbers: boolean;
  /** Custom transaction numbers; off: QuickBooks gives the numbers itself. */
  takesNumbers: boolean;
  /** How long a new invoice is missing from queries. */
  queryLagMs: number;
  /** A credit of the customer is applied to each new invoice automatically, within a second. */
  appliesCredits?: boolean;
  /** What becomes of characters outside ISO-8859-1; left out: they are kept. */
  letters?: "kept" | "refused" | "question_marks";
}

export const HONEST_BOOKS: BooksOptions = {
  rememberRequestIds: true,
  rememberRefusals: false,
  hasUniqueNumbers: false,
  takesNumbers: true,
  queryLagMs: 0,
};

export interface BooksRequest {
  method: string;
  /** Below the realm, e.g. `/invoice`. */
  path: string;
  query: URLSearchParams;
  body: string | null;
}

export interface BooksAnswer {
  status: number;
  body: Record<string, unknown>;
}

export interface BookInvoice extends Row {
  Id: string;
  SyncToken: string;
  DocNumber: string;
  PrivateNote: string;
  CustomerRef: { value: string };
  Line: unknown[];
  TotalAmt: number;
  Balance: number;
  /** What it came to, in cents. */
  totalCents: number;
  /** Payments and credits on it, in cents. */
  paidCents: number;
  isDeleted: boolean;
  createdMs: number;
}

export interface Change {
  entity: "Invoice" | "Customer" | "Payment" | "Item";
  id: string;
  operation: "Create" | "Update" | "Void" | "Delete" | "Merge";
  atMs: number;
  /** The record removed by a merge; the survivor is `id`. */
  deletedId?: string;
}

/** Refuses with a code of QuickBooks. */
class Refused extends Error {
  constructor(
    readonly code: string,
    readonly detail: string,
  ) {
    super(code);
  }
}

const SECOND_MS = 1000;
/** A character outside ISO-8859-1. */
const FOREIGN = /[\u0100-\u{10ffff}]/u;
const CREDIT_CENTS = 100;

export class Books {
  readonly invoices = new Map<string, BookInvoice>();
  readonly customers = new Map<string, Row>();
  readonly items = new Map<string, Row>();
  readonly accounts = new Map<string, Row>();
  readonly payments = new Map<string, Row>();
  /** Every create that was processed, by our mark or the text in the note: used to count duplicates. */
  readonly createdNotes: string[] = [];
  readonly changes: Change[] = [];
  subscriptionStatus = "PAID";
  /** Whether its subscription ever lapsed. */
  hasLapsed = false;
  /** Somebody made a record inactive here, or merged it into another. */
  hasTakenAway = false;
  readonly #answers = new Map<string, BooksAnswer>();
  #lastId = 100;
  #lastStampMs = 0;

  constructor(
    readonly realmId: string,
    readonly options: BooksOptions,
  ) {}

  /** Does the request, now. */
  handle(request: BooksRequest, nowMs: number): BooksAnswer {
    const requestId = request.query.get("requestid");
    const known = requestId === null ? undefined : this.#answers.get(requestId);
    if (known !== undefined && this.options.rememberRequestIds) return known;
    const answer = this.#answer(request, nowMs);
    const isKept = answer.status === 200 || this.options.rememberRefusals;
    if (requestId !== null && isKept) this.#answers.set(requestId, answer);
    return answer;
  }

  /** Somebody works in QuickBooks: a change of one invoice, with its SyncToken and time. */
  touch(invoice: BookInvoice, patch: Partial<BookInvoice>, operation: Change["operation"], nowMs: number): void {
    const at = this.#stamp(nowMs);
    Object.assign(invoice, patch, { SyncToken: String(Number(invoice.SyncToken) + 1) });
    invoice["MetaData"] = {
      CreateTime: new Date(invoice.createdMs).toISOString(),
      LastUpdatedTime: new Date(at).toISOString(),
    };
    this.changes.push({ entity: "Invoice", id: invoice.Id, operation, atMs: at });
  }

  void(invoice: BookInvoice, nowMs: number): void {
    const note = invoice.PrivateNote.startsWith("Voided") ? invoice.PrivateNote : `Voided - ${invoice.PrivateNote}`;
    this.touch(
      invoice,
      { PrivateNote: note, TotalAmt: 0, Balance: 0, totalCents: 0, paidCents: 0, Line: [] },
      "Void",
      nowMs,
    );
  }

  pay(invoice: BookInvoice, nowMs: number): void {
    const id = this.newId();
    const date = new Date(nowMs).toISOString().slice(0, 10);
    this.payments.set(id, {
      Id: id,
      TxnDate: date,
      Line: [{ LinkedTxn: [{ TxnId: invoice.Id, TxnType: "Invoice" }] }],
    });
    this.touch(invoice, { Balance: 0, paidCents: invoice.totalCents }, "Update", nowMs);
    this.changes.push({ entity: "Payment", id, operation: "Create", atMs: this.#lastStampMs });
  }

  /** QuickBooks applies a credit to a new invoice automatically. */
  applyCredit(invoice: BookInvoice, nowMs: number): void {
    if (invoice.isDeleted || invoice.totalCents === 0) return;
    const paidCents = Math.min(invoice.totalCents, CREDIT_CENTS);
    this.touch(invoice, { Balance: (invoice.totalCents - paidCents) / 100, paidCents }, "Update", nowMs);
  }

  /** Somebody makes a customer or an item inactive; then it can't be used on an invoice. */
  deactivate(row: Row): void {
    this.hasTakenAway = true;
    row["Active"] = false;
    row["SyncToken"] = String(Number(row["SyncToken"]) + 1);
  }

  /** Somebody merges one customer into another: its invoices move, and it no longer exists. */
  merge(gone: Row, survivor: Row, nowMs: number): void {
    this.hasTakenAway = true;
    const at = this.#stamp(nowMs);
    for (const invoice of this.invoices.values())
      if (invoice.CustomerRef.value === gone["Id"]) invoice.CustomerRef = { value: textOf(survivor["Id"]) };
    this.customers.delete(textOf(gone["Id"]));
    const [id, deletedId] = [textOf(survivor["Id"]), textOf(gone["Id"])];
    this.changes.push({ entity: "Customer", id, operation: "Merge", atMs: at, deletedId });
  }

  /** An invoice that somebody makes in QuickBooks. */
  addForeignInvoice(number: string, cents: number, customerId: string, nowMs: number): BookInvoice {
    const line = { DetailType: "SalesItemLineDetail", Amount: cents / 100 };
    return this.#store(
      { DocNumber: number, PrivateNote: "made by hand", CustomerRef: { value: customerId }, Line: [line] },
      nowMs,
    );
  }

  newId(): string {
    this.#lastId += 1;
    return String(this.#lastId);
  }

  #answer(request: BooksRequest, nowMs: number): BooksAnswer {
    try {
      return { status: 200, body: { ...this.#do(request, nowMs), time: new Date(nowMs).toISOString() } };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: 400, body: faultOf(error.code, error.detail) };
    }
  }

  #do(request: BooksRequest, nowMs: number): Record<string, unknown> {
    const [, entity = "", id] = request.path.split("/");
    if (entity === "query") return this.#query(request.query.get("query") ?? request.body ?? "", nowMs);
    if (entity === "companyinfo") return companyInfoOf(this.realmId, this.subscriptionStatus);
    if (entity === "preferences") return preferencesOf(this.options);
    if (request.method === "GET") return this.#read(entity, id ?? "");
    const body = readBody(request.body === null ? null : this.#keepLetters(request.body));
    switch (entity) {
      case "invoice":
        return { Invoice: copyOf(this.#writeInvoice(body, request.query.get("operation"), nowMs)) };
      case "customer":
        return { Customer: this.#writeNamed(this.customers, body, "DisplayName", nowMs) };
      case "item":
        return { Item: this.#writeNamed(this.items, body, "Name", nowMs) };
      case "account":
        return { Account: this.#writeNamed(this.accounts, body, "Name", nowMs) };
      default:
        throw new Error(`These books know no ${request.method} ${request.path}`);
    }
  }

  /** A body in JSON, with the letters that these books keep. */
  #keepLetters(body: string): string {
    const { letters = "kept" } = this.options;
    if (letters === "kept" || !FOREIGN.test(body)) return body;
    if (letters === "refused") throw new Refused("2040", "Element contains invalid characters.");
    return body.replace(new RegExp(FOREIGN, "gu"), "?");
  }

  #query(statement: string, nowMs: number): Record<string, unknown> {
    if (FOREIGN.test(statement)) throw new Refused("4000", "QueryParserError: Lexical error");
    const visible = [...this.invoices.values()].filter(
      (row) => !row.isDeleted && row.createdMs + this.options.queryLagMs <= nowMs,
    );
    const asked = (rows: Map<string, Row>): Row[] =>
      [...rows.values()].filter((row) => row["Active"] !== false || statement.includes("Active IN (true, false)"));
    const tables = {
      Invoice: visible,
      Customer: asked(this.customers),
      Item: asked(this.items),
      Account: [...this.accounts.values()],
    };
    const { entity, rows } = select(statement, tables);
    return { QueryResponse: rows.length === 0 ? {} : { [entity]: structuredClone(rows) } };
  }

  #read(entity: string, id: string): Record<string, unknown> {
    const tables: Record<string, [string, Map<string, Row>]> = {
      invoice: ["Invoice", this.invoices],
      customer: ["Customer", this.customers],
      item: ["Item", this.items],
      payment: ["Payment", this.payments],
    };
    const [name, rows] = tables[entity] ?? ["", new Map<string, Row>()];
    const row = rows.get(id);
    if (row === undefined || row["isDeleted"] === true) throw new Refused("610", `Object Not Found : ${id}`);
    return { [name]: structuredClone(row) };
  }

  #writeInvoice(body: Row, operation: string | null, nowMs: number): BookInvoice {
    if (body["Id"] === undefined) return this.#createInvoice(body, nowMs);
    const invoice = this.invoices.get(textOf(body["Id"]));
    if (invoice === undefined || invoice.isDeleted)
      throw new Refused("610", `Object Not Found : ${textOf(body["Id"])}`);
    if (invoice.SyncToken !== body["SyncToken"]) throw new Refused("5010", "Stale Object Error");
    if (operation === "void") this.void(invoice, nowMs);
    else this.#update(invoice, body, nowMs);
    return invoice;
  }

  #createInvoice(body: Row, nowMs: number): BookInvoice {
    const number = this.options.takesNumbers ? textOf(body["DocNumber"]) : `Q${this.#lastId + 1}`;
    this.#refuseTakenNumber(number, null);
    this.#refuseInactive(body);
    this.createdNotes.push(textOf(body["PrivateNote"]));
    return this.#store({ ...body, DocNumber: number }, nowMs);
  }

  #refuseInactive(body: Row): void {
    const customer = this.customers.get((body["CustomerRef"] as { value: string }).value);
    const lines = body["Line"] as { SalesItemLineDetail?: { ItemRef?: { value: string } } }[];
    const items = lines.map((line) => this.items.get(line.SalesItemLineDetail?.ItemRef?.value ?? ""));
    const isGone = customer === undefined && body["PrivateNote"] !== "made by hand";
    if (isGone || [customer, ...items].some((row) => row?.["Active"] === false))
      throw new Refused("610", "Object Not Found : Something you're trying to use has been made inactive.");
  }

  #refuseTakenNumber(number: string, except: string | null): void {
    if (!this.options.hasUniqueNumbers) return;
    const holder = [...this.invoices.values()].find(
      (row) => row.DocNumber === number && !row.isDeleted && row.Id !== except,
    );
    if (holder) throw new Refused("6140", `Duplicate Document Number Error : ${number}`);
  }

  #store(body: Row, nowMs: number): BookInvoice {
    const id = this.newId();
    const at = this.#stamp(nowMs);
    const cents = centsOf(body);
    const meta = { CreateTime: new Date(at).toISOString(), LastUpdatedTime: new Date(at).toISOString() };
    const amounts = { TotalAmt: cents / 100, Balance: cents / 100, totalCents: cents, paidCents: 0 };
    const given = body as Pick<BookInvoice, "DocNumber" | "PrivateNote" | "CustomerRef" | "Line">;
    const invoice: BookInvoice = {
      ...given,
      ...amounts,
      Id: id,
      SyncToken: "0",
      MetaData: meta,
      isDeleted: false,
      createdMs: nowMs,
    };
    this.invoices.set(id, invoice);
    this.changes.push({ entity: "Invoice", id, operation: "Create", atMs: at });
    return invoice;
  }

  #update(invoice: BookInvoice, body: Row, nowMs: number): void {
    const { Id: _id, SyncToken: _token, sparse: _sparse, ...fields } = body;
    const kept = this.options.takesNumbers ? fields : { ...fields, DocNumber: invoice.DocNumber };
    this.#refuseTakenNumber(textOf(kept["DocNumber"]), invoice.Id);
    this.#refuseInactive({ ...invoice, ...kept });
    const cents = centsOf({ ...invoice, ...kept });
    // A payment stays on it; what it is too much becomes a credit of the customer.
    const paidCents = Math.min(invoice.paidCents, cents);
    const amounts = { TotalAmt: cents / 100, Balance: (cents - paidCents) / 100, totalCents: cents, paidCents };
    this.touch(invoice, { ...kept, ...amounts }, "Update", nowMs);
  }

  #writeNamed(rows: Map<string, Row>, body: Row, key: string, nowMs: number): Row {
    const name = textOf(body[key]);
    const id = body["Id"] === undefined ? this.newId() : textOf(body["Id"]);
    const isTaken = [...rows.values()].some(
      (row) => textOf(row[key]).toLowerCase() === name.toLowerCase() && row["Id"] !== id,
    );
    if (isTaken) throw new Refused("6240", `The name supplied already exists. : ${name}`);
    const before = rows.get(id);
    const at = new Date(this.#stamp(nowMs)).toISOString();
    const { CreateTime = at } = (before?.["MetaData"] ?? {}) as { CreateTime?: string };
    const { sparse: _sparse, ...given } = body;
    const row = {
      Active: true,
      ...before,
      ...given,
      MetaData: { CreateTime, LastUpdatedTime: at },
      Id: id,
      SyncToken: String(Number(before?.["SyncToken"] ?? -1) + 1),
    };
    rows.set(id, row);
    return structuredClone(row);
  }

  /** QuickBooks' times are to the second; here no two changes share one, so that an echo can be distinguished from a change. */
  #stamp(nowMs: number): number {
    this.#lastStampMs = Math.max(Math.floor(nowMs / SECOND_MS) * SECOND_MS, this.#lastStampMs + SECOND_MS);
    return this.#lastStampMs;
  }
}

/** The total of a payload in cents: goods and shipping, less discount, plus tax. */
export function centsOf(body: Row): number {
  const lines = Array.isArray(body["Line"]) ? body["Line"] : [];
  const sum = lines.reduce((total: number, line: { Amount?: number; DetailType?: string }) => {
    const cents = Math.round((line.Amount ?? 0) * 100);
    return line.DetailType === "DiscountLineDetail" ? total - cents : total + cents;
  }, 0);
  const tax = body["TxnTaxDetail"] as { TotalTax?: number } | undefined;
  return sum + Math.round((tax?.TotalTax ?? 0) * 100);
}

/** The body of a fault in QuickBooks' own dialect. */
export function faultOf(code: string, detail: string): Record<string, unknown> {
  return {
    Fault: { Error: [{ Message: detail, Detail: detail, code, element: "" }], type: "ValidationFault" },
    time: "x",
  };
}

function copyOf(invoice: BookInvoice): Record<string, unknown> {
  const {
    totalCents: _cents,
    paidCents: _paid,
    isDeleted: _deleted,
    createdMs: _created,
    ...wire
  } = structuredClone(invoice);
  return wire;
}

function readBody(text: string | null): Row {
  const body: unknown = JSON.parse(text ?? "");
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new Error("The body is no object");
  return { ...body };
}

function companyInfoOf(realmId: string, subscriptionStatus: string): Record<string, unknown> {
  const NameValue = [{ Name: "SubscriptionStatus", Value: subscriptionStatus }];
  return { CompanyInfo: { CompanyName: `Company ${realmId}`, Country: "US", NameValue } };
}

function preferencesOf(options: BooksOptions): Record<string, unknown> {
  return {
    Preferences: {
      SalesFormsPrefs: { CustomTxnNumbers: options.takesNumbers, AllowShipping: true, AllowDiscount: true },
      ProductAndServicesPrefs: { QuantityOnHand: true },
      CurrencyPrefs: { MultiCurrencyEnabled: false, HomeCurrency: { value: "USD" } },
      TaxPrefs: { UsingSalesTax: true, PartnerTaxEnabled: true },
    },
  };
}

/** The books keep IDs, numbers and names as texts; anything else is none. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
