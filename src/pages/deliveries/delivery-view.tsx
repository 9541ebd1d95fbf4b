/**
 * One delivery: what became of it, the faults where it was refused, and its body. Only markup.
 */
import { faultsOf, type StoredDelivery } from "../../inbox/deliveries.ts";
import type { Instance } from "../../instances/instance.ts";
import { indented } from "../../platform/exact-json.ts";
import { HISTORY_KEPT_DAYS } from "../../platform/limits.ts";
import { CopyBlock } from "../../ui/copy-text.tsx";
import { Facts } from "../../ui/facts.tsx";
import { Instant } from "../../ui/time.tsx";
import { SupportDetails } from "../parts/support-details.tsx";
import { effectWords, eventWords, settledWords } from "./delivery-words.ts";

export interface DeliveryViewProps {
  delivery: StoredDelivery;
  instance: Instance | null;
  /** Number of the order that it is about, if we have that order. */
  orderNumber: string | null;
  isBodyKept: boolean;
  supportUrl: string | null;
  now: Date;
}

/** Why it was refused, and what to do. */
export function RefusalCard({ delivery, instance, supportUrl }: DeliveryViewProps) {
  if (delivery.outcome === "accepted") return null;
  const faults = faultsOf(delivery);
  const settled = settledWords(delivery);
  return (
    <section class={`notice ${settled === null ? "notice-bad" : "notice-note"}`} aria-labelledby="refusal-title">
      <h2 id="refusal-title">
        {settled === null ? "Refused: nothing of it was stored" : `Refused, then: ${settled.toLowerCase()}`}
      </h2>
      <ul>
        {faults.map(({ path, message }) => (
          <li>
            {path && <code>{path}</code>} {message}
          </li>
        ))}
      </ul>
      {settled === null && (
        <p>
          <b>What to do: </b>
          Have this corrected in the order system and sent again; once it is accepted, this refusal is settled. If the
          order is not needed, set the delivery aside.
        </p>
      )}
      <SupportDetails
        id="support-details"
        supportUrl={supportUrl}
        facts={[
          ["Delivery", delivery.id],
          ["Instance", instance?.name ?? delivery.instanceId],
          ["webhook-id", delivery.webhookId],
          ["Event", eventWords(delivery.type)],
          ["Received", delivery.receivedAt],
          ["Response", `HTTP ${delivery.httpStatus}`],
          ...faults.map(({ path, message }) => ["Fault", `${path} ${message}`.trim()] as const),
        ]}
      />
    </section>
  );
}

export function DeliveryFacts({ delivery, instance, orderNumber, now }: DeliveryViewProps) {
  const { orderId, invoiceId, settledAt } = delivery;
  return (
    <section class="card" aria-labelledby="facts-title">
      <h2 id="facts-title">Details</h2>
      <Facts
        rows={[
          [
            "Instance",
            instance && instance.removedAt === null ? (
              <a href={`/settings/instances/${instance.id}`}>{instance.name}</a>
            ) : (
              (instance?.name ?? "removed")
            ),
          ],
          ["Event", <code>{delivery.type ?? "unreadable"}</code>],
          ["Received", <Instant at={delivery.receivedAt} now={now} />],
          ...(delivery.eventAt === null ? [] : [row("Time of the event", <Instant at={delivery.eventAt} />)]),
          ["webhook-id", <span class="code break">{delivery.webhookId}</span>],
          ["Response", `HTTP ${delivery.httpStatus}`],
          ...(delivery.effect === null ? [] : [row("What it did", effectWords(delivery.effect))]),
          ...(orderId === null ? [] : [row("Order", <a href={`/orders/${orderId}`}>{orderNumber ?? "Open order"}</a>)]),
          ...(invoiceId === null ? [] : [row("Invoice", <a href={`/invoices/${invoiceId}`}>Open invoice</a>)]),
          ...(settledAt === null ? [] : [row("Settled", <Instant at={settledAt} now={now} />)]),
        ]}
      />
    </section>
  );
}

type FactRow = Parameters<typeof Facts>[0]["rows"][number];

function row(label: string, value: FactRow[1]): FactRow {
  return [label, value];
}

export function DeliveryBody({ delivery, isBodyKept }: DeliveryViewProps) {
  return (
    <section class="card" aria-labelledby="body-title">
      <h2 id="body-title">Body</h2>
      {isBodyKept ? (
        <CopyBlock id="delivery-body" label="As it was received, with line breaks" value={readable(delivery.body)} />
      ) : (
        <p class="muted">{`Bodies are kept for ${HISTORY_KEPT_DAYS} days; this one was deleted. What it led to is unchanged.`}</p>
      )}
    </section>
  );
}

/** A body that is not JSON is shown as it is. */
function readable(body: string): string {
  try {
    return indented(body);
  } catch {
    return body;
  }
}
