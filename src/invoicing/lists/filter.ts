/**
 * What a list of invoices is narrowed to, and the index that it walks. Every list names its index, so none ever reads all
 * invoices; only a search that few match starts at the rows that it found instead.
 */
import { type SQL, type SQLWrapper, and, sql } from "drizzle-orm";
import { type AttentionKind, attentionKindSql } from "../../documents/attention.ts";
import type { DocumentState } from "../../documents/status.ts";
import type { Search } from "../../invoices/search.ts";
import { invoices } from "../../invoices/schema.ts";
import { IS_SENT_WITH_WARNINGS, IS_WAITING, NEEDS_ATTENTION, pushes } from "../../pushes/schema.ts";
import { IS_ITS_INVOICE } from "../invoice-row.ts";

/** Lists that gather several statuses. */
export const INVOICE_VIEWS = ["needs_attention", "waiting", "sent_with_warnings"] as const;
export type InvoiceView = (typeof INVOICE_VIEWS)[number];

/** Why invoices need attention: those with the same cause have the same fix. */
export interface AttentionCause {
  connectionId: string | null;
  kind: AttentionKind;
  /** Of the error; null unless it failed. */
  category: string | null;
  code: string | null;
  /** As `PushError.concerns`. */
  concerns: string | null;
}

export interface InvoiceFilter {
  status?: DocumentState | InvoiceView | undefined;
  connectionId?: string | undefined;
  instanceId?: string | undefined;
  /** Calendar dates, both included. */
  from?: string | undefined;
  to?: string | undefined;
  /** Part of a number, an order's number or a customer's name, or an amount. */
  q?: string | undefined;
  /** Those of one cause; only together with the status `needs_attention`. */
  cause?: AttentionCause | undefined;
  /** Those that were asked to be sent at that very time: by one click, as a rule. */
  requestedAt?: string | undefined;
}

const OF_VIEW: Readonly<Record<InvoiceView, { is: SQL; index: string }>> = {
  needs_attention: { is: sql`(${NEEDS_ATTENTION})`, index: "pushes_attention" },
  waiting: { is: sql`${IS_WAITING}`, index: "pushes_waiting" },
  sent_with_warnings: { is: sql`${IS_SENT_WITH_WARNINGS}`, index: "pushes_warned" },
};

/** Whether the status is one of the views. */
export function isView(status: string | undefined): status is InvoiceView {
  return INVOICE_VIEWS.some((view) => view === status);
}

export interface Walk {
  /** The tables, joined if anything of the invoice itself is asked for. */
  from: SQL;
  where: SQL | undefined;
  /** Whether the rows come in the order of the list, so that nothing is sorted afterwards. */
  isInOrder: boolean;
}

/**
 * How to read what matches. `by`: the order that the list has; for `number`, `few` says that sorting afterwards is
 * cheaper. `needsInvoice`: whether columns of the invoice are read.
 */
export function walkOf(
  filter: InvoiceFilter,
  search: Search | null,
  { by, few, needsInvoice }: { by: "date" | "number"; few: boolean; needsInvoice: boolean },
): Walk {
  // A unary plus keeps SQLite from starting anywhere but at the rows found (https://www.sqlite.org/optoverview.html).
  const column = (one: SQLWrapper): SQL => (search?.isStart ? sql`+${one}` : sql`${one}`);
  const { status } = filter;
  const where = and(
    sql`${pushes.kind} = 'invoice'`,
    search?.condition,
    isView(status) ? OF_VIEW[status].is : undefined,
    status === undefined || isView(status) ? undefined : sql`${column(pushes.pushStatus)} = ${status}`,
    filter.connectionId === undefined ? undefined : sql`${column(pushes.connectionId)} = ${filter.connectionId}`,
    filter.instanceId === undefined ? undefined : sql`${column(pushes.instanceId)} = ${filter.instanceId}`,
    filter.from === undefined ? undefined : sql`${column(pushes.documentDate)} >= ${filter.from}`,
    filter.to === undefined ? undefined : sql`${column(pushes.documentDate)} <= ${filter.to}`,
    filter.requestedAt === undefined ? undefined : sql`${column(pushes.requestedAt)} = ${filter.requestedAt}`,
    filter.cause && isOfCause(filter.cause),
  );
  if (search?.isStart) return { from: sql`${pushes} join ${invoices} on ${IS_ITS_INVOICE}`, where, isInOrder: false };
  const isByNumber = by === "number" && !few;
  const index = isByNumber ? "pushes_by_number" : indexOf(filter);
  const walked = sql`${pushes} indexed by ${sql.raw(index)}`;
  // A cross join is never turned round.
  const from = needsInvoice || search ? sql`${walked} cross join ${invoices} on ${IS_ITS_INVOICE}` : walked;
  return { from, where, isInOrder: isByNumber || (by === "date" && index !== "pushes_requested") };
}

/** The index by date that leaves the fewest rows to skip. */
function indexOf({ status, instanceId, connectionId, requestedAt }: InvoiceFilter): string {
  if (requestedAt !== undefined) return "pushes_requested";
  if (isView(status)) return OF_VIEW[status].index;
  if (instanceId !== undefined) return status === undefined ? "pushes_by_instance" : "pushes_by_instance_status";
  // Nearly all that a company has is sent; of the other statuses there are few in all companies together.
  if (connectionId !== undefined && (status === undefined || status === "sent")) return "pushes_by_connection";
  return status === undefined ? "pushes_by_date" : "pushes_by_status";
}

function isOfCause({ connectionId, kind, category, code, concerns }: AttentionCause): SQL {
  const ofKind = sql`${pushes.connectionId} IS ${connectionId} AND ${attentionKindOf()} = ${kind}`;
  if (kind !== "failed") return ofKind;
  const error = (name: string): SQL => sql`json_extract(${pushes.error}, ${sql.raw(`'$.${name}'`)})`;
  return sql`${ofKind} AND ${error("category")} IS ${category} AND ${error("code")} IS ${code} AND ${error("concerns")} IS ${concerns}`;
}

/** SQL of the kind of attention that a row needs. */
export function attentionKindOf(): SQL {
  return sql.raw(attentionKindSql("pushes."));
}
