/**
 * The writing operations of one entity: create, update, void, delete, as the query's `operation` or a batch item says.
 * It checks the subscription first; each entity's own file decides what the entity may be.
 */
import type { CompanyContext } from "../company/context.ts";
import { mayWrite } from "../company/profile.ts";
import { deleteTransaction, voidInvoice } from "../entities/invoice-actions.ts";
import { invoiceKind } from "../entities/invoice.ts";
import type { EntityKind } from "../entities/kind.ts";
import { writeEntity } from "../entities/write-entity.ts";
import { subscriptionLapsed, unsupportedOperation } from "../wire/faults.ts";
import { printJson, textOf, type JsonObject } from "../wire/json.ts";
import { operationOf } from "./call-kind.ts";

export interface OperationResult {
  /** Members of the envelope besides `time`, e.g. `"Invoice":{…}`. */
  members: string;
  committed?: boolean;
  entityType?: string;
  entityId?: string;
}

/** Create, update, void or delete, according to the query's `operation`. Throws QuickBooksFault. */
export function writeOperation(
  context: CompanyContext,
  kind: EntityKind,
  input: JsonObject,
  query: Record<string, string>,
): OperationResult {
  if (!mayWrite(context.profile))
    throw subscriptionLapsed(context.profile.offering_sku, context.profile.reply_6190_as_200);
  const operation = operationOf(query);
  const result = { committed: true, entityType: kind.type };
  if (operation === "void") {
    if (kind !== invoiceKind) throw unsupportedOperation(`void for ${kind.type}`);
    const body = voidInvoice(context, input);
    return { ...result, members: `"Invoice":${printJson(body)}`, entityId: textOf(body["Id"]) ?? "" };
  }
  if (operation === "delete") {
    if (!kind.isTransaction) throw unsupportedOperation(`delete for ${kind.type}`);
    const id = deleteTransaction(context, kind, input);
    return { ...result, members: `"${kind.type}":{"status":"Deleted","domain":"QBO","Id":"${id}"}`, entityId: id };
  }
  if (operation !== undefined && operation !== "update" && operation !== "create")
    throw unsupportedOperation(operation);
  const allowsDuplicates = (query["include"] ?? "").split(",").includes("allowduplicatedocnum");
  const wide = allowsDuplicates ? { ...context, bend: { ...context.bend, allowDuplicateNumbers: true } } : context;
  const written = writeEntity(wide, kind, input);
  return { ...result, members: `"${kind.type}":${printJson(written.body)}`, entityId: written.id };
}
