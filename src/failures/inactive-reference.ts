/**
 * The error for a customer, item, account or tax code that exists in QuickBooks but is inactive there. A person decides
 * whether to reactivate it. Pure.
 */
import { type PushError, pushError } from "./push-error.ts";
import { linksPage, listText, settingsPage } from "./words.ts";

/** The record that was found; `name` is our name for it. */
export interface InactiveRecord {
  kind: "customer" | "item" | "account" | "tax_code";
  id: string;
  name: string;
  sku: string | null;
  /** It can't be made active again: it was deleted or merged. */
  isMissing?: boolean;
  /** Active ones of which any may be meant. */
  others?: readonly string[];
}

/** Customers and items can be reactivated with a button; accounts and tax codes are part of the company's settings. */
export function inactiveReference(
  connection: { id: string; companyName: string },
  { kind, id, name, sku, isMissing = false, others = [] }: InactiveRecord,
): PushError {
  const label = kind === "tax_code" ? "tax code" : kind;
  const record = `The ${label} '${name}'${sku ? ` (SKU ${sku})` : ""}`;
  const several =
    others.length > 1 ? ` Several active ones may be meant: ${listText(others.map((one) => `'${one}'`))}.` : "";
  const message = isMissing
    ? `${record}, Id ${id}, was deleted or merged in ${connection.companyName}.${several}`
    : `${record} is inactive in ${connection.companyName}.${several}`;
  if (kind === "account" || kind === "tax_code") {
    return pushError("inactive_reference", {
      message,
      remedy: `Make the ${label} active in QuickBooks or choose another one in the settings, then send the invoice again.`,
      fix: { label: "Open QuickBooks settings", href: settingsPage(connection.id) },
      concerns: `${label} '${name}'`,
    });
  }
  if (isMissing)
    return pushError("inactive_reference", {
      message,
      remedy: `Choose the ${label} to use on the page for links, or make one of that name in QuickBooks, then send the invoice again.`,
      fix: { label: "Open links", href: linksPage(connection.id) },
    });
  return pushError("inactive_reference", {
    message,
    remedy: `Click Make active again to reactivate the ${label} and resend the invoice, or make it active in QuickBooks and send the invoice again.`,
    fix: { label: "Make active again", action: "reactivate", subject: { kind, id, name } },
    concerns: `${kind} '${name}'`,
  });
}
