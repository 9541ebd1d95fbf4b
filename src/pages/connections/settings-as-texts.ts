/**
 * A connection's settings as the texts of a form, and back. One setting is one field of the form, except the tax codes of
 * further rates: each rate has a field of its own. Pure.
 */
import type { z } from "zod";
import type { Connection } from "../../connections/connection.ts";
import { SETTING_FIELDS, type SettingField, settingOf, settingsOf } from "../../connections/settings.ts";
import { furtherRates, onlyCodeOf } from "../../connections/taxing.ts";
import { byField, type FieldErrors } from "../parts/form.ts";

const RATE_FIELD = "tax_codes:";

/** The settings that the form has fields for. */
export const FORM_FIELDS: readonly SettingField[] = SETTING_FIELDS.filter(
  (field) => settingOf(field).group !== undefined,
);

/** The form's field for the tax code of a rate. */
export function rateField(percent: string): string {
  return RATE_FIELD + percent;
}

/** The saved settings as texts. A rate without a choice has the one code that the company has for it. */
export function settingsAsTexts(connection: Connection): Record<string, string> {
  const { tax_codes: chosen, ...saved } = settingsOf(connection);
  const codes = connection.company.taxCodes ?? [];
  const codeOf = (rate: string): string =>
    chosen?.find((choice) => choice.rate === rate)?.tax_code ?? onlyCodeOf(codes, rate)?.name ?? "";
  return {
    ...Object.fromEntries(Object.entries(saved).map(([field, value]) => [field, String(value ?? "")])),
    ...Object.fromEntries(furtherRates(connection).map((rate) => [rateField(rate), codeOf(rate)])),
  };
}

/** The rates that a form has fields for, in their order. */
export function ratesIn(values: Record<string, string>): string[] {
  return Object.keys(values).flatMap((name) => (name.startsWith(RATE_FIELD) ? [name.slice(RATE_FIELD.length)] : []));
}

/** The settings that a posted form gives, not checked yet; an empty field clears its setting. */
export function givenIn(values: Record<string, string>): Record<string, unknown> {
  const codes = ratesIn(values).map((rate) => ({ rate, tax_code: values[rateField(rate)] || null }));
  return {
    ...Object.fromEntries(
      FORM_FIELDS.flatMap((field) => (values[field] === undefined ? [] : [[field, values[field] || null]])),
    ),
    ...(codes.length > 0 ? { tax_codes: codes } : {}),
  };
}

/** What is wrong with the settings of a form, by the form's fields. */
export function errorsIn(values: Record<string, string>, error: z.ZodError): FieldErrors {
  const rates = ratesIn(values);
  return byField(
    error.issues.map(({ path: [field, index], message }) => {
      const rate = field === "tax_codes" ? rates[Number(index)] : undefined;
      return { path: rate === undefined ? String(field) : rateField(rate), message };
    }),
  );
}
