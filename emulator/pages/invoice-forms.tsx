/**
 * What a person may do with an invoice in QuickBooks: receive a payment, change any part of it, void, delete. Only forms;
 * what they send becomes a body in invoice-change.ts.
 */
import { listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { addressLines, money, plain } from "./money.ts";
import type { Choice } from "./page-context.ts";
import { Field, Select } from "./record-forms.tsx";

/** What an invoice and its lines can refer to. */
export interface InvoiceChoices {
  customers: readonly Choice[];
  items: readonly Choice[];
  taxCodes: readonly Choice[];
}

export function InvoiceActions(props: { base: string; invoice: JsonObject; choices: InvoiceChoices }) {
  const { base, invoice, choices } = props;
  return (
    <>
      <h2>Do something in QuickBooks</h2>
      <form method="post" action={`${base}/payment`} class="panel row">
        <label>
          Payment amount
          <input name="amount" inputmode="decimal" required value={money(invoice["Balance"])} />
        </label>
        <button type="submit">Receive payment</button>
      </form>
      <form method="post" action={`${base}/change`} class="panel">
        <Head invoice={invoice} choices={choices} />
        <fieldset>
          <legend>Lines</legend>
          {listOf(invoice["Line"]).map((line) => (
            <LineFields line={objectOf(line)} />
          ))}
          <div class="grid">
            <Select name="new_item" label="New line: product or service" choices={choices.items} none="None" />
            <Field name="new_description" label="New line: description" value="" />
            <Field name="new_quantity" label="New line: quantity" value="1" />
            <Field name="new_price" label="New line: price" value="" />
            <Select name="new_tax_code" label="New line: tax" choices={choices.taxCodes} />
          </div>
        </fieldset>
        <button type="submit">Save changes</button>
      </form>
      <div class="panel buttons">
        <form method="post" action={`${base}/void`} class="plain">
          <button type="submit" class="danger">
            Void
          </button>
        </form>
        <form method="post" action={`${base}/delete`} class="plain">
          <button type="submit" class="danger">
            Delete
          </button>
        </form>
      </div>
    </>
  );
}

function Head(props: { invoice: JsonObject; choices: InvoiceChoices }) {
  const { invoice, choices } = props;
  const customer = refOf(invoice["CustomerRef"]) ?? "";
  const known = choices.customers.some(({ id }) => id === customer);
  const name = textOf(objectOf(invoice["CustomerRef"])?.["name"]) ?? "";
  return (
    <div class="grid">
      <Field name="doc_number" label="Number" value={textOf(invoice["DocNumber"]) ?? ""} />
      <Select
        name="customer"
        label="Customer"
        choices={known ? choices.customers : [{ id: customer, name }, ...choices.customers]}
        chosen={customer}
      />
      <Field name="txn_date" label="Date" value={textOf(invoice["TxnDate"]) ?? ""} type="date" />
      <Field name="due_date" label="Due date" value={textOf(invoice["DueDate"]) ?? ""} type="date" />
      <Field name="email" label="E-mail" value={textOf(objectOf(invoice["BillEmail"])?.["Address"]) ?? ""} />
      <Area name="bill_address" label="Bill to" rows={4} text={addressLines(invoice["BillAddr"]).join("\n")} />
      <Area name="ship_address" label="Ship to" rows={4} text={addressLines(invoice["ShipAddr"]).join("\n")} />
      <Area
        name="customer_memo"
        label="Message on invoice"
        rows={2}
        text={textOf(objectOf(invoice["CustomerMemo"])?.["value"]) ?? ""}
      />
      <Area name="private_note" label="Memo" rows={2} text={textOf(invoice["PrivateNote"]) ?? ""} />
    </div>
  );
}

function Area(props: { name: string; label: string; rows: number; text: string }) {
  return (
    <label>
      {props.label}
      <textarea name={props.name} rows={props.rows}>
        {props.text}
      </textarea>
    </label>
  );
}

function LineFields(props: { line: JsonObject | null }) {
  const { line } = props;
  const id = textOf(line?.["Id"]);
  if (line === null || id === null || line["DetailType"] !== "SalesItemLineDetail") return null;
  const detail = objectOf(line["SalesItemLineDetail"]) ?? {};
  const item = textOf(objectOf(detail["ItemRef"])?.["name"]) ?? "";
  return (
    <div class="grid">
      <Field
        name={`description_${id}`}
        label={`Line ${id}, ${item}: description`}
        value={textOf(line["Description"]) ?? ""}
      />
      <Field name={`quantity_${id}`} label={`Line ${id}: quantity`} value={plain(detail["Qty"])} />
      <Field name={`price_${id}`} label={`Line ${id}: price`} value={plain(detail["UnitPrice"])} />
      <Field name={`amount_${id}`} label={`Line ${id}: amount`} value={money(line["Amount"])} />
      <label class="choice">
        <input type="checkbox" name={`remove_${id}`} />
        <span>Remove line {id}</span>
      </label>
    </div>
  );
}
