/**
 * `POST /webhooks/intuit`: notifications of changes in QuickBooks (docs/contract.md, section 7; docs/qbo-api.md,
 * section 8). Only stores the events and wakes the consumer, so that Intuit gets its response within 3 s; pushes/ works
 * out what they mean.
 */
import { sql } from "drizzle-orm";
import { connections } from "../connections/schema.ts";
import type { Runtime } from "../app-context.ts";
import type { Env } from "../env.ts";
import { causeText } from "../platform/cause.ts";
import type { Db } from "../platform/db.ts";
import { newId } from "../platform/ids.ts";
import { log } from "../platform/log.ts";
import { problem } from "../platform/problem.ts";
import { armFor, wakeCompany } from "../pushes/queue/enqueue.ts";
import { intuitEvents } from "../pushes/schema.ts";
import { type IntuitEvent, readIntuitEvents } from "../quickbooks/webhook-events.ts";
import { verifyIntuitSignature } from "../quickbooks/webhook-signature.ts";
import { decodeUtf8, readBody } from "./read-body.ts";

const MAX_BODY_BYTES = 1024 * 1024;
/** QuickBooks' IDs are short; anything longer is not one and would only fill the table. */
const MAX_FIELD_CHARACTERS = 64;
const MAX_DELETED_IDS = 100;
const RETRY_AFTER_SECONDS = 30;

/** Responds to one delivery from Intuit. */
export async function receiveIntuitWebhook({ env, config, db, now }: Runtime, request: Request): Promise<Response> {
  try {
    const bytes = await readBody(request, MAX_BODY_BYTES);
    if (!bytes) return problem({ status: 413, title: "Body too large" });
    const signature = request.headers.get("intuit-signature");
    if (!(await verifyIntuitSignature(bytes, signature, config.intuit.webhookVerifier))) {
      return problem({ status: 401, title: "Signature not accepted" });
    }
    const read = readEvents(bytes);
    if (!read) {
      // It is from Intuit, and a repeat would be no different: after a 4xx they would keep repeating it, then disable us.
      log("intuit_event.not_understood", { level: "error", bytes: bytes.byteLength });
      return accepted();
    }
    const affected = await store(env, db, read.events, now);
    await Promise.all(affected.map((connectionId) => wakeCompany(env, connectionId)));
    const level = read.unreadable > 0 ? { level: "error" } : {};
    const counts = { events: read.events.length, unreadable: read.unreadable, companies: affected.length };
    log("intuit_event.received", { ...level, ...counts });
    return accepted();
  } catch (cause) {
    log("intuit_event.unavailable", { cause: causeText(cause) });
    return problem({ status: 503, title: "Not available", headers: { "retry-after": String(RETRY_AFTER_SECONDS) } });
  }
}

function accepted(): Response {
  return new Response(null, { status: 200, headers: { "cache-control": "no-store" } });
}

function readEvents(bytes: Uint8Array): { events: IntuitEvent[]; unreadable: number } | null {
  const text = decodeUtf8(bytes);
  const body = text === null ? null : parseOrNull(text);
  return body === null ? null : readIntuitEvents(body);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Stores the events of the companies that we are connected to, each once, and returns those connections' IDs. */
async function store(env: Env, db: Db, events: readonly IntuitEvent[], now: Date): Promise<string[]> {
  const sane = events.filter(({ realmId, entity, entityId }) =>
    [realmId, entity, entityId].every((text) => text.length <= MAX_FIELD_CHARACTERS),
  );
  const realmIds = JSON.stringify([...new Set(sane.map((event) => event.realmId))]);
  const known = await db
    .select({ id: connections.id, realmId: connections.realmId })
    .from(connections)
    .where(sql`${connections.realmId} in (select value from json_each(${realmIds}))`);
  const realms = new Set(known.map(({ realmId }) => realmId));
  const rows = sane.filter((event) => realms.has(event.realmId)).map((event) => rowOf(event, now));
  if (rows.length === 0) return [];
  const touched = new Set(rows.map(([, realmId]) => realmId));
  const affected = known.filter(({ realmId }) => touched.has(realmId)).map(({ id }) => id);
  // Before the write: if we die after it, or the message is lost, the companies' alarms find the events.
  await armFor(env, affected, now);
  // One statement and few parameters, however many events: D1 binds at most 100.
  await db
    .insert(intuitEvents)
    .select(
      sql`select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, ${now.toISOString()}, null,
        ${now.toISOString()}, 0, null, value ->> 6 from json_each(${JSON.stringify(rows)}) where true`,
    )
    .onConflictDoNothing();
  return affected;
}

/**
 * In the order of the columns: id, realm, entity, its ID, operation, time; then the IDs that a merge removed, as JSON.
 */
function rowOf(
  event: IntuitEvent,
  now: Date,
): readonly [string, string, string, string, string, string, string | null] {
  const { realmId, entity, entityId, operation, at } = event;
  const deleted = event.deletedIds.filter((id) => id.length <= MAX_FIELD_CHARACTERS).slice(0, MAX_DELETED_IDS);
  const deletedIds = deleted.length === 0 ? null : JSON.stringify(deleted);
  return [newId(now), realmId, entity, entityId, operation, new Date(at).toISOString(), deletedIds];
}
