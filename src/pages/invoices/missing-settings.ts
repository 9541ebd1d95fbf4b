/**
 * Which settings a cause is about, so that they can be set beside the invoices that lack them. Pure.
 */
import type { AttentionCause } from "../../invoicing/lists/filter.ts";
import { SETTING_FIELDS, type SettingField, settingOf } from "../../connections/settings.ts";

/** Controls that make sense outside the form of all settings. */
const SIMPLE: readonly string[] = ["account", "customer", "select", "text", "date"];

/** The settings that are missing, if all of them are simple; else none. */
export function settingsOfCause({ category, concerns }: AttentionCause): SettingField[] {
  if (category !== "missing_configuration" || concerns === null) return [];
  const labels = concerns.split(/, | and /);
  const fields = labels.flatMap((label) => SETTING_FIELDS.find((field) => settingOf(field).label === label) ?? []);
  const isComplete = fields.length === labels.length;
  return isComplete && fields.every((field) => SIMPLE.includes(settingOf(field).control.kind)) ? fields : [];
}
