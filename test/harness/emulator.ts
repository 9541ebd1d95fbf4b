/**
 * Client of the emulator's control API (docs/emulator.md): makes companies, changes them as a QuickBooks user would, bends
 * answers, moves the clock, reads the record of what the emulator received. Tests assert on that record.
 */

export interface CompanySettings {
  name?: string;
  profile?: "us-plus" | "us-legacy-tax" | "gb-plus" | "au-plus" | "ca-plus" | "jp-plus" | "us-simple-start";
  offering_sku?: string;
  subscription_status?: string;
  custom_txn_numbers?: boolean;
  warn_on_duplicates?: boolean;
  allow_shipping?: boolean;
  allow_discount?: boolean;
  quantity_on_hand?: boolean;
  multicurrency?: boolean;
  home_currency?: string;
  using_sales_tax?: boolean;
  automated_tax_set_up?: boolean;
  manual_tax_total?: "by_rate" | "as_sent";
  tax_override?: "honoured" | "ignored";
  negative_lines?: "by_code" | "refused";
  inactive_names?: "held" | "freed";
  void_paid?: "refused" | "released";
  reflow_addresses?: boolean;
  sparse_emptying?: "emptied" | "kept";
  currency_decimals?: "by_currency" | "two";
  charset?: "latin-1" | "letters" | "everything" | "question-marks" | "look-alikes";
  book_close_date?: string | null;
  honour_requestid?: boolean;
  reply_6190_as_200?: boolean;
  limits?: { enabled?: boolean; per_minute?: number; per_second?: number; batch_per_minute?: number };
  latency_ms?: number;
}

export type EntityType = "invoice" | "customer" | "item" | "account" | "vendor" | "employee" | "payment" | "term";

/** An entity as QuickBooks shows it; only the properties that tests look at are named. */
export interface QboEntity {
  Id: string;
  SyncToken: string;
  DisplayName?: string;
  Name?: string;
  Active?: boolean;
  [property: string]: unknown;
}

export interface RecordedCall {
  seq: number;
  at_ms: number;
  realm_id: string | null;
  kind: string;
  method: string;
  path: string;
  query: string;
  requestid: string | null;
  request_body: string;
  intuit_tid: string;
  status: number | null;
  fault_code: string | null;
  committed: boolean;
  replayed: boolean;
  entity_type: string | null;
  entity_id: string | null;
  scenario: string | null;
}

export interface RecordSummary {
  total: number;
  committed: number;
  by_kind: Record<string, number>;
  by_status: Record<string, number>;
  max_per_minute: number;
  max_per_second: number;
  max_batches_per_minute: number;
}

export interface ScenarioRequest {
  scenario: string;
  realm_id?: string;
  kinds?: string[];
  times?: number;
  probability?: number;
  seed?: number;
  options?: Record<string, unknown>;
}

const PAGE_SIZE = 500;
const ANSWER_LIMIT_MS = 60_000;

export class Emulator {
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** Creates a company and returns its realm ID. */
  async createCompany(settings: CompanySettings = {}): Promise<string> {
    const company = await this.call<{ realm_id: string }>("POST", "/control/companies", settings);
    return company.realm_id;
  }

  changeCompany(realmId: string, settings: CompanySettings): Promise<unknown> {
    return this.call("PATCH", `/control/companies/${realmId}`, settings);
  }

  /** All entities of a type, inactive ones too. */
  async list(realmId: string, type: EntityType): Promise<QboEntity[]> {
    const entities: QboEntity[] = [];
    for (;;) {
      const path = `/control/companies/${realmId}/entities/${type}?limit=${PAGE_SIZE}&offset=${entities.length}`;
      const page = await this.call<{ data: QboEntity[]; count: number }>("GET", path);
      entities.push(...page.data);
      if (page.data.length === 0 || entities.length >= page.count) return entities;
    }
  }

  /** One entity; throws where there is none. */
  find<T extends QboEntity>(realmId: string, type: "Invoice" | "Customer" | "Item", id: string): Promise<T> {
    return this.call("GET", `/control/companies/${realmId}/entities/${type}/${id}`);
  }

  /** Creates an entity as the QuickBooks user would. */
  create(realmId: string, type: EntityType, body: Record<string, unknown>): Promise<QboEntity> {
    return this.call("POST", `/control/companies/${realmId}/entities/${type}`, body);
  }

  /** Changes an entity as the QuickBooks user would. */
  change(realmId: string, type: EntityType, id: string, body: Record<string, unknown>): Promise<QboEntity> {
    return this.call("PATCH", `/control/companies/${realmId}/entities/${type}/${id}`, body);
  }

  /** Merges one record into another as the QuickBooks user would; the first is gone then. */
  merge(realmId: string, type: "customer" | "item", id: string, into: string): Promise<unknown> {
    return this.call("POST", `/control/companies/${realmId}/entities/${type}/${id}/merge`, { into });
  }

  voidInvoice(realmId: string, id: string): Promise<unknown> {
    return this.call("POST", `/control/companies/${realmId}/entities/invoice/${id}/void`, {});
  }

  deleteInvoice(realmId: string, id: string): Promise<unknown> {
    return this.call("POST", `/control/companies/${realmId}/entities/invoice/${id}/delete`, {});
  }

  /** Every call of a company that the emulator received, in order. */
  async record(realmId: string, kind?: string): Promise<RecordedCall[]> {
    const calls: RecordedCall[] = [];
    let after = 0;
    for (;;) {
      const query = new URLSearchParams({ realm_id: realmId, after: String(after), limit: String(PAGE_SIZE) });
      if (kind !== undefined) query.set("kind", kind);
      const page = await this.call<{ data: RecordedCall[]; next: number | null }>(
        "GET",
        `/control/record?${query.toString()}`,
      );
      calls.push(...page.data);
      if (page.next === null || page.data.length === 0) return calls;
      after = page.next;
    }
  }

  summary(realmId: string): Promise<RecordSummary> {
    return this.call("GET", `/control/record/summary?realm_id=${realmId}`);
  }

  expireAccess(realmId: string): Promise<unknown> {
    return this.call("POST", "/control/tokens/expire-access", { realm_id: realmId });
  }

  /** As if the user disconnected the app in QuickBooks. */
  revokeTokens(realmId: string): Promise<unknown> {
    return this.call("POST", "/control/tokens/revoke", { realm_id: realmId });
  }

  expireRefresh(realmId: string): Promise<unknown> {
    return this.call("POST", "/control/tokens/expire-refresh", { realm_id: realmId });
  }

  /** Bends answers from now on; returns what takes it back. */
  async bend(request: ScenarioRequest): Promise<() => Promise<void>> {
    const { id } = await this.call<{ id: string }>("POST", "/control/scenarios", request);
    return async () => {
      await this.raw("DELETE", `/control/scenarios/${id}`);
    };
  }

  advanceClock(seconds: number): Promise<unknown> {
    return this.call("POST", "/control/clock", { advance_seconds: seconds });
  }

  raw(method: string, path: string, body?: unknown): Promise<Response> {
    return fetch(this.origin + path, {
      method,
      ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.raw(method, path, body);
    if (!response.ok)
      throw new Error(`Emulator: ${method} ${path} answered ${response.status}: ${await response.text()}`);
    return response.json<T>();
  }
}
