/**
 * The card on an instance's page for the events sent to its order system: address, events, secret, test and log. Only
 * markup. Its words must differ from those of the webhook's card: programs and people find buttons by name.
 */
import type { Instance } from "../../instances/instance.ts";
import { maskedAddress } from "../../notifications/address.ts";
import { eventsOf } from "../../notifications/endpoints.ts";
import { INVOICE_EVENTS, type InvoiceEvent } from "../../notifications/event.ts";
import type { Endpoint, Notification } from "../../notifications/schema.ts";
import { NoticeLog } from "../parts/notice-view.tsx";
import type { EndpointShown } from "../parts/webhook-endpoint-routes.ts";
import { EndpointForm, EndpointSecret } from "../parts/webhook-endpoint.tsx";

export interface EventsProps {
  instance: Instance;
  /** Null if none was ever set. */
  endpoint: Endpoint | null;
  notices: Notification[];
  shown: EndpointShown;
  mayConfigure: boolean;
  now: Date;
}

const EVENT_WORDS: Readonly<Record<InvoiceEvent, string>> = {
  "invoice.sent": "An invoice is in QuickBooks, with its ID there.",
  "invoice.failed": "An invoice was refused, with the error.",
  "invoice.paid": "An invoice is paid in full in QuickBooks, with the date.",
};

/** Where the forms post to, and where the log reloads from. */
export function eventsBase(instanceId: string): string {
  return `/settings/instances/${instanceId}/events`;
}

export function EventsCard({ instance, endpoint, notices, shown, mayConfigure, now }: EventsProps) {
  const base = eventsBase(instance.id);
  const address = mayConfigure ? (endpoint?.url ?? "") : (maskedAddress(endpoint?.url ?? null) ?? "");
  const events = endpoint ? eventsOf(endpoint) : [...INVOICE_EVENTS];
  return (
    <section class="card" id="events" aria-labelledby="events-title">
      <h2 id="events-title">Events to the order system</h2>
      <p class="muted">
        The order system can be notified when its invoices are sent or fail. Every event is signed according to the
        Standard Webhooks specification.
      </p>
      <EndpointForm
        action={base}
        values={shown.values ?? { address, events }}
        errors={shown.errors ?? {}}
        address={{
          label: "Event address",
          hint: "A public https address of the order system. Leave it empty to send no events.",
        }}
        events={INVOICE_EVENTS.map((name) => ({ name, label: name, hint: EVENT_WORDS[name] }))}
        save={{ label: "Update events" }}
        mayConfigure={mayConfigure}
      />
      <EndpointSecret
        id="event-key"
        base={base}
        secret={shown.secret ?? null}
        words={{
          label: "Event secret",
          hint: "Give it to the order system, and protect it like a password.",
          reveal: "Show event secret",
          rotate: "Replace event secret",
          rotateHint: "For 24 hours after that, events carry both signatures.",
        }}
        before={endpoint?.url ? [{ path: "test", label: "Test this address" }] : []}
        mayConfigure={endpoint !== null && mayConfigure}
      />
      {(endpoint?.url || notices.length > 0) && (
        <EventLog base={base} notices={notices} mayConfigure={mayConfigure} now={now} />
      )}
    </section>
  );
}

/** The log alone; also the fragment that it reloads. */
export function EventLog(props: { base: string; notices: Notification[]; mayConfigure: boolean; now: Date }) {
  return (
    <NoticeLog
      {...props}
      caption="Recent events"
      empty="No events have been sent yet. They stay listed here for 30 days."
    />
  );
}
