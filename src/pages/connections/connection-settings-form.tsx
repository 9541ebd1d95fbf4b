/**
 * The form for a connection's settings, built from their records (connections/settings.ts), in the groups of
 * docs/contract.md, section 3. It always gives back what a person typed. Only markup: it reads nothing and decides
 * nothing.
 */
import type { CompanyNames } from "../../connections/company-lists.ts";
import type { Connection } from "../../connections/connection.ts";
import type { SettingDefinition, SettingGroup } from "../../connections/setting.ts";
import {
  isGroupShown,
  isRequired,
  SETTING_FIELDS,
  type SettingField,
  settingOf,
  settingsOf,
} from "../../connections/settings.ts";
import { ACCOUNT_ROLES } from "../../quickbooks/accounts.ts";
import { Field, RadioGroup, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";

const ADMIN_ONLY = "Only an admin can change these.";
/** The browser filters them as people type; more would make the page heavy. */
const MAX_CUSTOMER_CHOICES = 300;

export interface SettingsFormProps {
  connection: Connection;
  /** Only admins may save. */
  mayConfigure: boolean;
  /** The values in the fields: the saved settings, or what a person just typed. */
  values: Record<string, string>;
  errors: FieldErrors;
  names: CompanyNames;
}

/** The settings that the form has a field for. */
export const FORM_FIELDS: readonly SettingField[] = SETTING_FIELDS.filter(
  (field) => settingOf(field).group !== undefined,
);

/** The saved settings, as text for the form. */
export function settingsAsTexts(connection: Connection): Record<string, string> {
  const saved = settingsOf(connection);
  return Object.fromEntries(FORM_FIELDS.map((field) => [field, String(saved[field] ?? "")]));
}

export function SettingsForm(props: SettingsFormProps) {
  const { connection, mayConfigure } = props;
  const groups = new Set(FORM_FIELDS.flatMap((field) => settingOf(field).group ?? []));
  return (
    <form method="post" action={`/settings/quickbooks/${connection.id}`} class="card" id="settings" novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why={ADMIN_ONLY}>
        <div class="form-groups">
          {[...groups]
            .filter((group) => isGroupShown(group, connection.company))
            .map((group) => (
              <Group {...props} group={group} />
            ))}
        </div>
        <div class="card-actions">
          <button type="submit" class="button primary">
            Save settings
          </button>
        </div>
      </ReadOnlyUnless>
    </form>
  );
}

function Group({ group, ...props }: SettingsFormProps & { group: SettingGroup }) {
  const fields = FORM_FIELDS.filter((field) => settingOf(field).group === group);
  const halves = fields.filter((field) => settingOf(field).isHalf);
  return (
    <div class="form-group">
      <h2>{group}</h2>
      {fields
        .filter((field) => !halves.includes(field))
        .map((field) => (
          <SettingField {...props} field={field} />
        ))}
      {halves.length > 0 && (
        <div class="field-pair">
          {halves.map((field) => (
            <SettingField {...props} field={field} />
          ))}
        </div>
      )}
    </div>
  );
}

function SettingField({ field, connection, values, errors, names }: SettingsFormProps & { field: SettingField }) {
  const { label, control, hint }: SettingDefinition = settingOf(field);
  const value = values[field] ?? "";
  const head = { name: field, label, value, error: errors[field], required: isRequiredIn(values, field, connection) };
  switch (control.kind) {
    case "switch":
      return null;
    case "radio":
      return <RadioGroup {...head} hint={hint} choices={control.choices} />;
    case "select":
      return <SelectField {...head} hint={hint} choices={control.choices} />;
    case "text":
      return <Field {...head} hint={hint} inputmode={control.inputmode} />;
    case "date":
      return <Field {...head} type="date" hint={hint} />;
    case "customer":
      return <Field {...head} hint={hint} choices={names.customers.slice(0, MAX_CUSTOMER_CHOICES)} />;
    case "tax_code":
      return <Field {...head} hint={hint} choices={names.taxCodes} />;
    case "account": {
      const { type } = ACCOUNT_ROLES[control.role];
      const fitting = names.accounts.filter((account) => account.type === type).map((account) => account.name);
      return <Field {...head} hint={accountHint(value, names)} choices={fitting} />;
    }
  }
}

/** Goes by what is in the form: the item type just chosen decides, not the saved one. */
function isRequiredIn(values: Record<string, string>, field: SettingField, { company }: Connection): boolean {
  return isRequired(field, {
    customerMode: values["customer_mode"] ?? "",
    itemType: values["item_type"] || null,
    company,
  });
}

function accountHint(value: string, names: CompanyNames): string {
  const isKnown = names.accounts.some((account) => account.name.toLowerCase() === value.toLowerCase());
  return value !== "" && names.readAt !== null && !isKnown
    ? `Not in QuickBooks yet: '${value}' is created there with the first invoice.`
    : "Type to search the chart of accounts.";
}

/** How fresh the names for type-ahead are, with a button that reads them again. */
export function NamesFreshness({ connection, names, now }: { connection: Connection; names: CompanyNames; now: Date }) {
  return (
    <form method="post" action={`/settings/quickbooks/${connection.id}/refresh`} class="card-actions small muted">
      <span>
        {names.readAt ? (
          <>
            Names from QuickBooks were read <Instant at={names.readAt} now={now} />.
          </>
        ) : (
          "Names from QuickBooks have not been read yet."
        )}
      </span>
      <button type="submit" class="button small">
        Refresh names
      </button>
    </form>
  );
}
