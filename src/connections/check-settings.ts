/**
 * Lines of Check configuration that compare the connection's settings with the company. Pure.
 */
import { agree, plural } from "../platform/words.ts";
import { ACCOUNT_ROLES, type AccountRole, pickAccount } from "../quickbooks/accounts.ts";
import type { NameHolder } from "../quickbooks/customers.ts";
import { cleanText } from "../quickbooks/text.ts";
import type { Account } from "../quickbooks/wire.ts";
import type { CheckLine, UnsentInvoices } from "./check-line.ts";
import type { Connection } from "./connection.ts";
import { ITEM_TYPES } from "./setting-choices.ts";
import { type SettingField, SETTINGS, fieldsWith, settingOf } from "./settings.ts";

/**
 * The names on QuickBooks' own pages of the detail types that an inventory item needs (docs/qbo-api.md, section 5.4).
 */
const DETAIL_TYPES = {
  income: "Sales of Product Income",
  cogs: "Supplies & Materials - COGS",
  asset: "Inventory",
} as const;
const NO_INVENTORY_PLANS = /simple ?start|essentials|easy ?start|self[- ]?employed|solopreneur|ledger|lite/i;

export function itemTypeLine(connection: Connection): CheckLine {
  const line = lineOf("item_type");
  if (connection.itemType === null) return notSet(connection, line);
  const label = ITEM_TYPES.find(({ value }) => value === connection.itemType)?.label;
  const message = `A product that QuickBooks does not know is created as ${label}.`;
  return { ...line, status: "ok", message, fix: null };
}

/** Only if products become inventory items: does the plan have inventory, and is it switched on? */
export function planLine(connection: Connection): CheckLine {
  const facts = connection.company;
  const line = { id: "inventory_tracking", label: "Inventory tracking", required: true };
  const plan = facts.offeringSku ?? "";
  if (NO_INVENTORY_PLANS.test(plan)) {
    return {
      ...line,
      status: "wrong",
      message: `${plan} has no inventory. Upgrade to Plus or Advanced in QuickBooks, or choose Non-inventory or Service as Item type.`,
      fix: { label: "Change Item type", href: fieldOf(connection, "item_type") },
    };
  }
  if (!facts.quantityOnHand) {
    return {
      ...line,
      status: "wrong",
      message:
        "Tracking of quantities on hand is off. Turn it on in QuickBooks (Account and settings, Sales, Products and services), or choose another Item type.",
      fix: { label: "Change Item type", href: fieldOf(connection, "item_type") },
    };
  }
  return { ...line, status: "ok", message: `${plan || "The plan"} tracks quantities on hand.`, fix: null };
}

/** Checks an account in the settings against the chart of accounts. One that will be created is right. */
export function accountLine(
  connection: Connection,
  role: AccountRole,
  accounts: readonly Account[],
  isInventory: boolean,
): CheckLine {
  const line = lineOf(accountField(role));
  const { id, label } = line;
  const name = textOf(connection, id);
  if (name === null) return notSet(connection, line);
  const found = pickAccount(accounts, name) ?? pickAccount(accounts, asKept(name, connection));
  const { type, subType } = ACCOUNT_ROLES[role];
  if (found === null) {
    return {
      ...line,
      status: "ok",
      message: `'${name}' is not in QuickBooks yet; it will be created with the type ${type}.`,
      fix: null,
    };
  }
  const choose = { label: `Change ${label}`, href: fieldOf(connection, id) };
  if (!found.isActive) {
    const message = `'${name}' is inactive in QuickBooks. Make it active again there, or choose another account.`;
    return { ...line, status: "wrong", message, fix: choose };
  }
  const isRightType = found.type === type || (role === "income" && !isInventory && found.type === "Other Income");
  if (!isRightType) {
    const message = `'${name}' is of the type ${found.type}; ${label} has to be of the type ${type}. Choose another account, or a name that does not exist yet.`;
    return { ...line, status: "wrong", message, fix: choose };
  }
  if (isInventory && found.subType !== null && found.subType !== subType) {
    const message = `'${name}' has the wrong detail type for inventory products: QuickBooks asks for ${DETAIL_TYPES[role]}. Choose another account, or a name that does not exist yet.`;
    return { ...line, status: "wrong", message, fix: choose };
  }
  return {
    ...line,
    status: "ok",
    message: `'${found.fullName}' is there, active, of the type ${found.type}.`,
    fix: null,
  };
}

/** A name from the settings as it is created in a company that keeps few letters (docs/letters.md). */
export function asKept(name: string, { letters }: Pick<Connection, "letters">): string {
  return cleanText(name, Number.POSITIVE_INFINITY, letters, { isName: true }).text;
}

/** The setting that names the account of a role. */
function accountField(role: AccountRole): SettingField {
  const field = fieldsWith("account").find((name) => {
    const { control } = settingOf(name);
    return control.kind === "account" && control.role === role;
  });
  if (field === undefined) throw new Error(`No setting names the account of the role ${role}`);
  return field;
}

/** The value of a text setting. */
function textOf(connection: Connection, field: SettingField): string | null {
  const value = connection[SETTINGS[field].column];
  return typeof value === "string" ? value : null;
}

/** `holder`: who has the name in QuickBooks; `inactive`: whether only an inactive customer had it. */
export function customerLine(connection: Connection, holder: NameHolder | null): CheckLine {
  const line = { id: "customer_name", label: "Customer", required: true };
  if (connection.customerMode === "per_buyer") {
    return {
      ...line,
      status: "ok",
      message: "Each buyer becomes a customer; one that QuickBooks knows by name is used.",
      fix: null,
    };
  }
  const name = connection.customerName;
  if (name === null) return notSet(connection, line, SETTINGS.customer_name.label);
  const choose = { label: "Change Customer name", href: fieldOf(connection, "customer_name") };
  if (holder === null) {
    return { ...line, status: "ok", message: `'${name}' is not in QuickBooks yet; it will be created.`, fix: null };
  }
  if (holder.kind !== "Customer") {
    const article = holder.kind === "Employee" ? "an employee" : "a vendor";
    const message = `'${name}' is ${article} in QuickBooks, and no customer can have the same name. Choose another Customer name.`;
    return { ...line, status: "wrong", message, fix: choose };
  }
  if (!holder.isActive) {
    const message = `The customer '${name}' is inactive in QuickBooks. Make it active again there, or choose another Customer name.`;
    return { ...line, status: "wrong", message, fix: choose };
  }
  return { ...line, status: "ok", message: `The customer '${holder.displayName}' is there and active.`, fix: null };
}

export function quantityLine(connection: Connection): CheckLine {
  const line = lineOf("default_inventory_quantity");
  const quantity = connection.defaultInventoryQuantity;
  if (quantity === null) return notSet(connection, line);
  return {
    ...line,
    status: "ok",
    message: `A new inventory product starts with a quantity of ${quantity}.`,
    fix: null,
  };
}

/** QuickBooks refuses a sale dated before the product's start date (6270): compares it with the oldest unsent invoice. */
export function startDateLine(connection: Connection, unsent: UnsentInvoices): CheckLine {
  const line = lineOf("inventory_start_date");
  const date = connection.inventoryStartDate;
  if (date === null) return notSet(connection, line);
  const { oldestDate, countOlder } = unsent;
  if (oldestDate === null || countOlder === 0 || oldestDate >= date) {
    return {
      ...line,
      status: "ok",
      message: `New inventory products start on ${date}; no invoice that waits is older.`,
      fix: null,
    };
  }
  const subject = `${plural(countOlder, "invoice")} that ${agree(countOlder, "waits is", "wait are")}`;
  return {
    ...line,
    status: "warning",
    message: `${subject} older than ${date} (the oldest is of ${oldestDate}). QuickBooks refuses invoices that are older than a product's start date.`,
    fix: { label: `Set ${oldestDate}`, setStartDate: oldestDate },
  };
}

/** The fixed parts of a line about a setting. */
export function lineOf(field: SettingField): { id: SettingField; label: string; required: boolean } {
  return { id: field, label: SETTINGS[field].label, required: true };
}

export function notSet(
  connection: Connection,
  line: { id: string; label: string; required: boolean },
  label = line.label,
): CheckLine {
  return {
    ...line,
    status: "wrong",
    message: `${label} is not set.`,
    fix: { label: `Set ${label}`, href: fieldOf(connection, line.id) },
  };
}

/** A missing setting about which nothing more can be said. */
export function missingLine(connection: Connection, field: SettingField): CheckLine {
  return notSet(connection, lineOf(field));
}

/** The settings form's field of that name. */
export function fieldOf(connection: Connection, field: string): string {
  return `/settings/quickbooks/${connection.id}#field-${field}`;
}
