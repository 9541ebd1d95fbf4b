/**
 * QuickBooks puts ` (deleted)` behind the name of a record that is made inactive (docs/qbo-api.md, section 5). Pure.
 */
const INACTIVE_SUFFIX = " (deleted)";

/** The names as they are, and as they are while inactive: for a query that is to find both. */
export function activeOrNot(names: readonly string[]): string[] {
  return names.flatMap((name) => [name, name + INACTIVE_SUFFIX]);
}

/** The name that a record had before QuickBooks marked it. */
export function withoutSuffix(name: string): string {
  return name.endsWith(INACTIVE_SUFFIX) ? name.slice(0, -INACTIVE_SUFFIX.length) : name;
}
