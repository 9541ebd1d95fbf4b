/**
 * How a company taxes, with its codes. They are stored with the company's facts; only facts that an earlier version stored
 * lack them, until the company is read again.
 */
import type { Connection } from "../../connections/connection.ts";
import { taxingOf } from "../../connections/taxing.ts";
import { whileDoing } from "../../failures/failed-while.ts";
import type { QuickBooks } from "../../quickbooks/client.ts";
import { listSalesTaxCodes } from "../../quickbooks/tax-codes.ts";
import type { KnownTaxing } from "./plan.ts";

/** No read, or two where the codes are not stored. Throws `FailedWhile`. */
export async function readTaxing(qb: QuickBooks, connection: Connection): Promise<KnownTaxing> {
  const stored = taxingOf(connection);
  if (stored.kind !== "unread") return stored;
  const { company } = connection;
  const taxCodes = await whileDoing({ kind: "company" }, () => listSalesTaxCodes(qb, company.country));
  const read = taxingOf({ ...connection, company: { ...company, taxCodes } });
  if (read.kind === "unread") throw new Error("The tax codes that were read are not there");
  return read;
}
