/**
 * What the API accepts about orders (docs/contract.md, section 6): these schemas check what comes in, and the OpenAPI
 * document is generated from them.
 */
import { z } from "zod";
import { after, givenDate, givenId, limit } from "../shapes.ts";

export const orderQuery = z.strictObject({
  limit,
  after,
  status: z.enum(["open", "shipped", "cancelled"], "status is open, shipped or cancelled.").optional(),
  invoiced: z
    .enum(["true", "false"], "invoiced is true or false.")
    .transform((text) => text === "true")
    .optional(),
  instance_id: givenId.optional(),
  from: givenDate.optional(),
  to: givenDate.optional(),
});
