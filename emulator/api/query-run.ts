/**
 * Runs a parsed query on the books: translates what SQLite's indexes can find, filters LIKE patterns itself, pages,
 * counts. Values are always bound, never spliced into SQL; property names only come from queryable.ts.
 */
import type { CompanyContext } from "../company/context.ts";
import { keyOf } from "../company/store.ts";
import { companyInfo } from "../entities/company-info.ts";
import { typeOfName } from "../entities/kinds.ts";
import { preferences } from "../entities/preferences.ts";
import { QuickBooksFault } from "../wire/faults.ts";
import { printJson } from "../wire/json.ts";
import { isCalendarDate } from "../wire/pacific.ts";
import { parseQuery, type Condition, type Literal, type Query } from "./query-parser.ts";
import { ACTIVE_ONLY_BY_DEFAULT, QUERYABLE, type Queryable } from "./queryable.ts";

/** The `QueryResponse` object of a query, as JSON text. Throws 4000 or 4001. */
export function runQuery(context: CompanyContext, source: string): string {
  const query = parseQuery(source);
  const single = singleton(context, query);
  if (single !== null) return single;
  const type = typeOfName(query.entity);
  const properties = type === null ? undefined : QUERYABLE[type];
  if (type === null || properties === undefined) {
    throw new QuickBooksFault("4001", `QueryValidationError: ${query.entity} is not a queryable entity`);
  }
  const { where, parameters, patterns } = translate(query, properties, ACTIVE_ONLY_BY_DEFAULT.has(type));
  const order = orderBy(query, properties);
  if (patterns.length > 0) return patternResponse(context, type, query, { where, parameters, order, patterns });
  if (query.isCount) return countResponse(context.store.count(type, where, parameters));
  const bodies = context.store.listBodies(
    type,
    where,
    [...parameters, query.rows, query.start - 1],
    `${order} LIMIT ? OFFSET ?`,
  );
  return rowsResponse(type, bodies, query.start);
}

interface Translated {
  where: string;
  parameters: (string | number)[];
  patterns: { sql: string; pattern: string }[];
}

function translate(query: Query, properties: Readonly<Record<string, Queryable>>, isActiveOnly: boolean): Translated {
  const result: Translated = { where: "", parameters: [], patterns: [] };
  for (const condition of query.conditions) {
    const property = propertyOf(properties, condition.property);
    if (condition.operator === "LIKE") {
      if (property.kind !== "text") throw invalid(`operator LIKE does not apply to property '${condition.property}'`);
      result.patterns.push({ sql: property.sql, pattern: condition.values[0]?.text ?? "" });
    } else {
      const { sql, values } = comparison(condition, property);
      result.where += ` AND ${sql}`;
      result.parameters.push(...values);
    }
  }
  const asksActive = query.conditions.some((condition) => condition.property === "Active");
  if (isActiveOnly && !asksActive) result.where += " AND active = 1";
  return result;
}

function comparison(condition: Condition, property: Queryable): { sql: string; values: (string | number)[] } {
  const values = condition.values.map((literal) => valueOf(literal, property, condition.property));
  const isEquality = condition.operator === "=" || condition.operator === "IN";
  if (property.keyColumn !== undefined && isEquality) {
    const keys = values.map((value) => keyOf(String(value)));
    if (condition.operator === "=") return { sql: `${property.keyColumn} = ?`, values: keys };
    return { sql: `${property.keyColumn} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(keys)] };
  }
  const collate = property.kind === "text" ? " COLLATE NOCASE" : "";
  if (condition.operator === "IN") {
    return { sql: `${property.sql}${collate} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(values)] };
  }
  return { sql: `${property.sql}${collate} ${condition.operator} ?`, values: [values[0] ?? ""] };
}

function valueOf(literal: Literal, property: Queryable, name: string): string | number {
  const { text } = literal;
  switch (property.kind) {
    case "text":
      if (!literal.isQuoted)
        throw new QuickBooksFault("4000", `QueryParserError: the value of '${name}' has to be in single quotes`);
      return text;
    case "id":
      if (!/^\d{1,15}$/.test(text)) throw invalid(`value '${text}' of property '${name}' is no Id`);
      return Number(text);
    case "number":
      if (!/^-?\d{1,15}(\.\d{1,10})?$/.test(text)) throw invalid(`value '${text}' of property '${name}' is no number`);
      return Number(text);
    case "boolean":
      if (!/^(true|false)$/i.test(text)) throw invalid(`value '${text}' of property '${name}' is no boolean`);
      return text.toLowerCase() === "true" ? 1 : 0;
    case "date":
      if (!isCalendarDate(text)) throw invalid(`value '${text}' of property '${name}' is no date`);
      return text;
    case "time": {
      const ms = Date.parse(isCalendarDate(text) ? `${text}T00:00:00-08:00` : text);
      if (Number.isNaN(ms) || !/^\d{4}-\d{2}-\d{2}/.test(text))
        throw invalid(`value '${text}' of property '${name}' is no time`);
      return Math.floor(ms / 1000);
    }
  }
}

/**
 * Sorting by Id is no longer allowed (Intuit, November 2025), and a query without an order gets the latest changes
 * first. Within a requested order ties come in that order too: nobody should rely on IDs.
 */
function orderBy(query: Query, properties: Readonly<Record<string, Queryable>>): string {
  if (query.order.some(({ property }) => property === "Id")) throw invalid("property 'Id' is not sortable");
  const terms = query.order.map(({ property, isDescending }) => {
    const { sql, kind } = propertyOf(properties, property);
    return `${sql}${kind === "text" ? " COLLATE NOCASE" : ""} ${isDescending ? "DESC" : "ASC"}`;
  });
  return `ORDER BY ${[...terms, "updated_s DESC", "id DESC"].join(", ")}`;
}

function patternResponse(
  context: CompanyContext,
  type: string,
  query: Query,
  parts: Translated & { order: string },
): string {
  const columns = parts.patterns.map(({ sql }, index) => `${sql} AS p${index}`).join(", ");
  const rows = context.store.rows<Record<string, string | number | null>>(
    `SELECT id, ${columns} FROM entity WHERE type = ? ${parts.where} ${parts.order}`,
    [type, ...parts.parameters],
  );
  const ids = rows
    .filter((row) =>
      parts.patterns.every(({ pattern }, index) => matchesPattern(String(row[`p${index}`] ?? ""), pattern)),
    )
    .map((row) => Number(row["id"]));
  if (query.isCount) return countResponse(ids.length);
  const page = ids.slice(query.start - 1, query.start - 1 + query.rows);
  const found = context.store.rows<{ id: number; body: string }>(
    `SELECT id, body FROM entity WHERE type = ? AND id IN (SELECT value FROM json_each(?))`,
    [type, JSON.stringify(page)],
  );
  const bodies = new Map(found.map((row) => [row.id, row.body]));
  return rowsResponse(
    type,
    page.flatMap((id) => bodies.get(id) ?? []),
    query.start,
  );
}

/** `%` matches any run of characters and nothing else is special; case is ignored. */
export function matchesPattern(text: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split("%");
  const whole = text.toLowerCase();
  const first = parts[0] ?? "";
  if (parts.length === 1) return whole === first;
  const last = parts[parts.length - 1] ?? "";
  if (!whole.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = whole.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return whole.length - last.length >= at && whole.endsWith(last);
}

function singleton(context: CompanyContext, query: Query): string | null {
  const name = query.entity.toLowerCase();
  if (name !== "companyinfo" && name !== "preferences") return null;
  if (query.isCount) return countResponse(1);
  const body = name === "companyinfo" ? companyInfo(context) : preferences(context);
  return rowsResponse(name === "companyinfo" ? "CompanyInfo" : "Preferences", [printJson(body)], 1);
}

function rowsResponse(type: string, bodies: string[], start: number): string {
  if (bodies.length === 0) return "{}";
  return `{"${type}":[${bodies.join(",")}],"startPosition":${start},"maxResults":${bodies.length}}`;
}

function countResponse(count: number): string {
  return `{"totalCount":${count}}`;
}

function propertyOf(properties: Readonly<Record<string, Queryable>>, name: string): Queryable {
  const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
  if (property === undefined) throw invalid(`property '${name}' is not queryable`);
  return property;
}

function invalid(reason: string): QuickBooksFault {
  return new QuickBooksFault("4001", `QueryValidationError: ${reason}`);
}
