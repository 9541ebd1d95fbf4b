/**
 * Creates, updates and removes entities: checks the properties, the SyncToken and the names, and writes books and
 * changes. What is specific to an entity is in its own file; nothing here distinguishes invoices from items.
 */
import { checkShape } from "../api/check-shape.ts";
import { noteChange, type CompanyContext } from "../company/context.ts";
import { keyOf } from "../company/store.ts";
import { duplicateName, missingParameter, notFound, QuickBooksFault, staleObject } from "../wire/faults.ts";
import { isObject, objectOf, printJson, textOf, type Json, type JsonObject } from "../wire/json.ts";
import { pacificStamp } from "../wire/pacific.ts";
import { DELETED_SUFFIX, refTo, type EntityKind } from "./kind.ts";
import { isReferredType, redirectReferences } from "./references.ts";
import { unannounced } from "./unannounced.ts";

export interface Written {
  body: JsonObject;
  id: string;
  verb: "Create" | "Update";
}

/** Creates (without Id) or updates (with Id and SyncToken) one entity. Throws QuickBooksFault; then nothing was written. */
export function writeEntity(context: CompanyContext, kind: EntityKind, input: JsonObject): Written {
  const id = input["Id"] ?? null;
  return id === null || id === "" ? createEntity(context, kind, input) : updateEntity(context, kind, input);
}

function createEntity(context: CompanyContext, kind: EntityKind, input: JsonObject): Written {
  const sent = checkShape(input, kind.shape, context.profile.charset);
  const clean = withoutEmpty(sent);
  const built = kind.build(context, clean, null, clean);
  const number = kind.isTransaction
    ? context.store.nextNumber("transaction", context.firstTransactionId)
    : context.store.nextNumber(`id:${kind.type}`);
  const stamp = pacificStamp(context.nowMs);
  const meta = { CreateTime: stamp, LastUpdatedTime: stamp };
  const body = stampedBody({ ...built, ...unannounced(context, kind.type) }, String(number), "0", meta);
  checkUnique(context, kind, body);
  context.store.insert({ type: kind.type, id: number, body, keys: kind.keys(body) }, context.nowMs);
  kind.settle?.(context, null, body);
  noteChange(context, kind.type, String(number), "Create");
  return { body, id: String(number), verb: "Create" };
}

function updateEntity(context: CompanyContext, kind: EntityKind, input: JsonObject): Written {
  const previous = loadForChange(context, kind, input);
  const checked = checkShape(input, kind.shape, context.profile.charset);
  const isSparse = kind.sparse && input["sparse"] === true;
  const sent = isSparse ? withoutKept(context, kind, checked) : checked;
  const merged = withoutEmpty(isSparse ? { ...writableOf(kind, previous), ...sent } : sent);
  const built = kind.build(context, merged, previous, sent);
  const body = rewriteEntity(context, kind, previous, built);
  noteChange(context, kind.type, textOf(body["Id"]) ?? "", "Update");
  return { body, id: textOf(body["Id"]) ?? "", verb: "Update" };
}

/** Writes a changed entity with the next SyncToken, and applies its effects. */
export function rewriteEntity(
  context: CompanyContext,
  kind: EntityKind,
  previous: JsonObject,
  built: JsonObject,
): JsonObject {
  const id = textOf(previous["Id"]) ?? "";
  const token = String(Number(textOf(previous["SyncToken"]) ?? "0") + 1);
  const created = objectOf(previous["MetaData"])?.["CreateTime"];
  const stamp = pacificStamp(context.nowMs);
  const meta = { CreateTime: created ?? stamp, LastUpdatedTime: stamp };
  const body = stampedBody({ ...built, ...unannounced(context, kind.type) }, id, token, meta);
  checkUnique(context, kind, body);
  context.store.update({ type: kind.type, id: Number(id), body, keys: kind.keys(body) }, context.nowMs);
  if (isReferredType(kind.type) && refTo(previous)["name"] !== refTo(body)["name"])
    redirectReferences(context, kind.type, id, body);
  kind.settle?.(context, previous, body);
  return body;
}

/** The entity that a change names by Id and SyncToken. Throws 2030, 610, 2020 or 5010. */
export function loadForChange(context: CompanyContext, kind: EntityKind, input: JsonObject): JsonObject {
  const id = input["Id"];
  if (typeof id !== "string" || !/^[1-9]\d{0,14}$/.test(id)) {
    const shown = id === undefined ? "" : printJson(id);
    throw new QuickBooksFault("2030", `Invalid ID : Supplied value:${shown}`, { element: "Id" });
  }
  const previous = context.store.find(kind.type, id);
  if (previous === null) throw notFound(`${kind.type} ${id}`);
  const token = textOf(input["SyncToken"]);
  if (token === null) throw missingParameter("SyncToken");
  if (token !== textOf(previous["SyncToken"])) throw staleObject(kind.type);
  return previous;
}

export function removeEntity(context: CompanyContext, kind: EntityKind, body: JsonObject): void {
  const id = textOf(body["Id"]) ?? "";
  kind.settle?.(context, body, null);
  context.store.remove(kind.type, Number(id), context.nowMs);
  noteChange(context, kind.type, id, "Delete");
}

/** No two records of a namespace have one name; an inactive one holds its plain name too, unless the company frees it. */
function checkUnique(context: CompanyContext, kind: EntityKind, body: JsonObject): void {
  const { namespace, uniqueKey, active } = kind.keys(body);
  if (namespace === null || uniqueKey === null) return;
  const isHeld = active && context.profile.inactive_names === "held";
  for (const key of isHeld ? [uniqueKey, keyOf(`${uniqueKey}${DELETED_SUFFIX}`)] : [uniqueKey]) {
    const holder = context.store.findHolder(namespace, key);
    if (holder !== null && (holder.type !== kind.type || holder.id !== body["Id"]))
      throw duplicateName(kind.duplicate, holder.id);
  }
}

function stampedBody(built: JsonObject, id: string, token: string, meta: JsonObject): JsonObject {
  return { ...built, domain: "QBO", sparse: false, Id: id, SyncToken: token, MetaData: meta };
}

function writableOf(kind: EntityKind, body: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(body).filter(([name]) => {
      const rule = kind.shape[name];
      return rule !== undefined && rule.kind !== "output";
    }),
  );
}

/** What a sparse update changes: where the company keeps what is emptied, that part of the call has no effect. */
function withoutKept(context: CompanyContext, kind: EntityKind, sent: JsonObject): JsonObject {
  if (context.profile.sparse_emptying === "emptied" || kind.sticky === undefined) return sent;
  const { sticky } = kind;
  return Object.fromEntries(Object.entries(sent).filter(([name, value]) => !(sticky.includes(name) && isEmpty(value))));
}

function withoutEmpty(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => !isEmpty(value)));
}

/** Null, the empty text, and an object of nothing but these mean that a property is absent. */
function isEmpty(value: Json): boolean {
  return value === null || value === "" || (isObject(value) && Object.values(value).every(isEmpty));
}
