/**
 * Closed books: no transaction may be created, changed or removed on or before the closing date (6200, 6210). Nothing
 * else is checked here; the date comes from the company's profile or from a scenario.
 */
import type { CompanyContext } from "../company/context.ts";
import { QuickBooksFault } from "../wire/faults.ts";

/** Throws the closed books fault for a transaction date within the closed period. */
export function refuseClosedBooks(context: CompanyContext, txnDate: string): void {
  const closing = context.profile.book_close_date;
  const isClosed = closing !== null && txnDate <= closing;
  if (!isClosed && context.bend.closedBooks === undefined) return;
  const code = context.bend.closedBooks ?? context.profile.book_close_code;
  throw new QuickBooksFault(
    code,
    `Account Period Closed : The account period has closed and the transaction dated ${txnDate} cannot be added or changed`,
    { element: "TxnDate" },
  );
}
