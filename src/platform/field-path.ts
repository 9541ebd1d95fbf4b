/**
 * The position of a fault within JSON, readable for people and programs. Pure.
 */

/** `["lines", 0, "sku"]` → `lines[0].sku`, after `prefix` if there is one. */
export function fieldPath(path: readonly PropertyKey[], prefix = ""): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    return text === "" ? String(part) : `${text}.${String(part)}`;
  }, prefix);
}
