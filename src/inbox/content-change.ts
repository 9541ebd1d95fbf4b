/**
 * What a newer event does to an invoice that we have, for each of its states. Pure: returns the columns to write. Never
 * voids and never revives anything: a voided invoice stays voided (docs/contract.md, section 4).
 */
import { isSameContent } from "../invoices/invoice.ts";
import { errorText } from "../failures/push-error.ts";
import { formatMinor } from "../platform/money.ts";
import { type InvoiceContent, contentColumns, readContent } from "../invoices/invoice.ts";
import { CHANGED_AFTER_SENDING, CREATED_AFTER_VOID } from "../documents/warnings.ts";
import type { AutoAdmission } from "../pushes/admission.ts";
import type { InvoiceRow } from "../invoicing/invoice-row.ts";
import { rememberedWish, transition } from "../pushes/states.ts";
import { readWarnings, withWarning } from "../failures/warning.ts";

/** The longest warning; older changes are cut off first. */
const MAX_WARNING_CHARACTERS = 1000;
const MAX_NAME_IN_WARNING_CHARACTERS = 80;

export type ContentEffect = "updated" | "unchanged" | "stays_voided";

export interface ContentChange {
  /** Columns to write; `updatedAt` and `rowVersion` are the writer's. */
  patch: Partial<InvoiceRow>;
  effect: ContentEffect;
  /** True if this change queues it: the consumer has to be woken. */
  isQueued: boolean;
}

/**
 * Applies an event that is not older than what we have. `admission` is that of the connection the invoice goes to; for
 * an invoice that is in QuickBooks, the one that has it. If the order changed too, its columns are the caller's
 * business.
 */
export function applyContent(
  row: InvoiceRow,
  received: { content: InvoiceContent; eventAt: string },
  admission: AutoAdmission,
  now: Date,
): ContentChange {
  if (row.state === "voided" || row.operation === "void" || rememberedWish(row) === "void")
    return stayVoided(row, received);
  if (isSameContent(readContent(row.body), received.content))
    return { patch: { eventAt: received.eventAt }, effect: "unchanged", isQueued: false };
  const columns = contentColumns(received.content);
  const patch = { ...columns, eventAt: received.eventAt, contentVersion: row.contentVersion + 1 };
  // A number that a person chose replaced the old one only; a new number from the order system wins.
  const numbering = columns.number === row.number ? {} : { docNumber: null };
  const next =
    row.operation === "create"
      ? changeOfCreate(row, received.content, admission, now)
      : changeOfUpdate(row, received.content, admission, now);
  return { patch: { ...patch, ...numbering, ...next }, effect: "updated", isQueued: next.state === "queued" };
}

function stayVoided(row: InvoiceRow, received: { content: InvoiceContent; eventAt: string }): ContentChange {
  const message =
    row.state === "voided"
      ? "The order system sent this invoice again after it was voided. It stays voided; a new invoice needs a new ID."
      : "The order system sent this invoice again while its void is under way. The void continues; a new invoice needs a new ID.";
  const warnings = withWarning(row.warnings, { code: CREATED_AFTER_VOID, message });
  return { patch: { eventAt: received.eventAt, warnings }, effect: "stays_voided", isQueued: false };
}

/** The invoice is not in QuickBooks yet, or has just got there. */
function changeOfCreate(
  row: InvoiceRow,
  content: InvoiceContent,
  admission: AutoAdmission,
  now: Date,
): Partial<InvoiceRow> {
  switch (row.state) {
    case "not_sent":
    case "queued":
    case "held":
    case "sending":
    case "unknown":
    case "voided":
      // Content only. When a push under way ends, it notices that the content is newer than what it froze.
      return {};
    case "failed":
      // The order system fixed it; with auto push, nobody has to press a button.
      return admission.state === "not_sent" ? {} : { ...restart(row, admission, now), requestedAt: now.toISOString() };
    case "sent":
      return changeOfSent(row, content, admission, now);
  }
}

/** QuickBooks has the invoice, and an update of it waits, failed or is under way. */
function changeOfUpdate(
  row: InvoiceRow,
  content: InvoiceContent,
  admission: AutoAdmission,
  now: Date,
): Partial<InvoiceRow> {
  const warnings = warnOfChange(row, content);
  switch (row.state) {
    case "queued":
    case "held":
    case "sending":
    case "unknown":
    case "voided":
      return { warnings };
    case "not_sent":
    case "failed":
      return admission.state === "not_sent" ? { warnings } : { ...restart(row, admission, now), warnings };
    case "sent":
      return changeOfSent(row, content, admission, now);
  }
}

/** From here on the invoice differs from QuickBooks; the warning says so until an update is accepted. */
function changeOfSent(
  row: InvoiceRow,
  content: InvoiceContent,
  admission: AutoAdmission,
  now: Date,
): Partial<InvoiceRow> {
  const delivery = transition(row, { operation: "update", state: admission.state });
  return { ...restart(row, admission, now), ...delivery, warnings: warnOfChange(row, content) };
}

/** Restarts a delivery: due now, waiting with the reason, or waiting for a person. */
function restart(row: InvoiceRow, admission: AutoAdmission, now: Date): Partial<InvoiceRow> {
  const counters = { openClaims: 0, unansweredCount: 0, retryCount: 0 };
  if (admission.state === "queued") return { ...counters, state: "queued", dueAt: now.toISOString() };
  const error = admission.error === null ? row.error : errorText(admission.error, now);
  return { ...counters, state: admission.state, dueAt: null, error };
}

function warnOfChange(row: InvoiceRow, content: InvoiceContent): string {
  const earlier = readWarnings(row.warnings).find(({ code }) => code === CHANGED_AFTER_SENDING)?.message;
  const change = `${describeChange(readContent(row.body), content)}.`;
  const message = earlier
    ? `${earlier} Then ${change}`
    : `The order system changed this invoice after it was sent: ${change}`;
  const tail = Array.from(message).slice(-MAX_WARNING_CHARACTERS).join("");
  return withWarning(row.warnings, { code: CHANGED_AFTER_SENDING, message: tail });
}

/** Lists what changed, amounts with their currency: "the total from 10.00 to 12.00 USD, the lines". */
export function describeChange(before: InvoiceContent, after: InvoiceContent): string {
  const parts: string[] = [];
  const name = (label: string, from: string | null, to: string | null): void => {
    if (from !== to) parts.push(`the ${label} from ${short(from)} to ${short(to)}`);
  };
  name("number", before.number, after.number);
  name("total", totalOf(before), totalOf(after));
  name("date", before.date, after.date);
  name("due date", before.dueDate, after.dueDate);
  name("customer", before.order.customer.name, after.order.customer.name);
  name("order", before.order.number, after.order.number);
  if (!isSame(before.order.lines, after.order.lines)) parts.push("the lines");
  if (!isSame(amountsOf(before), amountsOf(after))) parts.push("discount, shipping or tax");
  if (!isSame(addressesOf(before), addressesOf(after))) parts.push("the addresses");
  return parts.length > 0 ? parts.join(", ") : "details such as the contact, the shipping method or the memo";
}

function totalOf({ order }: InvoiceContent): string {
  return `${formatMinor(order.totalMinor, order.currency)} ${order.currency}`;
}

function amountsOf({ order }: InvoiceContent): unknown {
  const { shippingTaxMinor, shippingTaxRate, pricesIncludeTax } = order;
  return [
    order.discountMinor,
    order.shippingMinor,
    order.taxMinor,
    shippingTaxMinor,
    shippingTaxRate,
    pricesIncludeTax,
  ];
}

function addressesOf({ order }: InvoiceContent): unknown {
  return [order.billingAddress, order.shippingAddress];
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function short(text: string | null): string {
  if (text === null) return "none";
  const characters = Array.from(text);
  return characters.length <= MAX_NAME_IN_WARNING_CHARACTERS
    ? text
    : `${characters.slice(0, MAX_NAME_IN_WARNING_CHARACTERS).join("")}…`;
}
