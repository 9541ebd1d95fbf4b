/**
 * A list whose rows are selected and then acted on together: the checkboxes, the bar with its button, what the form
 * means, and the question asked before acting on many. Hidden fields carry the filters, so the response leads back to
 * the same list. It must never act itself: a page does, with the IDs that `readSelection` returns.
 */
import type { Child } from "hono/jsx";
import { MAX_BULK_ITEMS } from "../../platform/limits.ts";
import { formatNumber } from "../../platform/words.ts";
import { ConfirmPage } from "../../ui/dialog.tsx";
import { useNonce } from "../../ui/nonce.ts";
import type { Column } from "../../ui/table.tsx";
import type { Form } from "./form.ts";
import type { FilterTexts } from "./list-address.ts";

/** Ask first if there are more than these. */
export const MAX_UNASKED = 50;
const FILTER_PREFIX = "filter_";

/** What selecting needs; a page with such a list has it once, outside the part that a refresh replaces. */
export function ListScript() {
  return <script src="/built/list.js" nonce={useNonce()} defer />;
}

export interface BulkFormProps {
  /** What the form posts to. */
  action: string;
  /** The list's filters, which the response keeps. */
  texts: FilterTexts;
  /** How many rows this page shows, and how many match in total. */
  shown: number;
  matching: number;
  /** What all that match come to, in words, if that is known. */
  sum?: string;
  /** The button that acts. */
  submitLabel: string;
  /** Fields that say how it acts, before the button. */
  fields?: Child;
  /** The table, with `selectColumn` as its first column. */
  children?: Child;
}

export function BulkForm({ action, texts, shown, matching, sum = "", submitLabel, fields, children }: BulkFormProps) {
  return (
    <form method="post" action={action} class="list stack">
      {Object.entries(asHidden(texts)).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <div class="bulk">
        <label class="check">
          <input type="checkbox" data-select-all autocomplete="off" />
          Select all
        </label>
        {matching > shown && <AllMatching matching={matching} sum={sum} />}
        <span class="selected spread" aria-live="polite">
          <span class="muted" data-selected-count /> <strong data-selected-sum />
        </span>
        {fields}
        <button type="submit" class="button primary">
          {submitLabel}
        </button>
      </div>
      {children}
    </form>
  );
}

function AllMatching({ matching, sum }: { matching: number; sum: string }) {
  const count = Math.min(matching, MAX_BULK_ITEMS);
  const which = matching > MAX_BULK_ITEMS ? `The newest ${formatNumber(count)}` : `All ${formatNumber(count)}`;
  return (
    <label class="all-matching">
      <input
        type="checkbox"
        name="all"
        value="true"
        data-all-matching={String(count)}
        data-all-sum={matching > count ? "" : sum}
        autocomplete="off"
      />
      {`${which} that match, not only this page`}
    </label>
  );
}

/** The column of checkboxes. `attributes`: what public/list.js adds up. */
export function selectColumn<Row extends { id: string; number: string }>(
  attributes: (row: Row) => Record<string, string> = () => ({}),
): Column<Row> {
  return {
    label: "",
    hiddenLabel: "Select",
    cell: (row) => (
      <input
        type="checkbox"
        name="id"
        value={row.id}
        data-select-row
        autocomplete="off"
        aria-label={`Select ${row.number}`}
        {...attributes(row)}
      />
    ),
  };
}

/**
 * What a posted form means: the list's filters, the IDs, and whether there are so many that the person is asked first.
 */
export async function readSelection<Texts extends FilterTexts>(
  form: Form,
  {
    readTexts,
    listAll,
  }: {
    readTexts: (values: Record<string, string>) => Texts;
    /** All that match, if the person chose so. */
    listAll: (texts: Texts, limit: number) => Promise<string[]>;
  },
): Promise<{ texts: Texts; ids: string[]; mustAsk: boolean }> {
  const names = Object.keys(form.values).filter((name) => name.startsWith(FILTER_PREFIX));
  const texts = readTexts(
    Object.fromEntries(names.map((name) => [name.slice(FILTER_PREFIX.length), form.values[name] ?? ""])),
  );
  const ids = await idsOf(form, (limit) => listAll(texts, limit));
  return { texts, ids, mustAsk: ids.length > MAX_UNASKED && form.values["confirmed"] !== "true" };
}

/** The ones that the person confirmed, all that match, or the ticked rows. */
async function idsOf(form: Form, listAll: (limit: number) => Promise<string[]>): Promise<string[]> {
  if (form.values["ids"]) return form.values["ids"].split(",").slice(0, MAX_BULK_ITEMS);
  if (form.values["all"] === "true") return listAll(MAX_BULK_ITEMS);
  return form.all("id").slice(0, MAX_BULK_ITEMS);
}

export interface BulkQuestionProps {
  id: string;
  title: string;
  action: string;
  confirmLabel: string;
  /** The list that the person came from. */
  cancelHref: string;
  ids: string[];
  texts: FilterTexts;
  /** What the form's own fields said. */
  given?: Record<string, string>;
  /** What will happen. */
  children?: Child;
}

/**
 * Asks before acting on many. It is a page, because the selected rows may not all be on one page that could hold a
 * dialog.
 */
export function BulkQuestion({ ids, texts, given, children, ...question }: BulkQuestionProps) {
  return (
    <ConfirmPage {...question} hidden={{ confirmed: "true", ids: ids.join(","), ...given, ...asHidden(texts) }}>
      {children}
    </ConfirmPage>
  );
}

/** Only the filters that are set: a field that is missing means the same as an empty one. */
function asHidden(texts: FilterTexts): Record<string, string> {
  const set = Object.entries(texts).filter(([, value]) => value !== "");
  return Object.fromEntries(set.map(([name, value]) => [FILTER_PREFIX + name, value]));
}
