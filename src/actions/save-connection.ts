/**
 * Saves a connection's settings, switches included. Only the given settings change, so a switch never overwrites what
 * is in the form. Auto invoice can't be switched on while a required line of Check configuration is wrong; settings may
 * be cleared while it is on (docs/contract.md, section 3).
 */
import type { ActionContext } from "../app-context.ts";
import { checkConfiguration } from "../connections/check-configuration.ts";
import type { Connection } from "../connections/connection.ts";
import { SETTING_FIELDS, type SettingsPatch, settingsOf, toColumns } from "../connections/settings.ts";
import { findConnection, loadConnection, saveSettings } from "../connections/store.ts";
import { readUnsent } from "../invoices/unsent-invoices.ts";
import { changesBetween, recordActivity } from "../people/activity.ts";
import type { FieldError } from "../platform/problem.ts";
import { holdOrResume } from "../pushes/hold-or-resume.ts";
import { invalid, notFound, type Result } from "./result.ts";

/** `waiting`: how many invoices were held and how many go on because of the change. */
export type SavedConnection = Result<{ connection: Connection; waiting: { held: number; resumed: number } }>;

/** Saves a patch that `settingsPatch` has checked. */
export async function saveConnection(
  context: ActionContext,
  id: string,
  patch: SettingsPatch,
): Promise<SavedConnection> {
  const before = await findConnection(context.db, id);
  if (!before) return notFound("connection");
  const columns = toColumns(patch);
  if (columns.autoInvoice === true && !before.autoInvoice) {
    const faults = await findAutoInvoiceFaults(context, { ...before, ...columns });
    if (faults.length > 0)
      return invalid(faults, "Auto invoice can't be turned on yet. Fix what is listed, then turn it on.");
  }
  await saveSettings(context.db, id, columns, context.now);
  const waiting = await holdOrResume(context.env, context.db, { connectionId: id }, context.now);
  const connection = await loadConnection(context.db, id);
  await record(context, before, connection, patch);
  return { ok: true, connection, waiting };
}

/** What keeps Auto invoice off with these settings, each with the line that it is about. */
async function findAutoInvoiceFaults(context: ActionContext, connection: Connection): Promise<FieldError[]> {
  const unsent = await readUnsent(context.db, connection);
  const lines = await checkConfiguration(context, connection, unsent);
  return lines
    .filter((line) => line.required && line.status === "wrong")
    .map((line) => ({ path: "auto_invoice", message: `${line.label}: ${line.message}` }));
}

async function record(
  context: ActionContext,
  before: Connection,
  after: Connection,
  patch: SettingsPatch,
): Promise<void> {
  const given = SETTING_FIELDS.filter((field) => field in patch);
  // Under the API's names: the activity page turns them into words.
  const changes = changesBetween(settingsOf(before), settingsOf(after), given);
  if (changes.length === 0) return;
  const subject = { kind: "connection", id: after.id, name: after.companyName } as const;
  await recordActivity(context.db, context.now, context.actor, {
    action: "connection.settings_saved",
    subject,
    changes,
  });
}
