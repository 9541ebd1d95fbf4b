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
 * IDs are unique over all kinds, so the ID of a document is enough. In the queue the message of any document has the form
 * that the former version reads.
 */
const documentMessage = z
  .object({ kind: z.literal("invoice"), invoiceId: z.string() })
  .transform(({ invoiceId }) => ({ kind: "document" as const, id: invoiceId }));

export const pushMessage = z.union([
  documentMessage,
  z.object({ kind: z.literal("due"), connectionId: z.string() }),
  notificationsMessage,
]);
/** As it is put into the queue. */
export type PushMessage = z.input<typeof pushMessage>;

/** The message that names a document. */
export function messageOf(documentId: string): PushMessage {
  return { kind: "invoice", invoiceId: documentId };
}
