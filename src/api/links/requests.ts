/**
 * What the API accepts about links: these schemas check what comes in, and the OpenAPI document is generated from them.
 */
import { z } from "zod";
import { LISTED_KINDS } from "../../mapping/link-key.ts";
import { isLinkCursor } from "../../mapping/links-by-hand.ts";
import { named } from "../named.ts";
import { givenId, limit } from "../shapes.ts";

const MAX_SEARCH_CHARACTERS = 100;

export const linkQuery = z.strictObject({
  limit,
  after: z
    .string()
    .refine(isLinkCursor, "after is not the 'next' value of an earlier page; leave it out to start over.")
    .optional(),
  kind: z.enum(LISTED_KINDS, `kind is one of ${LISTED_KINDS.join(", ")}.`).optional(),
  q: z.string().max(MAX_SEARCH_CHARACTERS, `q has at most ${MAX_SEARCH_CHARACTERS} characters.`).optional(),
});

export const linkPatch = named("LinkPatch", z.strictObject({ qbo_id: givenId }));
