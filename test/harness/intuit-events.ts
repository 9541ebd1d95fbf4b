/**
 * Intuit's webhooks as a test sends them itself, signed: in the older form and in the newer one, of several events at once.
 */
import { createHmac, randomUUID } from "node:crypto";
import { sharedStack } from "./app.ts";

/** An event of the older form. */
export interface Entity {
  name: string;
  id: string;
  operation: string;
  lastUpdated: string;
  /** After a merge: the record that is gone. */
  deletedId?: string;
}

/** Delivers a body to the app; returns the status of its answer. */
export async function deliverAsIntuit(body: unknown): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac("sha256", sharedStack().webhookVerifier).update(text).digest("base64");
  const headers = { "content-type": "application/json", "intuit-signature": signature };
  const answer = await fetch(`${sharedStack().appOrigin}/webhooks/intuit`, { method: "POST", headers, body: text });
  return answer.status;
}

/** A body of the older form. */
export function olderBody(realmId: string, entities: Entity[]): unknown {
  return { eventNotifications: [{ realmId, dataChangeEvent: { entities } }] };
}

/** One event of the newer form; its body is a list of them. */
export function cloudEvent(
  realmId: string,
  type: string,
  entityId: string,
  data: Record<string, unknown> = {},
): unknown {
  return {
    specversion: "1.0",
    id: randomUUID(),
    source: "intuit.test",
    type,
    datacontenttype: "application/json",
    time: new Date().toISOString(),
    intuitentityid: entityId,
    intuitaccountid: realmId,
    data,
  };
}
