/**
 * Which properties of which entity may appear in WHERE and ORDERBY (docs/qbo-api.md, section 4), and where their values
 * are stored. Data only. A property that is missing here is not queryable (4001), as in QuickBooks.
 */

export type ValueKind = "text" | "id" | "number" | "boolean" | "date" | "time";

export interface Queryable {
  kind: ValueKind;
  /** SQL expression over the row. */
  sql: string;
  /** Column that holds the lower-case text, if there is one: equality is then looked up by index. */
  keyColumn?: "name_key" | "doc_key" | "sku_key" | "customer_id";
}

const json = (path: string): string => `json_extract(body, '$.${path}')`;
const text = (path: string): Queryable => ({ kind: "text", sql: json(path) });
const number = (path: string): Queryable => ({ kind: "number", sql: json(path) });
const date = (path: string): Queryable => ({ kind: "date", sql: json(path) });

const COMMON: Record<string, Queryable> = {
  Id: { kind: "id", sql: "id" },
  "MetaData.CreateTime": { kind: "time", sql: "created_s" },
  "MetaData.LastUpdatedTime": { kind: "time", sql: "updated_s" },
};

const ACTIVE: Queryable = { kind: "boolean", sql: "active" };
const NAME: Queryable = { kind: "text", sql: json("Name"), keyColumn: "name_key" };
const CUSTOMER: Queryable = { kind: "id", sql: "CAST(customer_id AS INTEGER)", keyColumn: "customer_id" };

const PERSON: Record<string, Queryable> = {
  ...COMMON,
  Active: ACTIVE,
  DisplayName: { kind: "text", sql: json("DisplayName"), keyColumn: "name_key" },
  GivenName: text("GivenName"),
  FamilyName: text("FamilyName"),
  PrintOnCheckName: text("PrintOnCheckName"),
};

const NAMED = { ...COMMON, Active: ACTIVE, Name: NAME };

export const QUERYABLE: Readonly<Record<string, Readonly<Record<string, Queryable>>>> = {
  Customer: {
    ...PERSON,
    CompanyName: text("CompanyName"),
    FullyQualifiedName: text("FullyQualifiedName"),
    Balance: number("Balance"),
  },
  Vendor: { ...PERSON, CompanyName: text("CompanyName"), Balance: number("Balance") },
  Employee: PERSON,
  Item: {
    ...NAMED,
    FullyQualifiedName: text("FullyQualifiedName"),
    Sku: { kind: "text", sql: json("Sku"), keyColumn: "sku_key" },
    Type: text("Type"),
    UnitPrice: number("UnitPrice"),
  },
  Account: {
    ...NAMED,
    FullyQualifiedName: text("FullyQualifiedName"),
    AccountType: text("AccountType"),
    AccountSubType: text("AccountSubType"),
    Classification: text("Classification"),
    AcctNum: text("AcctNum"),
    CurrentBalance: number("CurrentBalance"),
  },
  Invoice: {
    ...COMMON,
    DocNumber: { kind: "text", sql: json("DocNumber"), keyColumn: "doc_key" },
    TxnDate: date("TxnDate"),
    DueDate: date("DueDate"),
    CustomerRef: CUSTOMER,
    Balance: number("Balance"),
    TotalAmt: number("TotalAmt"),
  },
  Payment: {
    ...COMMON,
    TxnDate: date("TxnDate"),
    CustomerRef: CUSTOMER,
    TotalAmt: number("TotalAmt"),
    PaymentRefNum: text("PaymentRefNum"),
  },
  Term: NAMED,
  PaymentMethod: NAMED,
  TaxCode: NAMED,
  TaxRate: NAMED,
  Class: NAMED,
  Department: NAMED,
};

/** Lists of names return only active records unless the query says otherwise. */
export const ACTIVE_ONLY_BY_DEFAULT: ReadonlySet<string> = new Set([
  "Customer",
  "Vendor",
  "Employee",
  "Item",
  "Account",
  "Term",
  "PaymentMethod",
  "Class",
  "Department",
  "TaxCode",
  "TaxRate",
]);
