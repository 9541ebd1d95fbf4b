/**
 * What the pages of instances show: the form, the address and secret of the webhook, recent deliveries, a ready sample.
 * Only markup: it reads nothing and decides nothing.
 */
import { calendarDate } from "../../platform/calendar-date.ts";
import type { Connection } from "../../connections/connection.ts";
import { type DeliveryRow, isBodyKept } from "../../inbox/deliveries.ts";
import { type Instance, webhookUrl } from "../../instances/instance.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";
import type { FieldError } from "../../platform/problem.ts";
import { Badge } from "../../ui/badge.tsx";
import { CopyBlock, CopyField } from "../../ui/copy-text.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import { Table } from "../../ui/table.tsx";
import { Instant } from "../../ui/time.tsx";
import type { FieldErrors } from "../parts/form.ts";

export interface InstanceFormProps {
  /** What the form posts to. */
  action: string;
  submitLabel: string;
  values: { name: string; connection_id: string; enabled: boolean; auto_invoice: boolean };
  errors: FieldErrors;
  connections: Connection[];
  /** Only admins may save. */
  isAdmin: boolean;
}

export function InstanceForm({ action, submitLabel, values, errors, connections, isAdmin }: InstanceFormProps) {
  return (
    <form method="post" action={action} class="card" novalidate>
      <ReadOnlyUnless isAllowed={isAdmin} why="Only an admin can change this.">
        <div class="form">
          <Field
            name="name"
            label="Name"
            value={values.name}
            error={errors["name"]}
            hint="As your people call this order system."
            maxlength={100}
            required
          />
          <h2>QuickBooks Online Integration</h2>
          <SelectField
            name="connection_id"
            label="QuickBooks connection"
            value={values.connection_id}
            error={errors["connection_id"]}
            hint={
              connections.length === 0 ? (
                <>
                  No company is connected yet. <a href="/settings/quickbooks">Connect to QuickBooks</a> first.
                </>
              ) : (
                "The company that this instance's invoices go to."
              )
            }
            choices={[
              { value: "", label: "None" },
              ...connections.map((connection) => ({ value: connection.id, label: connectionLabel(connection) })),
            ]}
          />
          <SwitchField
            id="switch-enabled"
            name="enabled"
            label="Enable"
            isOn={values.enabled}
            hint="Off: nothing of this instance is sent to QuickBooks."
            error={errors["enabled"]}
          />
          <SwitchField
            id="switch-auto-invoice"
            name="auto_invoice"
            label="Auto invoice"
            isOn={values.auto_invoice}
            hint="On: invoices are sent as they arrive, if Auto invoice of the connection is on too."
            error={errors["auto_invoice"]}
          />
          <div class="card-actions">
            <button type="submit" class="button primary">
              {submitLabel}
            </button>
          </div>
        </div>
      </ReadOnlyUnless>
    </form>
  );
}

function connectionLabel(connection: Connection): string {
  if (connection.state === "connected") return connection.companyName;
  return `${connection.companyName} (${connection.state === "disconnected" ? "disconnected" : "reconnect needed"})`;
}

export interface WebhookCardProps {
  instance: Instance;
  appOrigin: string;
  /** The signing secret, only where somebody asked to see it. */
  secret: string | null;
  /** Only admins may see, rotate and test. */
  isAdmin: boolean;
}

export function WebhookCard({ instance, appOrigin, secret, isAdmin }: WebhookCardProps) {
  const base = `/settings/instances/${instance.id}`;
  return (
    <section class="card" id="webhook" aria-labelledby="webhook-title">
      <h2 id="webhook-title">Webhook</h2>
      <CopyField
        id="webhook-url"
        label="Webhook URL"
        value={webhookUrl(appOrigin, instance.id)}
        hint="The order system posts its events here, signed after the Standard Webhooks specification."
      />
      {secret && (
        <CopyField id="signing-secret" label="Signing secret" value={secret} hint="Keep it as you would a password." />
      )}
      {isAdmin && (
        <div class="card-actions">
          {!secret && (
            <form method="post" action={`${base}/reveal-secret`}>
              <button type="submit" class="button">
                Reveal secret
              </button>
            </form>
          )}
          <form method="post" action={`${base}/rotate-secret`}>
            <button type="submit" class="button" aria-describedby="rotate-hint">
              Rotate secret
            </button>
          </form>
          <form method="post" action={`${base}/test-event`}>
            <button type="submit" class="button">
              Send test event
            </button>
          </form>
        </div>
      )}
      {isAdmin && (
        <p class="hint" id="rotate-hint">
          After a rotation the old secret stays valid for 24 hours.
        </p>
      )}
    </section>
  );
}

export interface SampleProps {
  instance: Instance;
  appOrigin: string;
  secret: string | null;
  /** The home currency of the company that it goes to. */
  currency: string;
  now: Date;
}

/** A command that signs and sends one invoice. */
export function SampleCard({ instance, appOrigin, secret, currency, now }: SampleProps) {
  return (
    <section class="card" aria-labelledby="sample-title">
      <h2 id="sample-title">Sample</h2>
      <p class="muted">
        Paste this into a shell with <code>openssl</code> and <code>curl</code>. It signs one invoice and sends it.
        {secret ? "" : " Reveal the secret first, and it is filled in here."}
      </p>
      <CopyBlock
        id="sample"
        label="curl sample"
        value={curlSample(webhookUrl(appOrigin, instance.id), secret, currency, now)}
      />
    </section>
  );
}

/** The sample as text; every run is another invoice, since its number comes from the clock. */
export function curlSample(url: string, secret: string | null, currency: string, now: Date): string {
  const date = calendarDate(now);
  return `SECRET='${secret ?? "whsec_..."}'
URL='${url}'
NOW=$(date +%s); ID="msg_$NOW"; STAMP=$(date -u +%Y-%m-%dT%H:%M:%SZ)
BODY='{"type":"invoice.created","timestamp":"'$STAMP'","data":{"id":"sample-'$NOW'","number":"S-'$NOW'","date":"${date}",
"order":{"id":"sample-order-'$NOW'","number":"S-'$NOW'","currency":"${currency}","customer":{"id":"sample-buyer","name":"Sample Buyer"},
"lines":[{"sku":"SAMPLE-1","name":"Sample product","quantity":"2","unit_price":"12.50","taxable":false}],"total":"25.00"}}}'
KEY=$(printf %s "\${SECRET#whsec_}" | openssl base64 -d -A | od -An -v -tx1 | tr -d ' \\n')
SIG=$(printf %s "$ID.$NOW.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:"$KEY" -binary | openssl base64 -A)
curl -sS "$URL" -H 'content-type: application/json' -H "webhook-id: $ID" -H "webhook-timestamp: $NOW" \\
  -H "webhook-signature: v1,$SIG" --data-binary "$BODY"
`;
}

/** One delivery as the page lists it: its faults read. */
export type DeliveryView = Omit<DeliveryRow, "errors"> & { errors: FieldError[] };

export function Deliveries({
  instance,
  rows,
  now,
  mayReplay,
}: {
  instance: Instance;
  rows: DeliveryView[];
  now: Date;
  mayReplay: boolean;
}) {
  return (
    <section class="card" aria-labelledby="deliveries-title" id="deliveries">
      <h2 id="deliveries-title">Recent deliveries</h2>
      {rows.length === 0 ? (
        <p class="muted">
          Nothing has arrived yet. Send the sample above, or point your order system at the webhook URL.
        </p>
      ) : (
        <Table
          caption="Recent deliveries"
          rows={rows}
          columns={[
            {
              label: "Event",
              isTitle: true,
              isLong: true,
              cell: (row) => (
                <>
                  {row.type ?? "unreadable"}
                  <br />
                  <span class="muted small">{row.webhookId}</span>
                </>
              ),
            },
            { label: "Received", isTight: true, cell: (row) => <Instant at={row.receivedAt} now={now} /> },
            { label: "Outcome", cell: (row) => <DeliveryOutcome row={row} /> },
            {
              label: "Invoice",
              isTight: true,
              cell: (row) => (row.invoiceId ? <a href={`/invoices/${row.invoiceId}`}>Open invoice</a> : ""),
            },
            ...(mayReplay
              ? [
                  {
                    label: "",
                    hiddenLabel: "Actions",
                    isTight: true,
                    cell: (row: DeliveryView) =>
                      isBodyKept(row, now) ? (
                        <form method="post" action={`/settings/instances/${instance.id}/deliveries/${row.id}/replay`}>
                          <button type="submit" class="button small" aria-label={`Replay ${row.webhookId}`}>
                            Replay
                          </button>
                        </form>
                      ) : (
                        <span class="muted small">{`Older than ${HISTORY_KEPT_DAYS} days: its body is no longer kept`}</span>
                      ),
                  },
                ]
              : []),
          ]}
        />
      )}
    </section>
  );
}

function DeliveryOutcome({ row }: { row: DeliveryView }) {
  return (
    <>
      <Badge
        tone={row.outcome === "accepted" ? "good" : "bad"}
        label={row.outcome === "accepted" ? "Accepted" : "Rejected"}
      />{" "}
      <span class="muted small">{`${row.httpStatus}${row.effect ? ` · ${row.effect}` : ""}`}</span>
      {row.errors.length > 0 && (
        <ul class="small">
          {row.errors.map((error) => (
            <li>
              <code>{error.path}</code> {error.message}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
