/**
 * What the API accepts about invoices (docs/contract.md, section 6): these schemas check what comes in, and the OpenAPI
 * document is generated from them.
 */
import { z } from "zod";
import { DOCUMENT_STATES } from "../../documents/status.ts";
import { named } from "../named.ts";
import { after, givenDate, givenId, idList, limit } from "../shapes.ts";

const MAX_SEARCH_CHARACTERS = 100;

export const invoiceQuery = z.strictObject({
  limit,
  after,
  push_status: z.enum(DOCUMENT_STATES, `push_status is one of ${DOCUMENT_STATES.join(", ")}.`).optional(),
  instance_id: givenId.optional(),
  from: givenDate.optional(),
  to: givenDate.optional(),
  q: z.string().max(MAX_SEARCH_CHARACTERS, `q has at most ${MAX_SEARCH_CHARACTERS} characters.`).optional(),
});

export const invoiceCreate = named(
  "InvoiceCreate",
  z.strictObject({ order_ids: idList("orders"), date: givenDate.nullish() }),
);
export const sendBody = named("InvoiceSend", z.strictObject({ invoice_ids: idList("invoices") }));
export const linkBody = named("InvoiceLink", z.strictObject({ even_if_different: z.boolean().optional() }));
