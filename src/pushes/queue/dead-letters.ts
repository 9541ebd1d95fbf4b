/**
 * Messages that were retried too often. D1 still knows what is due, so nothing is lost and nothing fails here: the
 * companies concerned are woken again after a while.
 */
import { gateOf } from "../../connections/gate.ts";
import type { Env } from "../../env.ts";
import { openDb } from "../../platform/db.ts";
import { log } from "../../platform/log.ts";
import { endMessages } from "./message-end.ts";
import { pushMessage } from "./message.ts";
import { listCompaniesOf } from "../due.ts";

const WAKE_AGAIN_MS = 60_000;

/** Handles one batch of dead letters. */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const parsed = batch.messages.flatMap((message) => pushMessage.safeParse(message.body).data ?? []);
  const documentIds = parsed.flatMap((message) => (message.kind === "document" ? [message.id] : []));
  const rows = await listCompaniesOf(openDb(env.DB), documentIds);
  const connectionIds = new Set([
    ...parsed.flatMap((message) => (message.kind === "due" ? [message.connectionId] : [])),
    ...rows.flatMap((row) => row.connectionId ?? []),
  ]);
  for (const connectionId of connectionIds) {
    await gateOf(env, connectionId).arm(connectionId, Date.now() + WAKE_AGAIN_MS);
  }
  log("queue.dead_letters", { messages: batch.messages.length, companies: connectionIds.size });
  endMessages(batch.messages, "woken_again");
}
