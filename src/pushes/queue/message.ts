/**
 * A queue message names a document, a company with something due, or says that notices are due, and nothing else. D1
 * decides what to do, so a message that is lost, late, repeated or expired costs seconds, never a document.
 *
 * Duplicates stopped: two messages for one document race for one claim in D1, and one wins.
 * Duplicates let through: a message for a document that is already settled; it reads one row and is done.
 */
import { z } from "zod";
import { notificationsMessage } from "../../notifications/wake.ts";

/**
 * IDs are unique over all kinds, so the ID of a document is enough. Any document's message has the form that the former
 * version reads.
 */
const documentMessage = z.object({ kind: z.literal("invoice"), invoiceId: z.string() });

export const pushMessage = z.discriminatedUnion("kind", [
  documentMessage,
  z.object({ kind: z.literal("due"), connectionId: z.string() }),
  notificationsMessage,
]);
export type PushMessage = z.infer<typeof pushMessage>;

/** The message that names a document. */
export function messageOf(documentId: string): PushMessage {
  return { kind: "invoice", invoiceId: documentId };
}
