/**
 * Saving settings of a connection, switches included. Only what is given changes, so a switch never loses what stands in
 * the form. Auto invoice can't be switched on while a required line of Check configuration is wrong; settings may be
 * cleared while it is on (contract, section 3).
 */
import type { Act } from "../app-context.ts";
import { checkConfiguration } from "../connections/check-configuration.ts";
import type { Connection } from "../connections/connection.ts";
import { type SettingsPatch, toColumns } from "../connections/settings.ts";
import { findConnection, loadConnection, saveSettings } from "../connections/store.ts";
import { type Change, recordActivity } from "../people/activity.ts";
import type { FieldError } from "../platform/problem.ts";
import { settleWaiting } from "../pushes/hold.ts";
import { invalid, notFound, type Result } from "./result.ts";
import { readUnsent } from "./unsent-invoices.ts";

/** `waiting` tells how many invoices were held and how many go on because of the change. */
export type SavedConnection = Result<{ connection: Connection; waiting: { held: number; resumed: number } }>;

/** Saves a patch that `settingsPatch` has checked. */
export async function saveConnection(act: Act, id: string, patch: SettingsPatch): Promise<SavedConnection> {
  const before = await findConnection(act.db, id);
  if (!before) return notFound("connection");
  const columns = toColumns(patch);
  if (columns.autoInvoice === true && !before.autoInvoice) {
    const faults = await findAutoInvoiceFaults(act, { ...before, ...columns });
    if (faults.length > 0)
      return invalid(faults, "Auto invoice can't be switched on yet. Mend what is listed, then switch it on.");
  }
  await saveSettings(act.db, id, columns, act.now);
  const waiting = await settleWaiting(act.env, act.db, { connectionId: id }, act.now);
  const connection = await loadConnection(act.db, id);
  await record(act, before, connection, patch);
  return { ok: true, connection, waiting };
}

/** What stands against Auto invoice with these settings, each with the line that it is about. */
async function findAutoInvoiceFaults(act: Act, connection: Connection): Promise<FieldError[]> {
  const unsent = await readUnsent(act.db, connection);
  const lines = await checkConfiguration(act, connection, unsent);
  return lines
    .filter((line) => line.required && line.status === "wrong")
    .map((line) => ({ path: "auto_invoice", message: `${line.label}: ${line.message}` }));
}

async function record(act: Act, before: Connection, after: Connection, patch: SettingsPatch): Promise<void> {
  const changes = changesOf(before, after, patch);
  if (changes.length === 0) return;
  const subject = { kind: "connection", id: after.id, name: after.companyName } as const;
  await recordActivity(act.db, act.now, act.actor, { action: "connection.settings_saved", subject, changes });
}

/** In the API's names, which the page's labels follow. */
function changesOf(before: Connection, after: Connection, patch: SettingsPatch): Change[] {
  return Object.keys(settingsView(before)).flatMap((field) => {
    if (!(field in patch)) return [];
    const [from, to] = [asText(settingsView(before), field), asText(settingsView(after), field)];
    return from === to ? [] : [{ field, from, to }];
  });
}

function asText(settings: Record<string, string | boolean | null>, field: string): string | null {
  const value = settings[field] ?? null;
  return typeof value === "boolean" ? (value ? "on" : "off") : value;
}

/** The settings of a connection in the names of contract section 6. */
export function settingsView(connection: Connection) {
  return {
    enabled: connection.enabled,
    auto_invoice: connection.autoInvoice,
    customer_mode: connection.customerMode,
    customer_name: connection.customerName,
    income_account: connection.incomeAccount,
    cogs_account: connection.cogsAccount,
    asset_account: connection.assetAccount,
    item_type: connection.itemType,
    default_inventory_quantity: connection.defaultInventoryQuantity,
    inventory_start_date: connection.inventoryStartDate,
    sales_tax_code: connection.salesTaxCode,
    zero_rate_code: connection.zeroRateCode,
  };
}
