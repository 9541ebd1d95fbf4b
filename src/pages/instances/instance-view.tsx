/**
 * What people set on an instance, and its webhook's card. Only markup: it reads nothing and decides nothing.
 */
import type { Child } from "hono/jsx";
import type { Connection } from "../../connections/connection.ts";
import { type Instance, MAX_INSTANCE_NAME_CHARACTERS, webhookUrl } from "../../instances/instance.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { EndpointSecret } from "../parts/webhook-endpoint.tsx";
import { AUTO_HINT, ENABLE_HINT, INSTANCE_SWITCHES } from "./instance-switches.tsx";

const ADMIN_ONLY = "Only an admin can change this.";

export interface FieldsProps {
  values: { name: string; connection_id: string };
  errors: FieldErrors;
  connections: Connection[];
}

/** Name and connection, the fields that Save saves. */
function InstanceFields({ values, errors, connections }: FieldsProps) {
  return (
    <>
      <Field
        name="name"
        label="Name"
        value={values.name}
        error={errors["name"]}
        hint="The name your team uses."
        maxlength={MAX_INSTANCE_NAME_CHARACTERS}
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
    </>
  );
}

export interface NewInstanceFormProps extends FieldsProps {
  action: string;
  values: { name: string; connection_id: string; enabled: boolean; auto_invoice: boolean };
}

/** A new instance: its switches are fields, since there is nothing yet that they could act on. */
export function NewInstanceForm({ action, values, errors, connections }: NewInstanceFormProps) {
  const { enabled, auto_invoice: autoInvoice } = INSTANCE_SWITCHES;
  return (
    <form method="post" action={action} class="card" novalidate>
      <div class="form">
        <InstanceFields values={values} errors={errors} connections={connections} />
        <SwitchField {...enabled} name="enabled" isOn={values.enabled} hint={ENABLE_HINT} error={errors["enabled"]} />
        <SwitchField
          {...autoInvoice}
          name="auto_invoice"
          isOn={values.auto_invoice}
          hint={AUTO_HINT}
          error={errors["auto_invoice"]}
        />
        <div class="card-actions">
          <button type="submit" class="button primary">
            Save
          </button>
        </div>
      </div>
    </form>
  );
}

/** An instance that is there: the form with its fields, and between them and Save the switches, which act at once. */
export function InstanceCard({
  action,
  mayConfigure,
  children,
  ...fields
}: FieldsProps & { action: string; mayConfigure: boolean; children?: Child }) {
  return (
    <section class="card" aria-label="Settings">
      <div class="form">
        <form method="post" action={action} id="instance-form" class="stack" novalidate>
          <ReadOnlyUnless isAllowed={mayConfigure} why={ADMIN_ONLY}>
            <InstanceFields {...fields} />
          </ReadOnlyUnless>
        </form>
        {children}
        {mayConfigure && (
          <div class="card-actions">
            <button type="submit" form="instance-form" class="button primary" aria-describedby="save-hint">
              Save
            </button>
            <p class="hint" id="save-hint">
              Saves name and connection. The switches act at once.
            </p>
          </div>
        )}
      </div>
    </section>
  );
}

function connectionLabel(connection: Connection): string {
  if (connection.state === "connected") return connection.companyName;
  return `${connection.companyName} (${connection.state === "disconnected" ? "disconnected" : "reconnect needed"})`;
}

export interface WebhookCardProps {
  instance: Instance;
  appOrigin: string;
  /** The signing secret, only if somebody asked to see it. */
  secret: string | null;
  /** Only admins may see and rotate it. */
  mayConfigure: boolean;
}

export function WebhookCard({ instance, appOrigin, secret, mayConfigure }: WebhookCardProps) {
  return (
    <section class="card" id="webhook" aria-labelledby="webhook-title">
      <h2 id="webhook-title">Webhook</h2>
      <CopyField
        id="webhook-url"
        label="Webhook URL"
        value={webhookUrl(appOrigin, instance.id)}
        hint="The order system posts its events here, signed according to the Standard Webhooks specification."
      />
      <EndpointSecret
        id="signing-secret"
        base={`/settings/instances/${instance.id}`}
        secret={secret}
        words={{
          label: "Signing secret",
          hint: "Protect it like a password.",
          reveal: "Reveal secret",
          rotate: "Rotate secret",
          rotateHint: "After a rotation, the old secret stays valid for 24 hours.",
        }}
        mayConfigure={mayConfigure}
      />
    </section>
  );
}
