/**
 * Numbers and plurals in sentences for people, so that every page, message and alert writes them the same way. Knows no
 * domain.
 */
const FORMAT = new Intl.NumberFormat("en-US", { maximumFractionDigits: 1 });

/** `12345` → `12,345`. */
export function formatNumber(value: number): string {
  return FORMAT.format(value);
}

/** `1 invoice`, `12,345 invoices`. `many` is only needed if adding an s is not enough. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** The words that agree with a count, such as `is` or `are`. */
export function agree(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}

/** 'an invoice', 'a credit memo'. */
export function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
