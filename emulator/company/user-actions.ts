/**
 * What a person does in QuickBooks' own pages: the same rules as for the API, but without token, SyncToken or request
 * ID. The emulator's pages and its control API use it; webhooks report these changes like all others.
 */
import { deleteTransaction, voidInvoice } from "../entities/invoice-actions.ts";
import { kindOfPath, typeOfName } from "../entities/kinds.ts";
import { mergeRecords } from "../entities/merge.ts";
import { writeEntity } from "../entities/write-entity.ts";
import { notFound, QuickBooksFault, unsupportedOperation } from "../wire/faults.ts";
import { parseJsonObject, printJson, type JsonObject } from "../wire/json.ts";
import type { CompanyContext } from "./context.ts";

export type UserResponse = { ok: true; body: string } | { ok: false; code: string; message: string; detail: string };

export type UserAction =
  | { verb: "create"; type: string; body: string }
  | { verb: "change"; type: string; id: string; body: string }
  | { verb: "void"; type: string; id: string }
  | { verb: "merge"; type: string; id: string; intoId: string }
  | { verb: "delete"; type: string; id: string };

/** Performs one action of a person. A rule that refuses it is a value, not an exception. */
export function actAsUser(context: CompanyContext, action: UserAction): UserResponse {
  try {
    return { ok: true, body: context.atomically(() => act(context, action)) };
  } catch (error) {
    context.changes.length = 0;
    if (error instanceof QuickBooksFault)
      return { ok: false, code: error.code, message: error.message, detail: error.detail };
    if (error instanceof SyntaxError)
      return { ok: false, code: "2010", message: "The body is not readable JSON", detail: error.message };
    throw error;
  }
}

function act(context: CompanyContext, action: UserAction): string {
  const kind = kindOfPath(action.type.toLowerCase());
  if (kind === null) throw unsupportedOperation(action.type);
  if (action.verb === "create") return printJson(writeEntity(context, kind, readBody(action.body)).body);
  const current = context.store.find(kind.type, action.id);
  if (current === null) throw notFound(`${kind.type} ${action.id}`);
  const named: JsonObject = { Id: current["Id"] ?? "", SyncToken: current["SyncToken"] ?? "" };
  if (action.verb === "merge") return printJson(mergeRecords(context, kind.type, action.id, action.intoId));
  if (action.verb === "void") return printJson(voidInvoice(context, named, { evenIfPaid: true }));
  if (action.verb === "delete") {
    if (!kind.isTransaction) throw unsupportedOperation(`delete for ${kind.type}`);
    return JSON.stringify({ status: "Deleted", Id: deleteTransaction(context, kind, named) });
  }
  const changes = readBody(action.body);
  const base = kind.sparse
    ? { sparse: true }
    : Object.fromEntries(Object.entries(current).filter(([name]) => kind.shape[name] !== undefined));
  return printJson(writeEntity(context, kind, { ...base, ...changes, ...named }).body);
}

/** All of a type, inactive ones too, newest last. */
export function listEntities(
  context: CompanyContext,
  type: string,
  page: { limit: number; offset: number; newestFirst?: boolean; customerId?: string },
): { bodies: string[]; count: number } | null {
  const name = typeOfName(type);
  if (name === null) return null;
  const where = page.customerId === undefined ? "" : "AND customer_id = ?";
  const parameters = page.customerId === undefined ? [] : [page.customerId];
  const bodies = context.store.listBodies(
    name,
    where,
    [...parameters, page.limit, page.offset],
    `ORDER BY id ${page.newestFirst === true ? "DESC" : "ASC"} LIMIT ? OFFSET ?`,
  );
  return { bodies, count: context.store.count(name, where, parameters) };
}

function readBody(text: string): JsonObject {
  const body = parseJsonObject(text);
  if (body === null) throw new QuickBooksFault("2010", "The body is not a JSON object");
  return body;
}
