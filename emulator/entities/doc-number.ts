/**
 * Document numbers of transactions (docs/qbo-api.md, section 5.8): given by the caller or assigned by QuickBooks, and
 * refused as duplicates only if the company has both custom numbers and the warning on. No other file makes decisions
 * about numbers.
 */
import type { CompanyContext } from "../company/context.ts";
import { QuickBooksFault } from "../wire/faults.ts";
import { textOf, type JsonObject } from "../wire/json.ts";

const FIRST_NUMBER = 1001;
const AUTO = "AUTO_GENERATE";

/** The number to store, or null for none. Throws 6140. */
export function chooseDocNumber(
  context: CompanyContext,
  input: JsonObject,
  previous: JsonObject | null,
  sent: JsonObject,
): string | null {
  const given = textOf(input["DocNumber"])?.trim() ?? "";
  if (given === AUTO) return nextNumber(context);
  if (given === "") {
    if (context.profile.custom_txn_numbers) return null;
    return textOf(previous?.["DocNumber"]) ?? nextNumber(context);
  }
  const isNew = previous === null || (sent["DocNumber"] !== undefined && previous["DocNumber"] !== given);
  if (isNew) refuseDuplicate(context, given, textOf(previous?.["Id"]));
  return given;
}

function refuseDuplicate(context: CompanyContext, number: string, ownId: string | null): void {
  const { profile, bend } = context;
  if (!profile.custom_txn_numbers || !profile.warn_on_duplicates || bend.allowDuplicateNumbers === true) return;
  const holder = context.store.findIdByDocNumber("Invoice", number);
  if (holder === null || holder === ownId) return;
  const tail = profile.duplicate_number_names_holder
    ? ` DocNumber=${number} is assigned to TxnType=Invoice with TxnId=${holder}`
    : "";
  throw new QuickBooksFault(
    "6140",
    `Duplicate Document Number Error : You must specify a different number. This number has already been used.${tail}`,
    { element: "DocNumber" },
  );
}

function nextNumber(context: CompanyContext): string {
  for (;;) {
    const number = String(context.store.nextNumber("document", FIRST_NUMBER));
    if (context.store.findIdByDocNumber("Invoice", number) === null) return number;
  }
}
