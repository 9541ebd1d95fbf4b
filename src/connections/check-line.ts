/**
 * One line of Check configuration, as pages and the API show it.
 */
export interface CheckLine {
  /** Stable, e.g. `income_account`: the API's name of the setting where the line is about one. */
  id: string;
  label: string;
  status: "ok" | "wrong" | "warning";
  /** One or two sentences that name what was found. */
  message: string;
  /** Where or how it is mended: a link, or the date that one button sets. */
  fix: { label: string; href?: string; setStartDate?: string } | null;
  /** Auto invoice can't be switched on while a required line is wrong. */
  required: boolean;
}

/** What is known here of invoices that wait to be sent. */
export interface UnsentInvoices {
  /** Calendar date of the oldest; null where there is none. */
  oldestDate: string | null;
  /** How many are dated before the inventory start date. */
  countOlder: number;
}
