/**
 * What the API returns about instances (docs/contract.md, section 6): the types of its responses, and what the OpenAPI
 * document promises.
 */
import { z } from "zod";
import { named } from "../named.ts";
import { id, pageOf, time } from "../shapes.ts";

const instanceFields = z.object({
  id,
  name: z.string(),
  connection_id: id.nullable(),
  enabled: z.boolean(),
  auto_invoice: z.boolean(),
  webhook_url: z.url(),
  created_at: time,
  updated_at: time,
});
export const instanceSchema = named("Instance", instanceFields);
export const instancePage = pageOf("InstancePage", instanceSchema);
export const instanceWithSecret = named(
  "InstanceWithSecret",
  instanceFields.extend({
    webhook_secret: z.string().meta({ description: "`whsec_…`; shown only when it was created or rotated." }),
  }),
);
