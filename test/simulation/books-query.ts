/**
 * Answers Bookbridge's queries to QuickBooks from rows in memory. An unknown statement is an error, so that a new kind is
 * noticed rather than answered wrongly. Without an order the last changed row comes first; sorting by ID is impossible.
 */

export type Row = Record<string, unknown>;

/** Rows of the entity that the statement names, with its conditions and its page. */
export function select(statement: string, tables: Record<string, readonly Row[]>): { entity: string; rows: Row[] } {
  const parts =
    /^SELECT \* FROM (\w+)(?: WHERE (.*?))?(?: ORDERBY ([\w.]+))? STARTPOSITION (\d+) MAXRESULTS (\d+)$/s.exec(
      statement,
    );
  if (!parts) throw new Error(`These books can't read: ${statement}`);
  const [, entity = "", where = "", order = "", start = "1", count = "0"] = parts;
  if (order !== "" && order !== "MetaData.CreateTime") throw new Error(`These books can't sort by ${order}`);
  const rows = tables[entity];
  if (!rows) throw new Error(`These books have no ${entity}`);
  const conditions = conditionsOf(where);
  const found = rows
    .filter((row) => conditions.every((isMet) => isMet(row)))
    .toSorted(order === "" ? byLatestChange : byCreation);
  return { entity, rows: found.slice(Number(start) - 1, Number(start) - 1 + Number(count)) };
}

function byLatestChange(a: Row, b: Row): number {
  return timeOf(b, "LastUpdatedTime") - timeOf(a, "LastUpdatedTime") || idOf(b) - idOf(a);
}

/** Of equal rows the newest comes first, so that nothing relies on their order. */
function byCreation(a: Row, b: Row): number {
  return timeOf(a, "CreateTime") - timeOf(b, "CreateTime") || idOf(b) - idOf(a);
}

/** epoch ms; 0 where these books keep no times of it. */
function timeOf(row: Row, name: string): number {
  return Date.parse(textOf(row, `MetaData.${name}`)) || 0;
}

function idOf(row: Row): number {
  return Number(textOf(row, "Id"));
}

const VALUE = String.raw`'(?:[^'\\]|\\.)*'`;
const CONDITION = new RegExp(
  String.raw`^([\w.]+) (?:IN \((${VALUE}(?:, ${VALUE})*)\)|(=|>=|<=|LIKE) (${VALUE})|IN \(true, false\))(?: AND |$)`,
  "s",
);

function conditionsOf(where: string): ((row: Row) => boolean)[] {
  const conditions: ((row: Row) => boolean)[] = [];
  let rest = where;
  while (rest !== "") {
    const [matched, property = "", list, operator, value] = CONDITION.exec(rest) ?? [];
    if (matched === undefined) throw new Error(`These books can't read: ${rest}`);
    rest = rest.slice(matched.length);
    if (list !== undefined) conditions.push(isIn(property, valuesOf(list)));
    else if (operator === "LIKE") conditions.push(isLike(property, valuesOf(value ?? "")[0] ?? ""));
    else if (operator === "=") conditions.push(isIn(property, valuesOf(value ?? "")));
    else if (operator === ">=" || operator === "<=") {
      const sign = operator === ">=" ? 1 : -1;
      const limit = Date.parse(valuesOf(value ?? "")[0] ?? "");
      conditions.push((row) => sign * (Date.parse(textOf(row, property)) - limit) >= 0);
    }
  }
  return conditions;
}

function isIn(property: string, values: readonly string[]): (row: Row) => boolean {
  const wanted = new Set(values.map((value) => value.toLowerCase()));
  return (row) => wanted.has(textOf(row, property).toLowerCase());
}

/** `%` stands for any characters. */
function isLike(property: string, pattern: string): (row: Row) => boolean {
  const parts = pattern.split("%").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const like = new RegExp(`^${parts.join(".*")}$`, "is");
  return (row) => like.test(textOf(row, property));
}

function valuesOf(list: string): string[] {
  return [...list.matchAll(/'((?:[^'\\]|\\.)*)'/gs)].map(([, value = ""]) => value.replace(/\\(.)/gs, "$1"));
}

/** `MetaData.CreateTime` is a path; a reference is compared by its value. */
function textOf(row: Row, property: string): string {
  let value: unknown = row;
  for (const key of property.split(".")) value = isRow(value) ? value[key] : undefined;
  if (isRow(value)) value = value["value"];
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null;
}
