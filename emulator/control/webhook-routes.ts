/**
 * Control of outgoing Intuit webhooks: where they go, in which format, and sending immediately what is waiting. The
 * caller sets the verifier, and no response shows it again.
 */
import { Hono } from "hono";
import type { Env } from "../env.ts";
import { intuitStub } from "../stubs.ts";
import { webhookSchema, type Webhook } from "../webhooks/outbox.ts";
import { readBody } from "./read-body.ts";

export const webhookControlRoutes = new Hono<{ Bindings: Env }>();

webhookControlRoutes.get("/control/webhooks", async (c) => {
  const webhooks = await intuitStub(c.env).listWebhooks();
  return c.json({ data: webhooks.map((webhook) => ({ ...shown(webhook), waiting: webhook.waiting })) });
});

webhookControlRoutes.post("/control/webhooks", async (c) => {
  const body = await readBody(c, webhookSchema);
  if (!body.ok) return body.response;
  return c.json(shown(await intuitStub(c.env).addWebhook(body.data)), 201);
});

webhookControlRoutes.post("/control/webhooks/flush", async (c) => c.json(await intuitStub(c.env).flushWebhooks()));

webhookControlRoutes.delete("/control/webhooks/:id?", async (c) => {
  await intuitStub(c.env).removeWebhooks(c.req.param("id") ?? null);
  return c.body(null, 204);
});

function shown(webhook: Webhook) {
  return {
    id: webhook.id,
    url: webhook.url,
    format: webhook.format,
    realm_id: webhook.realmId,
    delay_ms: webhook.delayMs,
    duplicates: webhook.duplicates,
    out_of_order: webhook.isOutOfOrder,
    delivered: webhook.delivered,
    last_status: webhook.lastStatus,
  };
}
