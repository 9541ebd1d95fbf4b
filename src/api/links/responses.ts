/**
 * What the API returns about links: the types of its responses, and what the OpenAPI document promises.
 */
import { z } from "zod";
import { LISTED_KINDS } from "../../mapping/link-key.ts";
import { named } from "../named.ts";
import { id, pageOf, time } from "../shapes.ts";

export const linkSchema = named(
  "Link",
  z.object({
    id,
    kind: z.enum(LISTED_KINDS),
    instance_id: id.nullable().meta({ description: "Of a buyer: its order system." }),
    key: z.string().meta({
      description: "The buyer's ID there (its name where it has none), the SKU in lower case, or the name.",
    }),
    buyer_name: z.string().nullable().meta({ description: "Of a buyer: its name in the order system, as last read." }),
    qbo_id: z.string(),
    qbo_name: z.string(),
    origin: z
      .enum(["found", "created", "chosen", "merged"])
      .nullable()
      .meta({ description: "`chosen`: by a person or a program. Null: stored before this was kept." }),
    since: time,
  }),
);
export const linkPage = pageOf("LinkPage", linkSchema);
