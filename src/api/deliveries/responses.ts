/**
 * What the API returns about deliveries (docs/contract.md, section 6): the types of its responses, and what the OpenAPI
 * document promises.
 */
import { z } from "zod";
import { SETTLEMENTS } from "../../inbox/schema.ts";
import { named } from "../named.ts";
import { id, pageOf, time } from "../shapes.ts";

const deliveryFields = z.object({
  id,
  instance_id: id,
  webhook_id: z.string(),
  type: z.string().nullable().meta({ description: "As the sender named it; null if it could not be read." }),
  event_at: z.string().nullable().meta({ description: "The envelope's timestamp." }),
  received_at: time,
  outcome: z.enum(["accepted", "refused"]),
  http_status: z.int(),
  effect: z.string().nullable().meta({ description: "What an accepted event did." }),
  errors: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .meta({ description: "The faults of a refused one, as in the response to its sender." }),
  number: z
    .string()
    .nullable()
    .meta({ description: "Of a refused one: the number of its order or invoice, if readable." }),
  order_id: id.nullable(),
  invoice_id: id.nullable(),
  settled_at: time.nullable().meta({ description: "Of a refused one: null while it needs a person." }),
  settled_as: z.enum(SETTLEMENTS).nullable(),
});

export const deliveryPage = pageOf("DeliveryPage", named("DeliverySummary", deliveryFields));
export const deliverySchema = named(
  "Delivery",
  deliveryFields.extend({
    body: z.string().nullable().meta({ description: "As it was received; null once it is no longer kept." }),
  }),
);

export const replaySchema = named(
  "Replay",
  z.object({
    outcome: z.enum(["accepted", "refused"]),
    effect: z.string().nullable(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
  }),
);
