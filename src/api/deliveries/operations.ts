/**
 * `/deliveries`: what order systems sent, and what became of it. Only webhooks add to it.
 */
import { conflict } from "../../actions/result.ts";
import { replayDelivery } from "../../actions/settle-delivery.ts";
import { faultsOf, findDelivery, isBodyKept } from "../../inbox/deliveries.ts";
import { type DeliveryRow, listDeliveries } from "../../inbox/list-deliveries.ts";
import type { Receipt } from "../../inbox/receive.ts";
import { actionContextOf } from "../../people/action-context.ts";
import { operation } from "../operation.ts";
import { notFoundProblem, problemOf } from "../read-request.ts";
import { deliveryQuery } from "./requests.ts";
import { deliveryPage, deliverySchema, replaySchema } from "./responses.ts";

const tag = "Deliveries";

const list = operation({
  method: "get",
  path: "/deliveries",
  tag,
  operationId: "listDeliveries",
  summary: "List deliveries",
  details:
    "Newest first. `unsettled` deliveries were refused and nobody has dealt with them yet. `from` and `to` are calendar dates (UTC), both inclusive.",
  right: "read",
  query: deliveryQuery,
  response: { status: 200, description: "A page of deliveries.", schema: deliveryPage },
  problems: [],
  handle: async (c, { query }) => {
    const { outcome, instance_id, from, to, q, limit, after } = query;
    const filter = { outcome, instanceId: instance_id, from, to, q };
    const { rows, next } = await listDeliveries(c.get("db"), filter, { limit, after });
    return { data: rows.map(deliveryView), next };
  },
});

const one = operation({
  method: "get",
  path: "/deliveries/:id",
  tag,
  operationId: "getDelivery",
  summary: "Get one delivery",
  right: "read",
  response: { status: 200, description: "The delivery with its body.", schema: deliverySchema },
  problems: [404],
  handle: async (c) => {
    const delivery = await findDelivery(c.get("db"), c.req.param("id") ?? "");
    if (!delivery) throw notFoundProblem("delivery");
    return { ...deliveryView(delivery), body: isBodyKept(delivery, c.get("now")) ? delivery.body : null };
  },
});

const replay = operation({
  method: "post",
  path: "/deliveries/:id/replay",
  tag,
  operationId: "replayDelivery",
  summary: "Receive a delivery again",
  details: "The outcome is what the order system would get now. Not possible once the body is no longer kept.",
  right: "invoice",
  response: { status: 200, description: "What became of it this time.", schema: replaySchema },
  problems: [404, 409],
  handle: async (c) => {
    const replayed = await replayDelivery(actionContextOf(c), c.req.param("id") ?? "");
    if (!replayed.ok) throw problemOf(replayed);
    return replayView(replayed.receipt);
  },
});

export const deliveryOperations = [list, one, replay];

function deliveryView(row: DeliveryRow) {
  return {
    id: row.id,
    instance_id: row.instanceId,
    webhook_id: row.webhookId,
    type: row.type,
    event_at: row.eventAt,
    received_at: row.receivedAt,
    outcome: row.outcome === "accepted" ? ("accepted" as const) : ("refused" as const),
    http_status: row.httpStatus,
    effect: row.effect,
    errors: faultsOf(row),
    number: row.number,
    order_id: row.orderId,
    invoice_id: row.invoiceId,
    settled_at: row.settledAt,
    settled_as: row.settledAs,
  };
}

function replayView(receipt: Receipt) {
  switch (receipt.kind) {
    case "accepted":
      return { outcome: "accepted" as const, effect: receipt.effect, errors: [] };
    case "rejected":
      return { outcome: "refused" as const, effect: null, errors: receipt.refusal.errors };
    case "limited":
      throw problemOf(conflict("This instance takes no more deliveries today. Replay it tomorrow."));
    case "busy":
      throw problemOf(conflict("The same order or invoice is being updated by another request. Try again."));
    case "not_found":
    case "removed":
      throw problemOf(conflict("The instance is no longer in use."));
  }
}
