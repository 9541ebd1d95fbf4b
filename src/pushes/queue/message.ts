/**
 * A queue message names an invoice, a company with something due, or says that notices are due, and nothing else. D1
 * decides what to do, so a message that is lost, late, repeated or expired costs seconds, never an invoice.
 *
 * Duplicates stopped: two messages for one invoice race for one claim in D1, and one wins.
 * Duplicates let through: a message for an invoice that is already settled; it reads one row and is done.
 */
import { z } from "zod";
import { notificationsMessage } from "../../notifications/wake.ts";

export const pushMessage = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("invoice"), invoiceId: z.string() }),
  z.object({ kind: z.literal("due"), connectionId: z.string() }),
  notificationsMessage,
]);
export type PushMessage = z.infer<typeof pushMessage>;
