/**
 * The form of an instance, and its webhook's card. Only markup: it reads nothing and decides nothing.
 */
import type { Connection } from "../../connections/connection.ts";
import { type Instance, webhookUrl } from "../../instances/instance.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field, SelectField } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { EndpointSecret } from "../parts/webhook-endpoint.tsx";

export interface InstanceFormProps {
  /** What the form posts to. */
  action: string;
  submitLabel: string;
  values: { name: string; connection_id: string; enabled: boolean; auto_invoice: boolean };
  errors: FieldErrors;
  connections: Connection[];
  /** Only admins may save. */
  mayConfigure: boolean;
}

export function InstanceForm({ action, submitLabel, values, errors, connections, mayConfigure }: InstanceFormProps) {
  return (
    <form method="post" action={action} class="card" novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why="Only an admin can change this.">
        <div class="form">
          <Field
            name="name"
            label="Name"
            value={values.name}
            error={errors["name"]}
            hint="The name your team uses."
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
            hint="Off: nothing from this instance is sent to QuickBooks."
            error={errors["enabled"]}
          />
          <SwitchField
            id="switch-auto-invoice"
            name="auto_invoice"
            label="Auto invoice"
            isOn={values.auto_invoice}
            hint="On: invoices are sent as they arrive, if the connection's Auto invoice is on too."
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
  /** The signing secret, only if somebody asked to see it. */
  secret: string | null;
  /** Only admins may see, rotate and test it. */
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
        after={[{ path: "test-event", label: "Send test event" }]}
        mayConfigure={mayConfigure}
      />
    </section>
  );
}
