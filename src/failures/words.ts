/**
 * Building blocks for messages: times, lists, full stops, page addresses. Pure; knows nothing about errors.
 */

/** Where an instance is set up. */
export function instancePage(instanceId: string): string {
  return `/settings/instances/${instanceId}`;
}

/** Where a company is set up. */
export function settingsPage(connectionId: string): string {
  return `/settings/quickbooks/${connectionId}`;
}

/** Which buyer is which customer of a company, and which SKU which item. */
export function linksPage(connectionId: string): string {
  return `${settingsPage(connectionId)}/links`;
}

/** "10:00 UTC" */
export function clock(at: Date): string {
  return `${at.toISOString().slice(11, 16)} UTC`;
}

/** "a, b and c" */
export function listText(items: readonly string[]): string {
  if (items.length <= 1) return items[0] ?? "";
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Removes a doubled full stop, e.g. after a company whose name ends in one ('Harbour Trading Co.'). */
export function tidy(message: string): string {
  return message.replaceAll(/\.\.(?=\s|$)/g, ".").trim();
}
