/**
 * What the page of one connection shows: switches, settings, the check of the configuration, the connection itself.
 * Only markup: it reads nothing and decides nothing.
 */
import type { CheckLine } from "../connections/check-line.ts";
import type { CompanyNames } from "../connections/company-lists.ts";
import { type Connection, needsTaxCodes } from "../connections/connection.ts";
import { Badge } from "../ui/badge.tsx";
import { ConfirmButton } from "../ui/dialog.tsx";
import { Facts } from "../ui/facts.tsx";
import { Field, RadioGroup, SelectField } from "../ui/field.tsx";
import { hx } from "../ui/hx.ts";
import { Notice, type NoticeTone } from "../ui/notice.tsx";
import { PartialAnswer } from "../ui/partial-answer.tsx";
import { ReadOnlyUnless } from "../ui/readonly.tsx";
import { SwitchForm } from "../ui/switch.tsx";
import { Instant, displayDate } from "../ui/time.tsx";
import type { FieldErrors } from "./form.ts";

const ADMIN_ONLY = "Only an admin can change this.";
/** A browser filters them while one types; more would make the page heavy. */
const MAX_CUSTOMER_CHOICES = 300;

export interface SwitchesProps {
  connection: Connection;
  /** Only admins may turn them. */
  isAdmin: boolean;
  /** What the last turn of a switch led to. */
  result?: { tone: NoticeTone; text: string; points?: string[] | undefined } | undefined;
}

/** The card of both switches. What turning one has led to stands in a live region that stays, so that it is announced. */
export function SwitchesCard(props: SwitchesProps) {
  return (
    <section class="card" aria-labelledby="switches-title">
      <h2 id="switches-title">Integration</h2>
      <ConnectionSwitches {...props} />
      <div id="switch-result" aria-live="polite">
        <SwitchResult result={props.result} />
      </div>
    </section>
  );
}

/** The answer to a turned switch: the switches as they are now, and what it led to. */
export function TurnedSwitches(props: SwitchesProps) {
  return (
    <>
      <ConnectionSwitches {...props} />
      <PartialAnswer target="#switch-result">
        <SwitchResult result={props.result} />
      </PartialAnswer>
    </>
  );
}

function ConnectionSwitches({ connection, isAdmin }: SwitchesProps) {
  const action = `/settings/quickbooks/${connection.id}/switches`;
  return (
    <div class="stack" id="switches">
      <ReadOnlyUnless isAllowed={isAdmin} why={ADMIN_ONLY}>
        <SwitchForm
          id="switch-enabled"
          action={action}
          name="enabled"
          label="Enable integration"
          isOn={connection.enabled}
          hint="Off: nothing is sent to QuickBooks. What is queued is held and goes on when this is on again."
          target="#switches"
        />
        <SwitchForm
          id="switch-auto-invoice"
          action={action}
          name="auto_invoice"
          label="Auto invoice"
          isOn={connection.autoInvoice}
          hint="On: invoices are sent to QuickBooks as they arrive. Off: they stay Not sent until somebody sends them."
          target="#switches"
        />
      </ReadOnlyUnless>
    </div>
  );
}

function SwitchResult({ result }: Pick<SwitchesProps, "result">) {
  if (!result) return null;
  return (
    <Notice tone={result.tone}>
      <p>{result.text}</p>
      {result.points && result.points.length > 0 && (
        <ul>
          {result.points.map((point) => (
            <li>{point}</li>
          ))}
        </ul>
      )}
    </Notice>
  );
}

export interface SettingsFormProps {
  connection: Connection;
  /** Only admins may save. */
  isAdmin: boolean;
  /** What stands in the fields: the saved settings, or what a person just typed. */
  values: Record<string, string>;
  errors: FieldErrors;
  names: CompanyNames;
}

/** The saved settings as the form's texts, by the API's names. */
export function settingsAsTexts(connection: Connection): Record<string, string> {
  return {
    customer_mode: connection.customerMode,
    customer_name: connection.customerName ?? "",
    income_account: connection.incomeAccount ?? "",
    cogs_account: connection.cogsAccount ?? "",
    asset_account: connection.assetAccount ?? "",
    item_type: connection.itemType ?? "",
    default_inventory_quantity: connection.defaultInventoryQuantity ?? "",
    inventory_start_date: connection.inventoryStartDate ?? "",
    sales_tax_code: connection.salesTaxCode ?? "",
    zero_rate_code: connection.zeroRateCode ?? "",
  };
}

export function SettingsForm({ connection, isAdmin, values, errors, names }: SettingsFormProps) {
  return (
    <form method="post" action={`/settings/quickbooks/${connection.id}`} class="card" id="settings" novalidate>
      <ReadOnlyUnless isAllowed={isAdmin} why={ADMIN_ONLY}>
        <div class="form-groups">
          <CustomerFields values={values} errors={errors} names={names} />
          <div class="form-group">
            <h2>Accounts</h2>
            <AccountField name="income_account" label="Income account" types={["Income"]} values={values} errors={errors} names={names} />
            <AccountField name="cogs_account" label="Cost of goods sold account" types={["Cost of Goods Sold"]} values={values} errors={errors} names={names} />
            <AccountField name="asset_account" label="Inventory asset account" types={["Other Current Asset"]} values={values} errors={errors} names={names} />
          </div>
          <ProductFields values={values} errors={errors} />
          {needsTaxCodes(connection.company) && <TaxCodeFields values={values} errors={errors} names={names} />}
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

type FieldsProps = Pick<SettingsFormProps, "values" | "errors" | "names">;

function CustomerFields({ values, errors, names }: FieldsProps) {
  return (
    <div class="form-group">
      <h2>Customer account</h2>
      <RadioGroup
        name="customer_mode"
        label="Customer"
        value={values["customer_mode"]}
        error={errors["customer_mode"]}
        choices={[
          { value: "single", label: "One QuickBooks customer for all orders", hint: "The buyer's name and addresses stand on each invoice." },
          { value: "per_buyer", label: "One QuickBooks customer per buyer", hint: "A buyer who is not in QuickBooks yet is created there." },
        ]}
      />
      <Field
        name="customer_name"
        label="Customer name"
        value={values["customer_name"]}
        error={errors["customer_name"]}
        hint="Needed for one customer for all orders. Created in QuickBooks if it does not exist."
        choices={names.customers.slice(0, MAX_CUSTOMER_CHOICES)}
      />
    </div>
  );
}

function ProductFields({ values, errors }: Pick<FieldsProps, "values" | "errors">) {
  return (
    <div class="form-group">
      <h2>Product settings</h2>
      <SelectField
        name="item_type"
        label="Item type"
        value={values["item_type"]}
        error={errors["item_type"]}
        hint="What a product becomes when it is created in QuickBooks. Inventory needs QuickBooks Plus or Advanced."
        choices={[
          { value: "", label: "Choose a type" },
          { value: "inventory", label: "Inventory" },
          { value: "non_inventory", label: "Non-inventory" },
          { value: "service", label: "Service" },
        ]}
      />
      <div class="field-pair">
        <Field
          name="default_inventory_quantity"
          label="Default inventory quantity"
          value={values["default_inventory_quantity"]}
          error={errors["default_inventory_quantity"]}
          hint="On hand, of a new inventory product."
          inputmode="decimal"
        />
        <Field
          name="inventory_start_date"
          label="Inventory start date"
          type="date"
          value={values["inventory_start_date"]}
          error={errors["inventory_start_date"]}
          hint="QuickBooks refuses older invoices."
        />
      </div>
    </div>
  );
}

interface AccountFieldProps {
  name: string;
  label: string;
  types: string[];
  values: Record<string, string>;
  errors: FieldErrors;
  names: CompanyNames;
}

function AccountField({ name, label, types, values, errors, names }: AccountFieldProps) {
  const value = values[name] ?? "";
  const choices = names.accounts.filter((account) => types.includes(account.type)).map((account) => account.name);
  const isKnown = names.accounts.some((account) => account.name.toLowerCase() === value.toLowerCase());
  const isNew = value !== "" && names.readAt !== null && !isKnown;
  const hint = isNew ? `Not in QuickBooks yet: '${value}' is created there at the first push.` : "Type to search the chart of accounts.";
  return <Field name={name} label={label} value={value} error={errors[name]} hint={hint} choices={choices} />;
}

function TaxCodeFields({ values, errors, names }: FieldsProps) {
  return (
    <div class="form-group">
      <h2>Sales tax</h2>
      <div class="field-pair">
        <Field name="sales_tax_code" label="Sales tax code" value={values["sales_tax_code"]} error={errors["sales_tax_code"]} hint="For taxable lines." choices={names.taxCodes} />
        <Field name="zero_rate_code" label="Zero-rate code" value={values["zero_rate_code"]} error={errors["zero_rate_code"]} hint="For lines without tax." choices={names.taxCodes} />
      </div>
    </div>
  );
}

/** How fresh the names for type-ahead are, with a button that reads them again. */
export function NamesFreshness({ connection, names, now }: { connection: Connection; names: CompanyNames; now: Date }) {
  return (
    <form method="post" action={`/settings/quickbooks/${connection.id}/refresh`} class="card-actions small muted">
      <span>{names.readAt ? <>Names from QuickBooks were read <Instant at={names.readAt} now={now} />.</> : "Names from QuickBooks have not been read yet."}</span>
      <button type="submit" class="button small">
        Refresh names
      </button>
    </form>
  );
}

const CHECK_BADGES = {
  ok: { tone: "good", label: "Right" },
  wrong: { tone: "bad", label: "Wrong" },
  warning: { tone: "warn", label: "Look at" },
} as const;

/** The check: a button that reads QuickBooks, and the lines of the last reading. */
export function ConfigurationCheck({ connection, lines, isAdmin }: { connection: Connection; lines: CheckLine[] | null; isAdmin: boolean }) {
  const action = `/settings/quickbooks/${connection.id}/check`;
  const wrong = lines?.filter((line) => line.status === "wrong").length ?? 0;
  return (
    <section class="card" id="check" aria-labelledby="check-title">
      <div class="card-head">
        <h2 id="check-title">Configuration</h2>
        {isAdmin && (
          <form method="post" action={action} {...hx({ post: action, target: "#check", swap: "outerHTML", disable: "find button" })}>
            <button type="submit" class="button">
              Check configuration
            </button>
          </form>
        )}
      </div>
      <div aria-live="polite" class="stack">
        {lines === null ? (
          <p class="muted">Reads QuickBooks and says, line by line, what is right and what is not.</p>
        ) : (
          <>
            <p>{wrong === 0 ? "Everything that sending needs is right." : wrong === 1 ? "1 line is wrong." : `${wrong} lines are wrong.`}</p>
            <ul class="checks">
              {lines.map((line) => (
                <li>
                  <Badge tone={CHECK_BADGES[line.status].tone} label={CHECK_BADGES[line.status].label} />
                  <span>
                    <strong>{line.label}</strong>
                    <br />
                    {line.message}
                  </span>
                  <CheckFix connection={connection} line={line} />
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </section>
  );
}

function CheckFix({ connection, line }: { connection: Connection; line: CheckLine }) {
  if (!line.fix) return null;
  if (line.fix.setStartDate) {
    return (
      <form method="post" action={`/settings/quickbooks/${connection.id}/start-date`}>
        <input type="hidden" name="inventory_start_date" value={line.fix.setStartDate} />
        <button type="submit" class="button small">
          {line.fix.label}
        </button>
      </form>
    );
  }
  return line.fix.href ? <a href={line.fix.href}>{line.fix.label}</a> : null;
}

export interface ConnectionFactsProps {
  connection: Connection;
  now: Date;
  /** Metered reads of this month, or null where the gate did not say. */
  reads: { month: string; count: number } | null;
}

/** What is known of the connection and its company. */
export function ConnectionFacts({ connection, now, reads }: ConnectionFactsProps) {
  const { company } = connection;
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Connection</h2>
      <Facts
        rows={[
          ["Company", connection.companyName],
          ["Realm ID", <span class="code">{connection.realmId}</span>],
          ["Country and currency", `${company.country}, ${company.homeCurrency}${company.multicurrency ? ", multicurrency" : ""}`],
          ["State since", <Instant at={connection.stateChangedAt} now={now} />],
          ["Access ends without use", connection.refreshExpiresAt ? displayDate(connection.refreshExpiresAt.slice(0, 10)) : "not known"],
          ["Access ends for good", connection.refreshHardExpiresAt ? displayDate(connection.refreshHardExpiresAt.slice(0, 10)) : "not known"],
          ["Reads this month", reads ? `${reads.count.toLocaleString("en-US")} of 500,000 (${reads.month})` : "not known"],
        ]}
      />
    </section>
  );
}

/** What Disconnect does, in the words of its dialog. */
export function disconnectQuestion(connection: Connection, waiting: number) {
  return {
    id: "disconnect",
    title: "Disconnect QuickBooks?",
    action: `/settings/quickbooks/${connection.id}/disconnect`,
    confirmLabel: "Disconnect",
    isDanger: true,
    children: (
      <>
        <p>
          <strong>{connection.companyName}</strong> gets nothing more from Bookbridge. {waitingSentence(waiting)}
        </p>
        <p>Settings and links are kept. Reconnecting to the same company goes on where this ends.</p>
      </>
    ),
  };
}

function waitingSentence(waiting: number): string {
  if (waiting === 0) return "No invoices are waiting at the moment.";
  return waiting === 1 ? "1 invoice that waits is held until you reconnect." : `${waiting.toLocaleString("en-US")} invoices that wait are held until you reconnect.`;
}

export function DisconnectButton({ connection, waiting }: { connection: Connection; waiting: number }) {
  return <ConfirmButton {...disconnectQuestion(connection, waiting)} openLabel="Disconnect" fallback={`/settings/quickbooks/${connection.id}/disconnect`} />;
}
