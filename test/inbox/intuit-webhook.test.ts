import { env } from "cloudflare:workers";
import { afterEach, describe, expect, test, vi } from "vitest";
import { receiveIntuitWebhook } from "../../src/inbox/intuit-webhook.ts";
import { NOW, config, db, makeConnection } from "./order-system.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

async function sign(body: string, verifier = config.intuit.webhookVerifier): Promise<string> {
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(verifier),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return btoa(
    String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(body)))),
  );
}

/** Sends it, and collects what is put on the queue. */
async function send(
  payload: unknown,
  options: { signature?: string; raw?: string } = {},
): Promise<{ status: number; calls: unknown[] }> {
  const body = options.raw ?? JSON.stringify(payload);
  const calls: unknown[] = [];
  const queue = {
    sendBatch: async (messages: { body: unknown }[]) => void calls.push(...messages.map((message) => message.body)),
  };
  const request = new Request("https://books.example.com/webhooks/intuit", {
    method: "POST",
    headers: { "content-type": "application/json", "intuit-signature": options.signature ?? (await sign(body)) },
    body,
  });
  const answer = await receiveIntuitWebhook(
    { env: { ...env, PUSH_QUEUE: queue as unknown as Queue }, config, db, now: NOW },
    request,
  );
  return { status: answer.status, calls };
}

const legacy = (realmId: string, ids: string[]) => ({
  eventNotifications: [
    {
      realmId,
      dataChangeEvent: {
        entities: ids.map((id) => ({
          name: "Invoice",
          id,
          operation: "Void",
          lastUpdated: "2026-11-20T09:59:00.000Z",
        })),
      },
    },
  ],
});
const cloudEvent = (realmId: string, id: string) => ({
  specversion: "1.0",
  id: "e",
  source: "intuit.x",
  type: "qbo.invoice.voided.v1",
  time: "2026-11-20T09:59:00Z",
  intuitentityid: id,
  intuitaccountid: realmId,
  data: {},
});
const stored = async (realmId: string) =>
  (
    await env.DB.prepare(
      "select entity, entity_id, operation, event_at, done_at from intuit_events where realm_id = ? order by entity_id",
    )
      .bind(realmId)
      .all()
  ).results;

describe("Intuit's webhook", () => {
  test("both forms of the body become the same event, stored once, and the company is woken", async () => {
    const id = await makeConnection();
    const event = {
      entity: "invoice",
      entity_id: "145",
      operation: "voided",
      event_at: "2026-11-20T09:59:00.000Z",
      done_at: null,
    };
    expect(await send(legacy(id, ["145"]))).toEqual({ status: 200, calls: [{ kind: "due", connectionId: id }] });
    expect(await stored(id)).toEqual([event]);
    expect((await send([cloudEvent(id, "145")])).status).toBe(200);
    expect(await stored(id)).toEqual([event]);
  });

  test("several companies in one body; one that we don't know is left out", async () => {
    const [one, other] = [await makeConnection(), await makeConnection()];
    const { status, calls } = await send([cloudEvent(one, "1"), cloudEvent(other, "2"), cloudEvent("9999", "3")]);
    expect([status, calls.length]).toEqual([200, 2]);
    expect([await stored(one), await stored(other), await stored("9999")].map((rows) => rows.length)).toEqual([
      1, 1, 0,
    ]);
  });

  test("hundreds of events in one body are stored", async () => {
    const id = await makeConnection();
    await send(
      legacy(
        id,
        Array.from({ length: 700 }, (_, i) => String(i)),
      ),
    );
    expect(await stored(id)).toHaveLength(700);
  });

  test("nothing is stored without the right signature", async () => {
    const id = await makeConnection();
    const body = legacy(id, ["1"]);
    for (const signature of ["", "x", await sign(JSON.stringify(body), "another"), await sign("{}")]) {
      expect(await send(body, { signature })).toEqual({ status: 401, calls: [] });
    }
    expect(await stored(id)).toEqual([]);
  });

  test.each(["", "{", "7", "null", "[]x", '{"hello":1}'])(
    "a signed body that can't be understood is taken, so that it does not come for ever, and is an error in the log: %s",
    async (raw) => {
      const lines = vi.spyOn(console, "log");
      expect(await send(null, { raw })).toEqual({ status: 200, calls: [] });
      const logged = lines.mock.calls.map(([line]) => String(line));
      expect(
        logged.filter((line) => line.includes('"intuit_event.not_understood"') && line.includes('"level":"error"')),
      ).toHaveLength(1);
    },
  );

  test("a merge is stored with those that are gone, and is due at once", async () => {
    const id = await makeConnection();
    const merge = { ...cloudEvent(id, "81"), type: "qbo.customer.merged.v1", data: { deletedid: "82" } };
    await send([merge, cloudEvent(id, "9")]);
    const { results } = await env.DB.prepare(
      "select operation, deleted_ids, due_at, is_parked, payment from intuit_events where realm_id = ? order by entity",
    )
      .bind(id)
      .all();
    const due = { due_at: NOW.toISOString(), is_parked: 0, payment: null };
    expect(results).toEqual([
      { operation: "merged", deleted_ids: '["82"]', ...due },
      { operation: "voided", deleted_ids: null, ...due },
    ]);
  });

  test("an entry that can't be read takes no other along", async () => {
    const id = await makeConnection();
    expect((await send([{ type: 5 }, cloudEvent(id, "8")])).status).toBe(200);
    expect(await stored(id)).toHaveLength(1);
  });
});
