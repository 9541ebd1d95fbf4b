/**
 * QuickBooks appends ` (deleted)` to the name of an inactive record (docs/qbo-api.md, section 5). Pure.
 */
const INACTIVE_SUFFIX = " (deleted)";

/** The names in their active and inactive form: for a query that is to find both. */
export function activeOrNot(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name + INACTIVE_SUFFIX]);
}

/** The name without the suffix of an inactive record. */
export function withoutSuffix(name: string): string {
  return name.endsWith(INACTIVE_SUFFIX) ? name.slice(0, -INACTIVE_SUFFIX.length) : name;
}
