/**
 * The form for a connection's settings, built from their records (connections/settings.ts), in the groups of
 * docs/contract.md, section 3. It always gives back what a person typed. Only markup: it reads nothing and decides
 * nothing.
 */
import type { CompanyNames } from "../../connections/company-lists.ts";
import type { CompanyFacts, Connection } from "../../connections/connection.ts";
import type { SettingDefinition, SettingGroup } from "../../connections/setting.ts";
import { applies, hintOf, isRequired, type SettingField, settingOf } from "../../connections/settings.ts";
import { taxingWords } from "../../connections/taxing-words.ts";
import { codesOfRate, proposable, settingOfRate } from "../../connections/taxing.ts";
import { proposedTimeZone, zonesOffered } from "../../connections/time-zone.ts";
import { ACCOUNT_ROLES } from "../../quickbooks/accounts.ts";
import { Field, RadioGroup, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { FORM_FIELDS, rateField, ratesIn } from "./settings-as-texts.ts";

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

export function SettingsForm(props: SettingsFormProps) {
  const { connection, mayConfigure } = props;
  const fields = FORM_FIELDS.filter((field) => applies(field, connection.company));
  const groups = new Set(fields.flatMap((field) => settingOf(field).group ?? []));
  return (
    <form method="post" action={`/settings/quickbooks/${connection.id}`} class="card" id="settings" novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why={ADMIN_ONLY}>
        <div class="form-groups">
          {[...groups].map((group) => (
            <Group {...props} group={group} fields={fields.filter((field) => settingOf(field).group === group)} />
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

function Group({ group, fields, ...props }: SettingsFormProps & { group: SettingGroup; fields: SettingField[] }) {
  return (
    <div class="form-group">
      <h2>{group}</h2>
      {group === "Sales tax" && <p class="hint">{taxingWords(props.connection.company).sentence}</p>}
      {rowsOf(fields).map((row) =>
        row.isPair ? (
          <div class="field-pair">
            {row.fields.map((field) => (
              <SettingField {...props} field={field} />
            ))}
          </div>
        ) : (
          row.fields.map((field) => <SettingField {...props} field={field} />)
        ),
      )}
    </div>
  );
}

/** Neighbours that are short enough share a row. */
function rowsOf(fields: readonly SettingField[]): { isPair: boolean; fields: SettingField[] }[] {
  const rows: { isPair: boolean; fields: SettingField[] }[] = [];
  for (const field of fields) {
    const isPair = settingOf(field).isHalf ?? false;
    const last = rows.at(-1);
    if (last?.isPair === isPair) last.fields.push(field);
    else rows.push({ isPair, fields: [field] });
  }
  return rows;
}

function SettingField({ field, ...props }: SettingsFormProps & { field: SettingField }) {
  const { connection, values, errors, names } = props;
  const { label, control }: SettingDefinition = settingOf(field);
  const value = values[field] ?? "";
  const hint = hintOf(field, connection.company);
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
      return <Field {...head} hint={hint} choices={codeChoices(connection.company, control.rate)} />;
    case "rate_codes":
      return <RateCodeFields {...props} />;
    case "time_zone":
      return <Field {...head} hint={zoneHint(connection)} choices={zonesOffered(connection.company)} />;
    case "account": {
      const { type } = ACCOUNT_ROLES[control.role];
      const fitting = names.accounts.filter((account) => account.type === type).map((account) => account.name);
      return <Field {...head} hint={accountHint(value, names)} choices={fitting} />;
    }
  }
}

/** One field for each further rate of the company. */
function RateCodeFields({ connection, values, errors }: SettingsFormProps) {
  const codes = connection.company.taxCodes ?? [];
  const saved = new Set(connection.taxCodes?.map(({ rate }) => rate));
  return ratesIn(values).map((rate) => {
    const name = rateField(rate);
    const fitting = codesOfRate(codes, rate);
    const hint = saved.has(rate) ? undefined : rateHint(fitting.length);
    return (
      <Field
        name={name}
        label={settingOfRate(rate)}
        value={values[name]}
        error={errors[name]}
        hint={hint}
        choices={fitting.map((code) => code.name)}
      />
    );
  });
}

function rateHint(codeCount: number): string {
  if (codeCount === 1) return "The only code of this rate.";
  return "Several codes have this rate: choose one.";
}

/** The codes that fit: where each line has its own, the usual one is above zero. */
function codeChoices(company: CompanyFacts, rate: "any" | "zero"): string[] {
  const codes = proposable(company.taxCodes ?? []);
  const zero = codes.filter(({ percent }) => percent === "0");
  if (rate === "zero") return zero.map(({ name }) => name);
  return codes.filter((code) => !zero.includes(code)).map(({ name }) => name);
}

function zoneHint(connection: Connection): string {
  if (connection.timeZone !== null) return "Invoice dates are days in this zone.";
  const proposed = proposedTimeZone(connection.company);
  return proposed === null
    ? "Invoice dates are days in UTC until a zone is saved."
    : `Until one is saved: ${proposed}, from the company's address.`;
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
