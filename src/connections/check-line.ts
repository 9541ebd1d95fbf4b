/**
 * One line of Check configuration, as pages and the API show it.
 */
export interface CheckLine {
  /** Stable, e.g. `income_account`: the API's name of the setting if the line is about one. */
  id: string;
  label: string;
  status: "ok" | "wrong" | "warning";
  /** One or two sentences that name what was found. */
  message: string;
  /** How to fix it: a link, or the date that a button sets. */
  fix: { label: string; href?: string; setStartDate?: string } | null;
  /** Auto invoice can't be switched on while a required line is wrong. */
  required: boolean;
}

/** What the lines need to know about unsent invoices. */
export interface UnsentInvoices {
  /** Calendar date of the oldest; null if there is none. */
  oldestDate: string | null;
  /** How many are dated before the inventory start date. */
  countOlder: number;
}
