/**
 * The part of an instance's page for the events that its order system is told: address, events, secret, test and log.
 * Only markup. Its words must not repeat those of the webhook's card: programs and people find buttons by name.
 */
import type { Instance } from "../../instances/instance.ts";
import { maskedAddress } from "../../notifications/address.ts";
import { eventsOf } from "../../notifications/endpoints.ts";
import { INVOICE_EVENTS, type InvoiceEvent } from "../../notifications/event.ts";
import type { Endpoint, Notice } from "../../notifications/schema.ts";
import { CopyField } from "../../ui/copy-text.tsx";
import { Field } from "../../ui/field.tsx";
import { ReadOnlyUnless } from "../../ui/readonly.tsx";
import { SwitchField } from "../../ui/switch.tsx";
import type { FieldErrors } from "../parts/form.ts";
import { NoticeLog } from "../parts/notice-view.tsx";

/** What one answer alone shows. */
export interface EventsShown {
  values?: { address: string; events: readonly string[] };
  errors?: FieldErrors;
  /** Only where somebody asked to see it. */
  secret?: string;
}

export interface EventsProps {
  instance: Instance;
  /** Null where none was ever set. */
  endpoint: Endpoint | null;
  notices: Notice[];
  shown: EventsShown;
  mayConfigure: boolean;
  now: Date;
}

const EVENT_WORDS: Readonly<Record<InvoiceEvent, string>> = {
  "invoice.sent": "An invoice is in QuickBooks, with its ID there.",
  "invoice.failed": "An invoice was refused, with the error.",
};

/** Where the forms post to, and where the log reads itself from. */
export function eventsBase(instanceId: string): string {
  return `/settings/instances/${instanceId}/events`;
}

export function EventsCard(props: EventsProps) {
  const { instance, endpoint, notices, shown, mayConfigure, now } = props;
  const base = eventsBase(instance.id);
  return (
    <section class="card" id="events" aria-labelledby="events-title">
      <h2 id="events-title">Events to the order system</h2>
      <p class="muted">
        The order system can be told what became of its invoices. Every event is signed after the Standard Webhooks
        specification.
      </p>
      <EventsForm {...props} />
      {shown.secret && (
        <CopyField
          id="event-key"
          label="Event secret"
          value={shown.secret}
          hint="Give it to the order system, and keep it as you would a password."
        />
      )}
      {endpoint && mayConfigure && (
        <EventButtons base={base} endpoint={endpoint} hasSecret={shown.secret !== undefined} />
      )}
      {(endpoint?.url || notices.length > 0) && (
        <EventLog base={base} notices={notices} mayConfigure={mayConfigure} now={now} />
      )}
    </section>
  );
}

/** The log alone: also the fragment by which it reads itself anew. */
export function EventLog(props: { base: string; notices: Notice[]; mayConfigure: boolean; now: Date }) {
  return (
    <NoticeLog {...props} caption="Recent events" empty="No event was sent yet. What is sent stays here for 30 days." />
  );
}

function EventsForm({ instance, endpoint, shown, mayConfigure }: EventsProps) {
  const saved = endpoint
    ? { address: endpoint.url ?? "", events: eventsOf(endpoint) }
    : { address: "", events: [...INVOICE_EVENTS] };
  const values = shown.values ?? saved;
  return (
    <form method="post" action={eventsBase(instance.id)} novalidate>
      <ReadOnlyUnless isAllowed={mayConfigure} why="Only an admin can change this.">
        <div class="form">
          <Field
            name="address"
            label="Event address"
            value={mayConfigure ? values.address : maskedAddress(endpoint?.url ?? null)}
            error={shown.errors?.["address"]}
            hint="A public https address of the order system. Leave it empty to tell nothing."
            inputmode="url"
            maxlength={2000}
            spellcheck={false}
          />
          {INVOICE_EVENTS.map((event) => (
            <SwitchField
              id={`switch-${event.replace(".", "-")}`}
              name={event}
              label={event}
              hint={EVENT_WORDS[event]}
              isOn={values.events.includes(event)}
            />
          ))}
          <div class="card-actions">
            <button type="submit" class="button">
              Update events
            </button>
          </div>
        </div>
      </ReadOnlyUnless>
    </form>
  );
}

function EventButtons({ base, endpoint, hasSecret }: { base: string; endpoint: Endpoint; hasSecret: boolean }) {
  return (
    <div class="card-actions">
      {endpoint.url !== null && (
        <form method="post" action={`${base}/test`}>
          <button type="submit" class="button">
            Test this address
          </button>
        </form>
      )}
      {!hasSecret && (
        <form method="post" action={`${base}/reveal-secret`}>
          <button type="submit" class="button">
            Show event secret
          </button>
        </form>
      )}
      <form method="post" action={`${base}/rotate-secret`}>
        <button type="submit" class="button" aria-describedby="event-secret-hint">
          Replace event secret
        </button>
      </form>
      <p class="hint" id="event-secret-hint">
        For 24 hours after that events carry both signatures.
      </p>
    </div>
  );
}
