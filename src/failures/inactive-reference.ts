/**
 * The words for a customer, item, account or tax code that was found in QuickBooks, but is inactive there. A person
 * decides whether it comes back. Pure.
 */
import { type PushError, pushError } from "./push-error.ts";
import { settingsPage } from "./words.ts";

/** What was found; `name` as we call it. */
export interface InactiveRecord {
  kind: "customer" | "item" | "account" | "tax_code";
  id: string;
  name: string;
  sku: string | null;
}

/** Customers and items can be made active again by a button; the others are part of the company's settings. */
export function inactiveReference(
  connection: { id: string; companyName: string },
  { kind, id, name, sku }: InactiveRecord,
): PushError {
  const label = kind === "tax_code" ? "tax code" : kind;
  const message = `The ${label} '${name}'${sku ? ` (SKU ${sku})` : ""} is inactive in ${connection.companyName}.`;
  if (kind === "account" || kind === "tax_code") {
    return pushError("inactive_reference", {
      message,
      remedy: `Make the ${label} active in QuickBooks or choose another one in the settings; then send the invoice again.`,
      fix: { label: "Open QuickBooks settings", href: settingsPage(connection.id) },
    });
  }
  return pushError("inactive_reference", {
    message,
    remedy: `Press Make active again: the ${label} comes back and the invoice is sent again. Or make it active in QuickBooks and send the invoice.`,
    fix: { label: "Make active again", action: "reactivate", subject: { kind, id, name } },
  });
}
