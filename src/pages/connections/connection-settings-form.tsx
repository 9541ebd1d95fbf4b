/**
 * The form of a connection's settings, in the groups of docs/contract.md, section 3. What a person typed always
 * comes back. Only markup: it reads nothing and decides nothing.
 */
import type { CompanyNames } from "../../connections/company-lists.ts";
import { type Connection, needsTaxCodes } from "../../connections/connection.ts";
import { Field, RadioGroup, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";

const ADMIN_ONLY = "Only an admin can change these.";
/** A browser filters them while one types; more would make the page heavy. */
const MAX_CUSTOMER_CHOICES = 300;

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
            <AccountField
              name="income_account"
              label="Income account"
              types={["Income"]}
              values={values}
              errors={errors}
              names={names}
            />
            <AccountField
              name="cogs_account"
              label="Cost of goods sold account"
              types={["Cost of Goods Sold"]}
              values={values}
              errors={errors}
              names={names}
            />
            <AccountField
              name="asset_account"
              label="Inventory asset account"
              types={["Other Current Asset"]}
              values={values}
              errors={errors}
              names={names}
            />
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
          {
            value: "single",
            label: "One QuickBooks customer for all orders",
            hint: "The buyer's name and addresses stand on each invoice.",
          },
          {
            value: "per_buyer",
            label: "One QuickBooks customer per buyer",
            hint: "A buyer who is not in QuickBooks yet is created there.",
          },
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
  const hint = isNew
    ? `Not in QuickBooks yet: '${value}' is created there at the first push.`
    : "Type to search the chart of accounts.";
  return <Field name={name} label={label} value={value} error={errors[name]} hint={hint} choices={choices} />;
}

function TaxCodeFields({ values, errors, names }: FieldsProps) {
  return (
    <div class="form-group">
      <h2>Sales tax</h2>
      <div class="field-pair">
        <Field
          name="sales_tax_code"
          label="Sales tax code"
          value={values["sales_tax_code"]}
          error={errors["sales_tax_code"]}
          hint="For taxable lines."
          choices={names.taxCodes}
        />
        <Field
          name="zero_rate_code"
          label="Zero-rate code"
          value={values["zero_rate_code"]}
          error={errors["zero_rate_code"]}
          hint="For lines without tax."
          choices={names.taxCodes}
        />
      </div>
    </div>
  );
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
