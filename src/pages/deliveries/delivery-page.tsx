/**
 * One delivery; replaying it, and setting it aside where it was refused.
 */
import { type Context, Hono } from "hono";
import { replayDelivery, setDeliveryAside } from "../../actions/settle-delivery.ts";
import type { AppEnv } from "../../app-context.ts";
import { findDelivery, isBodyKept, type StoredDelivery } from "../../inbox/deliveries.ts";
import { findInstance } from "../../instances/store.ts";
import { numbersOf } from "../../orders/store.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { may, needs } from "../../people/route-access.ts";
import { PageHead } from "../../ui/layout.tsx";
import { type Flash, redirectWith } from "../parts/flash.ts";
import { backWith, missing, statusOf } from "../parts/refusal.ts";
import { showPage } from "../parts/shell.tsx";
import { OutcomeBadge } from "./deliveries-view.tsx";
import { DeliveryBody, DeliveryFacts, RefusalCard } from "./delivery-view.tsx";
import { eventWords, receiptWords, settledWords } from "./delivery-words.ts";

const HERE = "/deliveries/:id";

export const deliveryPage = new Hono<AppEnv>();

deliveryPage.get(HERE, needs("read"), async (c) => show(c, await subject(c)));

deliveryPage.post(`${HERE}/replay`, needs("invoice"), async (c) => {
  const delivery = await subject(c);
  const replayed = await replayDelivery(actionContextOf(c), delivery.id);
  if (!replayed.ok)
    return show(c, delivery, { notice: { tone: "bad", text: replayed.message }, status: statusOf(replayed) });
  return redirectWith(c, `/deliveries/${delivery.id}`, receiptWords(replayed.receipt));
});

deliveryPage.post(`${HERE}/set-aside`, needs("invoice"), async (c) => {
  const path = `/deliveries/${c.req.param("id")}`;
  const done = await setDeliveryAside(actionContextOf(c), c.req.param("id"));
  if (!done.ok) return backWith(c, path, done);
  return redirectWith(c, path, { tone: "good", text: "The delivery is set aside and no longer needs attention." });
});

async function subject(c: Context<AppEnv>): Promise<StoredDelivery> {
  const delivery = await findDelivery(c.get("db"), c.req.param("id") ?? "");
  if (!delivery) throw missing("There is no such delivery. Settled refusals are kept only for a while.");
  return delivery;
}

async function show(
  c: Context<AppEnv>,
  delivery: StoredDelivery,
  { notice = null, status = 200 }: { notice?: Flash | null; status?: 200 | 404 | 409 | 422 | 503 } = {},
): Promise<Response> {
  const db = c.get("db");
  const now = c.get("now");
  const { orderId } = delivery;
  const [instance, numbers] = await Promise.all([
    findInstance(db, delivery.instanceId),
    orderId === null ? new Map<string, string>() : numbersOf(db, [orderId]),
  ]);
  const orderNumber = (orderId === null ? null : numbers.get(orderId)) ?? delivery.number;
  const isKept = isBodyKept(delivery, now);
  const props = { delivery, instance, orderNumber, isBodyKept: isKept, supportUrl: c.get("config").supportUrl, now };
  const title = [eventWords(delivery.type), orderNumber].filter(Boolean).join(" ");
  const body = (
    <>
      <PageHead
        title={title}
        crumbs={{ href: "/deliveries", label: "Deliveries" }}
        lead={
          <>
            <OutcomeBadge row={delivery} /> {settledWords(delivery)}
          </>
        }
      >
        {may(c, "invoice") && <DeliveryActions delivery={delivery} canReplay={isKept} />}
      </PageHead>
      <RefusalCard {...props} />
      <DeliveryFacts {...props} />
      <DeliveryBody {...props} />
    </>
  );
  return showPage(c, { title, body, status, notice });
}

function DeliveryActions({ delivery, canReplay }: { delivery: StoredDelivery; canReplay: boolean }) {
  const isOpen = delivery.outcome === "rejected" && delivery.settledAt === null;
  return (
    <>
      {isOpen && (
        <form method="post" action={`/deliveries/${delivery.id}/set-aside`}>
          <button type="submit" class="button">
            Set aside
          </button>
        </form>
      )}
      {canReplay && (
        <form method="post" action={`/deliveries/${delivery.id}/replay`}>
          <button type="submit" class={isOpen ? "button primary" : "button"}>
            Replay
          </button>
        </form>
      )}
    </>
  );
}
