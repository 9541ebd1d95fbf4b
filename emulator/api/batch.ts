/**
 * Batches (docs/qbo-api.md, section 6): up to 30 items, each on its own, answered together with HTTP 200. One item's
 * fault never affects another item; items are matched by bId alone.
 */
import type { CompanyContext } from "../company/context.ts";
import { kindOfType } from "../entities/kinds.ts";
import { faultObject, missingParameter, QuickBooksFault, unsupportedOperation } from "../wire/faults.ts";
import { isObject, listOf, objectOf, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { runQuery } from "./query-run.ts";
import { writeOperation } from "./write-operation.ts";

export const MAX_BATCH_ITEMS = 30;
const MAX_BATCH_ID_CHARS = 10;

/** The `BatchItemResponse` list as JSON text. Throws for a batch that is wrong as a whole. */
export function runBatch(context: CompanyContext, request: JsonObject, requestId: string | undefined): string {
  const unknown = Object.keys(request).find((name) => name !== "BatchItemRequest");
  if (unknown !== undefined)
    throw new QuickBooksFault("2010", `Property Name:${unknown} specified is unsupported or invalid`);
  const items = listOf(request["BatchItemRequest"]);
  if (items.length === 0) throw new QuickBooksFault("400", "Batch Request is Empty");
  if (items.length > MAX_BATCH_ITEMS)
    throw new QuickBooksFault("1040", `Batch size exceeds the allowed limit (${MAX_BATCH_ITEMS})`);
  const seen = new Set<string>();
  const parsed = items.map((item) => parseItem(item, seen, requestId !== undefined));
  return `[${parsed.map((item) => respondToItem(context, item)).join(",")}]`;
}

interface BatchItem {
  bId: string;
  fields: JsonObject;
}

function parseItem(item: Json, seen: Set<string>, hasRequestId: boolean): BatchItem {
  if (!isObject(item))
    throw new QuickBooksFault("2010", "Property Name:BatchItemRequest specified is unsupported or invalid");
  const { bId, ...fields } = item;
  const id = textOf(bId);
  if (id === null || id === "") throw missingParameter("BatchItemRequest.bId");
  if (hasRequestId && id.length > MAX_BATCH_ID_CHARS) {
    throw new QuickBooksFault(
      "2130",
      `Invalid Request Id Format : with a requestid, bId has at most ${MAX_BATCH_ID_CHARS} characters`,
    );
  }
  if (seen.has(id)) throw new QuickBooksFault("2010", `Property Name:bId ${id} is used more than once`);
  seen.add(id);
  return { bId: id, fields };
}

function respondToItem(context: CompanyContext, item: BatchItem): string {
  const bId = JSON.stringify(item.bId);
  const noted = context.changes.length;
  try {
    return `{${context.atomically(() => itemMembers(context, item.fields))},"bId":${bId}}`;
  } catch (error) {
    if (!(error instanceof QuickBooksFault)) throw error;
    context.changes.length = noted;
    return `{"Fault":${faultObject(error)},"bId":${bId}}`;
  }
}

function itemMembers(context: CompanyContext, fields: JsonObject): string {
  const { operation, optionsData, Query, ...entities } = fields;
  if (Query !== undefined) {
    const source = textOf(Query);
    if (source === null) throw missingParameter("Query");
    return `"QueryResponse":${runQuery(context, source)}`;
  }
  const [name, ...others] = Object.keys(entities);
  const kind = name === undefined ? null : kindOfType(name);
  const input = name === undefined ? null : objectOf(entities[name]);
  if (kind === null || input === null || others.length > 0)
    throw unsupportedOperation(`batch item ${Object.keys(entities).join(", ")}`);
  const wanted = textOf(operation);
  if (wanted === null) throw missingParameter("operation");
  const isVoid = wanted === "update" && optionsData === "void";
  if (!isVoid && (wanted === "create") !== (input["Id"] === undefined))
    throw unsupportedOperation(`${wanted} with this Id`);
  return writeOperation(context, kind, input, { operation: isVoid ? "void" : wanted }).members;
}
