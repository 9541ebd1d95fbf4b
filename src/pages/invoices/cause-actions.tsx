/**
 * What can be done about a cause, for all its invoices at once: set what is missing, make active what is inactive, send
 * again, acknowledge; or where the fix is. Only markup.
 */
import type { CompanyNames } from "../../connections/company-lists.ts";
import { settingOf, type SettingField } from "../../connections/settings.ts";
import { readError } from "../../failures/push-error.ts";
import type { CauseGroup } from "../../invoicing/lists/attention.ts";
import { agree, formatNumber, plural } from "../../platform/words.ts";
import { ConfirmButton } from "../../ui/dialog.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { MAX_UNASKED } from "../parts/bulk-list.tsx";
import { canAcknowledge } from "./cause-words.ts";
import { causeText } from "./invoice-filter.ts";

/** Names offered for an account or a customer; the browser filters them as people type. */
const MAX_CHOICES = 300;

export interface CauseActionsProps {
  cause: CauseGroup;
  /** Unique on the page. */
  id: string;
  /** The settings that are missing, with their saved values, if the person may set them here. */
  settings: { field: SettingField; value: string }[];
  names: CompanyNames | null;
}

export function CauseActions({ cause, id, settings, names }: CauseActionsProps) {
  const fix = cause.kind === "failed" && cause.sample !== null ? readError(cause.sample)?.fix : null;
  const hidden = { cause: causeText(cause) };
  if (settings.length > 0) return <SettingsFix cause={cause} id={id} settings={settings} names={names} />;
  if (canAcknowledge(cause.kind))
    return (
      <Act
        cause={cause}
        id={id}
        label={agree(cause.count, "Acknowledge", `Acknowledge all ${formatNumber(cause.count)}`)}
        hidden={{ ...hidden, act: "acknowledge" }}
      />
    );
  const open = {
    href: `/invoices/${cause.sampleId}`,
    label: agree(cause.count, "Open the invoice", "Open one of them"),
  };
  if (cause.kind !== "failed") return <Links links={[open]} />;
  if (fix?.action === "reactivate")
    return (
      <Act
        cause={cause}
        id={id}
        isPrimary
        label={`Fix and ${sendWords(cause.count)}`}
        hidden={{ ...hidden, act: "reactivate" }}
      />
    );
  const links = fix?.href ? [{ href: fix.href, label: fix.label }] : fix?.action ? [open] : [];
  return (
    <div class="card-actions">
      {links.map(({ href, label }) => (
        <a class="button primary" href={href}>
          {label}
        </a>
      ))}
      <Act cause={cause} id={id} label={capital(sendWords(cause.count))} hidden={{ ...hidden, act: "send" }} />
    </div>
  );
}

function Links({ links }: { links: { href: string; label: string }[] }) {
  return (
    <div class="card-actions">
      {links.map(({ href, label }) => (
        <a class="button" href={href}>
          {label}
        </a>
      ))}
    </div>
  );
}

/** The missing settings themselves: saved and, with them, everything sent that lacked them. */
function SettingsFix({ cause, id, settings, names }: CauseActionsProps) {
  return (
    <form method="post" action="/invoices/attention" class="stack tight-stack">
      <input type="hidden" name="cause" value={causeText(cause)} />
      <input type="hidden" name="act" value="settings" />
      <div class="cause-fields">
        {settings.map(({ field, value }) => (
          <FixField id={id} field={field} value={value} names={names} />
        ))}
      </div>
      <div class="card-actions">
        <button type="submit" class="button primary">
          {`Fix and ${sendWords(cause.count)}`}
        </button>
      </div>
    </form>
  );
}

function FixField({
  id,
  field,
  value,
  names,
}: {
  id: string;
  field: SettingField;
  value: string;
  names: CompanyNames | null;
}) {
  const { label, control } = settingOf(field);
  const head = { name: field, label, value, required: true, idPrefix: id };
  switch (control.kind) {
    case "account":
      return <Field {...head} choices={names?.accounts.map(({ name }) => name).slice(0, MAX_CHOICES) ?? []} />;
    case "customer":
      return <Field {...head} choices={names?.customers.slice(0, MAX_CHOICES) ?? []} />;
    case "select":
      return <SelectField {...head} choices={control.choices} />;
    case "date":
      return <Field {...head} type="date" />;
    default:
      return <Field {...head} />;
  }
}

/** A button for a whole cause; for more than a few invoices it asks first. */
function Act({
  cause,
  id,
  label,
  hidden,
  isPrimary = false,
}: {
  cause: CauseGroup;
  id: string;
  label: string;
  hidden: Record<string, string>;
  isPrimary?: boolean;
}) {
  const look = isPrimary ? "button primary" : "button";
  if (cause.count > MAX_UNASKED) {
    return (
      <ConfirmButton
        id={`${id}-ask`}
        title={`${label}?`}
        openLabel={label}
        openClass={look}
        fallback="/invoices/attention/ask"
        action="/invoices/attention"
        confirmLabel={label}
        hidden={hidden}
      >
        <p>{actEffect(cause.count)}</p>
      </ConfirmButton>
    );
  }
  return (
    <form method="post" action="/invoices/attention">
      {Object.entries(hidden).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button type="submit" class={look}>
        {label}
      </button>
    </form>
  );
}

/** What the question says. */
export function actEffect(count: number): string {
  return `This is about ${plural(count, "invoice")}. Those whose cause is not fixed will fail again.`;
}

function sendWords(count: number): string {
  return count === 1 ? "send" : `send all ${formatNumber(count)}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
