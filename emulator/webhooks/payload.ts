/**
 * The bodies of Intuit's webhooks in both formats (docs/qbo-api.md, section 8), and their signature. A body names what
 * changed and when, never the content.
 */
import type { Change, ChangeVerb } from "../company/context.ts";

export type WebhookFormat = "legacy" | "cloudevents";

const CLOUD_VERBS: Record<ChangeVerb, string> = {
  Create: "created",
  Update: "updated",
  Delete: "deleted",
  Void: "void",
  Emailed: "emailed",
  Merge: "merged",
};

/** The raw body of one delivery. `id` determines the CloudEvents IDs, so a repeated delivery repeats them. */
export function webhookBody(format: WebhookFormat, realmId: string, changes: readonly Change[], id: string): string {
  return format === "legacy" ? legacyBody(realmId, changes) : cloudEventsBody(realmId, changes, id);
}

/** `intuit-signature`: base64 of HMAC-SHA256 over the raw body with the verifier token. */
export async function signBody(body: string, verifier: string): Promise<string> {
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", encoder.encode(verifier), { name: "HMAC", hash: "SHA-256" }, false, [
    "sign",
  ]);
  const signature = await crypto.subtle.sign("HMAC", key, encoder.encode(body));
  return btoa(String.fromCharCode(...new Uint8Array(signature)));
}

function legacyBody(realmId: string, changes: readonly Change[]): string {
  const entities = changes.map((change) => ({
    name: change.entity,
    id: change.id,
    operation: change.verb,
    lastUpdated: `${secondOf(change.atMs)}.000Z`,
    ...(change.deletedId === undefined ? {} : { deletedId: change.deletedId }),
  }));
  return JSON.stringify({ eventNotifications: [{ realmId, dataChangeEvent: { entities } }] });
}

function cloudEventsBody(realmId: string, changes: readonly Change[], id: string): string {
  return JSON.stringify(
    changes.map((change, index) => ({
      specversion: "1.0",
      id: `${id}-${index}`,
      source: "intuit.emulator",
      type: `qbo.${change.entity.toLowerCase()}.${CLOUD_VERBS[change.verb]}.v1`,
      datacontenttype: "application/json",
      time: `${secondOf(change.atMs)}Z`,
      intuitentityid: change.id,
      intuitaccountid: realmId,
      data: change.deletedId === undefined ? {} : { deletedid: change.deletedId },
    })),
  );
}

/** Whole seconds, so an event is never later than the LastUpdatedTime of its change. */
function secondOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
