/**
 * The lines and totals of an invoice as they would be printed. It shows only what is stored; nothing is added up again
 * here.
 */
import { decimalOf, listOf, objectOf, refOf, textOf, type JsonObject } from "../wire/json.ts";
import { money, plain } from "./money.ts";
import { Scroll } from "./scroll.tsx";

export function InvoiceLines(props: { invoice: JsonObject; currency: string }) {
  const { invoice, currency } = props;
  const lines = listOf(invoice["Line"]).flatMap<JsonObject>((line) => objectOf(line) ?? []);
  const isShipping = (line: JsonObject): boolean => refOf(detail(line)["ItemRef"]) === "SHIPPING_ITEM_ID";
  const goods = lines.filter(
    (line) =>
      line["DetailType"] === "DescriptionOnly" || (line["DetailType"] === "SalesItemLineDetail" && !isShipping(line)),
  );
  const sums: [string, string][] = [
    ...lines
      .filter((line) => line["DetailType"] === "SubTotalLineDetail")
      .map((line): [string, string] => ["Subtotal", money(line["Amount"])]),
    ...lines
      .filter((line) => line["DetailType"] === "DiscountLineDetail")
      .map((line): [string, string] => ["Discount", `-${money(line["Amount"])}`]),
    ...lines.filter(isShipping).map((line): [string, string] => ["Shipping", money(line["Amount"])]),
    ["Tax", money(objectOf(invoice["TxnTaxDetail"])?.["TotalTax"])],
    ["Total", money(invoice["TotalAmt"], currency)],
    ...paid(invoice),
    ["Balance due", money(invoice["Balance"], currency)],
  ];
  return (
    <>
      <Scroll label="Lines">
        <table>
          <thead>
            <tr>
              <th scope="col">Product or service</th>
              <th scope="col">Description</th>
              <th scope="col" class="amount">
                Qty
              </th>
              <th scope="col" class="amount">
                Rate
              </th>
              <th scope="col">Tax</th>
              <th scope="col" class="amount">
                Amount
              </th>
            </tr>
          </thead>
          <tbody>
            {goods.map((line) => (
              <tr>
                <td>{textOf(objectOf(detail(line)["ItemRef"])?.["name"])}</td>
                <td class="text">{textOf(line["Description"])}</td>
                <td class="amount">{plain(detail(line)["Qty"])}</td>
                <td class="amount">{plain(detail(line)["UnitPrice"])}</td>
                <td>{refOf(detail(line)["TaxCodeRef"])}</td>
                <td class="amount">{money(line["Amount"])}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <dl class="sums">
        {sums.map(([name, value]) => {
          const isStrong = name === "Total" || name === "Balance due";
          return (
            <>
              <dt class={isStrong ? "strong" : undefined}>{name}</dt>
              <dd class={isStrong ? "strong" : undefined}>{value}</dd>
            </>
          );
        })}
      </dl>
    </>
  );
}

function paid(invoice: JsonObject): [string, string][] {
  const total = decimalOf(invoice["TotalAmt"]);
  const balance = decimalOf(invoice["Balance"]);
  if (total === null || balance === null || total.eq(balance)) return [];
  return [["Paid", `-${money(total.minus(balance))}`]];
}

function detail(line: JsonObject): JsonObject {
  return objectOf(line["SalesItemLineDetail"]) ?? {};
}
