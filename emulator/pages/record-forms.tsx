/**
 * The forms with which a person makes, changes and merges customers, items and accounts. They are the same for an existing
 * record and a new one; what is sent becomes a body in record-change.ts.
 */
import type { Child } from "hono/jsx";
import { ACCOUNT_TYPES } from "../entities/account-types.ts";
import { objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { plain } from "./money.ts";
import type { Choice } from "./page-context.ts";
import type { RecordType } from "./record-change.ts";

const WHAT: Readonly<Record<RecordType, string>> = {
  customer: "customer",
  item: "product or service",
  account: "account",
};
const ITEM_TYPES = ["Service", "NonInventory", "Category"];

/** What a record may be put below, or get as its account. */
export interface RecordChoices {
  parents: readonly Choice[];
  accounts: readonly Choice[];
}

export function NewRecord(props: { realmId: string; type: RecordType; choices: RecordChoices }) {
  const { realmId, type, choices } = props;
  return (
    <details class="panel">
      <summary>New {WHAT[type]}</summary>
      <form method="post" action={`/companies/${realmId}/${type}/new`}>
        <Fields type={type} record={{}} choices={choices}>
          {type === "item" ? (
            <>
              <Select name="item_type" label="Type" choices={ITEM_TYPES.map((name) => ({ id: name, name }))} />
              <Select
                name="income_account"
                label="Income account"
                choices={choices.accounts}
                none="None (a category)"
              />
            </>
          ) : null}
          {type === "account" ? (
            <Select
              name="account_type"
              label="Account type"
              choices={Object.keys(ACCOUNT_TYPES).map((name) => ({ id: name, name }))}
            />
          ) : null}
        </Fields>
        <p class="buttons">
          <button type="submit" class="primary">
            Create
          </button>
        </p>
      </form>
    </details>
  );
}

export function ChangeRecord(props: { realmId: string; type: RecordType; record: JsonObject; choices: RecordChoices }) {
  const { realmId, type, record, choices } = props;
  return (
    <form method="post" action={`/companies/${realmId}/${type}/${textOf(record["Id"]) ?? ""}/change`} class="panel">
      <Fields type={type} record={record} choices={choices} />
      <p class="buttons">
        <button type="submit">Save changes</button>
      </p>
    </form>
  );
}

export function MergeRecord(props: {
  realmId: string;
  type: RecordType;
  record: JsonObject;
  others: readonly Choice[];
}) {
  const { realmId, type, record, others } = props;
  const id = textOf(record["Id"]) ?? "";
  return (
    <form method="post" action={`/companies/${realmId}/${type}/${id}/merge`} class="panel row">
      <Select name="into" label="Merge into" choices={others.filter((other) => other.id !== id)} />
      <button type="submit" class="danger">
        Merge
      </button>
    </form>
  );
}

function Fields(props: { type: RecordType; record: JsonObject; choices: RecordChoices; children?: Child }) {
  const { type, record, choices } = props;
  const parent = refOf(record["ParentRef"]) ?? "";
  const others = choices.parents.filter((choice) => choice.id !== textOf(record["Id"]));
  return (
    <div class="grid">
      <Field name="name" label="Name" value={textOf(record["DisplayName"]) ?? textOf(record["Name"]) ?? ""} required />
      {props.children}
      {type === "customer" ? (
        <>
          <Field name="email" label="E-mail" value={textOf(objectOf(record["PrimaryEmailAddr"])?.["Address"]) ?? ""} />
          <Select name="parent" label="Sub-customer of" choices={others} chosen={parent} none="Nobody" />
          <label class="choice">
            <input type="checkbox" name="taxable" checked={record["Taxable"] !== false} />
            <span>Taxable</span>
          </label>
        </>
      ) : null}
      {type === "item" ? (
        <>
          <Field name="sku" label="SKU" value={textOf(record["Sku"]) ?? ""} />
          {record["Type"] === "Category" ? null : (
            <Field name="price" label="Price" value={plain(record["UnitPrice"])} />
          )}
          <Select name="parent" label="Category" choices={others} chosen={parent} none="None" />
        </>
      ) : null}
    </div>
  );
}

export function Field(props: { name: string; label: string; value: string; required?: boolean; type?: "date" }) {
  return (
    <label>
      {props.label}
      <input type={props.type ?? "text"} name={props.name} value={props.value} required={props.required === true} />
    </label>
  );
}

export function Select(props: {
  name: string;
  label: string;
  choices: readonly Choice[];
  chosen?: string;
  /** What to call no choice, where there may be none. */
  none?: string;
}) {
  return (
    <label>
      {props.label}
      <select name={props.name}>
        {props.none === undefined ? null : <option value="">{props.none}</option>}
        {props.choices.map(({ id, name }) => (
          <option value={id} selected={id === props.chosen}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** A record's state, and the button that changes it. */
export function ActiveButton(props: { realmId: string; type: RecordType; entity: JsonObject }) {
  const { realmId, type, entity } = props;
  const isActive = entity["Active"] !== false;
  const name = textOf(entity["DisplayName"]) ?? textOf(entity["Name"]) ?? "";
  return (
    <form method="post" action={`/companies/${realmId}/${type}/${textOf(entity["Id"]) ?? ""}/active`} class="buttons">
      {isActive ? <span class="badge good">Active</span> : <span class="badge warn">Inactive</span>}
      <input type="hidden" name="active" value={isActive ? "false" : "true"} />
      <button type="submit">
        {isActive ? "Make inactive" : "Make active"}
        <span class="hidden">{` ${name}`}</span>
      </button>
    </form>
  );
}
