/**
 * What the API accepts about deliveries (docs/contract.md, section 6): these schemas check what comes in, and the OpenAPI
 * document is generated from them.
 */
import { z } from "zod";
import { DELIVERY_OUTCOMES } from "../../inbox/list-deliveries.ts";
import { givenDate, givenId, idPageQuery } from "../shapes.ts";

export const deliveryQuery = idPageQuery.extend({
  outcome: z.enum(DELIVERY_OUTCOMES, `outcome is one of ${DELIVERY_OUTCOMES.join(", ")}.`).optional(),
  instance_id: givenId.optional(),
  from: givenDate.optional(),
  to: givenDate.optional(),
  q: z.string().max(100, "q has at most 100 characters.").optional(),
});
