/**
 * Names each call by what it does, for the record and for scenarios that affect only some kinds of calls. It looks at
 * address and body only; other code decides whether the call is valid.
 */

export const CALL_KINDS = [
  "companyinfo",
  "preferences",
  "query",
  "read",
  "create_account",
  "create_customer",
  "create_item",
  "create_invoice",
  "create_payment",
  "update_account",
  "update_customer",
  "update_item",
  "update_invoice",
  "void_invoice",
  "delete_invoice",
  "batch",
  "cdc",
  "token",
  "revoke",
  "other",
] as const;

export type CallKind = (typeof CALL_KINDS)[number];

const READS: ReadonlySet<CallKind> = new Set(["companyinfo", "preferences", "query", "read", "cdc"]);

/** Reads count against Intuit's monthly budget (docs/qbo-api.md, section 3). */
export function isRead(kind: CallKind): boolean {
  return READS.has(kind);
}

/** True for calls that change a company's books. */
export function isWrite(kind: CallKind): boolean {
  return kind === "batch" || /^(create|update|void|delete)_/.test(kind);
}

/** True if a scenario's list of kinds covers this call; the list may contain `reads`, `writes` and `any`. */
export function coversKind(kinds: readonly string[], kind: CallKind): boolean {
  return kinds.some(
    (wanted) =>
      wanted === "any" ||
      wanted === kind ||
      (wanted === "reads" && isRead(kind)) ||
      (wanted === "writes" && isWrite(kind)),
  );
}

/**
 * The operation of a write; undefined means create or update. `include=void` is the older way to void
 * (docs/qbo-api.md, section 5.8).
 */
export function operationOf(query: Readonly<Record<string, string>>): string | undefined {
  return (query["include"] ?? "").split(",").includes("void") ? "void" : query["operation"];
}

/** The kind of a call to /v3/company/<realm>/<path>. */
export function kindOfCall(
  method: string,
  path: readonly string[],
  operation: string | undefined,
  body: string,
): CallKind {
  const [head = "", id] = path;
  if (head === "companyinfo" || head === "preferences" || head === "query" || head === "cdc" || head === "batch")
    return head;
  if (method === "GET") return "read";
  if (method !== "POST" || id !== undefined) return "other";
  const verb = operation === "void" || operation === "delete" ? operation : hasId(body) ? "update" : "create";
  return CALL_KINDS.find((kind) => kind === `${verb}_${head}`) ?? "other";
}

function hasId(body: string): boolean {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && "Id" in value && value.Id !== null && value.Id !== "";
  } catch {
    return false;
  }
}
